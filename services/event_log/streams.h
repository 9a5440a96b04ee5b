// How many events each stream has (what conditions ask), and where its last one is (where a
// stream's history begins, backwards): two folds of the log's envelopes. Pure; each is owned by one
// thread.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/table_hash.h"
#include "services/event_log/heading.h"
#include "services/event_log/insert_only_table.h"

namespace doorstep::event_log {

// A stream's kind and how many events it has, in 64 bits: there are many streams.
class KindAndEvents {
 public:
  KindAndEvents() = default;
  explicit KindAndEvents(StreamKind kind, std::uint64_t events = 0)
      : value_{events << kind_bits | static_cast<std::uint64_t>(kind)} {}
  [[nodiscard]] StreamKind kind() const { return static_cast<StreamKind>(value_ & 0xffff); }
  [[nodiscard]] std::uint64_t events() const { return value_ >> kind_bits; }
  void add_event() { value_ += std::uint64_t{1} << kind_bits; }

 private:
  static constexpr int kind_bits = 16;
  std::uint64_t value_{};
};

// The last event of a stream, and how many it has.
struct StreamHead {
  StreamId stream{};
  std::uint64_t events{};
  Position last{};
  bool operator==(const StreamHead&) const = default;
};

class Heads;

class Streams {
 public:
  Streams() = default;
  explicit Streams(const Heads& heads);
  [[nodiscard]] std::uint64_t events_of(StreamId stream) const;
  void prefetch(StreamId stream) const;
  // The revision of the stream's new last event.
  Revision add(StreamId stream);
  [[nodiscard]] std::size_t size() const { return table_.size(); }

 private:
  struct Entry {
    Uuid id{};
    KindAndEvents held{};
    [[nodiscard]] bool is_empty() const { return held.kind() == StreamKind{}; }
    [[nodiscard]] bool same_key(const Entry& other) const {
      return id == other.id && held.kind() == other.held.kind();
    }
    [[nodiscard]] std::size_t hash() const {
      return table_hash(id.high, id.low, static_cast<std::uint64_t>(held.kind()));
    }
  };
  InsertOnlyTable<Entry> table_;
};

class Heads {
 public:
  void prefetch(StreamId stream) const;
  // How far back the stream's event before lies; 0: this is its first.
  std::uint64_t add(StreamId stream, Position position);
  [[nodiscard]] std::optional<StreamHead> of(StreamId stream) const;
  [[nodiscard]] std::size_t size() const { return table_.size(); }
  // By kind and id.
  [[nodiscard]] std::vector<StreamHead> sorted() const;
  // False: that stream is there already, or it cannot be a head.
  [[nodiscard]] bool put(const StreamHead& head);
  void reserve(std::size_t streams) { table_.reserve(streams); }
  template <class Seen>
  void each(const Seen& seen) const {
    table_.each([&seen](const Entry& entry) { seen(entry.head()); });
  }

 private:
  struct Entry {
    Uuid id{};
    KindAndEvents held{};
    Position last{};
    [[nodiscard]] StreamHead head() const { return {{held.kind(), id}, held.events(), last}; }
    [[nodiscard]] bool is_empty() const { return held.kind() == StreamKind{}; }
    [[nodiscard]] bool same_key(const Entry& other) const {
      return id == other.id && held.kind() == other.held.kind();
    }
    [[nodiscard]] std::size_t hash() const {
      return table_hash(id.high, id.low, static_cast<std::uint64_t>(held.kind()));
    }
  };
  InsertOnlyTable<Entry> table_;
};

}  // namespace doorstep::event_log
