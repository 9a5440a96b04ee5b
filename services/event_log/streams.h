// How many events each stream has (what conditions ask), and where they are (what a stream's feed
// asks): two folds of the log's envelopes. Pure; each is owned by one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <vector>

#include "common/domain/event.h"
#include "services/event_log/heading.h"
#include "services/event_log/insert_only_table.h"

namespace doorstep::event_log {

class Streams {
 public:
  [[nodiscard]] std::uint64_t events_of(StreamId stream) const;
  void prefetch(StreamId stream) const;
  // The revision of the stream's new last event.
  Revision add(StreamId stream);
  [[nodiscard]] std::size_t size() const { return table_.size(); }

 private:
  struct Entry {
    Uuid id{};
    std::uint64_t kind{};
    std::uint64_t events{};
    [[nodiscard]] bool is_empty() const { return kind == 0; }
    [[nodiscard]] bool same_key(const Entry& other) const {
      return id == other.id && kind == other.kind;
    }
    [[nodiscard]] std::size_t hash() const {
      return std::hash<Uuid>{}(id) + kind * 0x9e3779b97f4a7c15;
    }
  };
  InsertOnlyTable<Entry> table_;
};

// Of each stream the last position, and for each event the one before it in its stream.
class StreamPositions {
 public:
  // Positions come one after the other, from 1.
  void add(StreamId stream);
  [[nodiscard]] Position upto() const { return Position{before_.size()}; }
  // Ascending, all after `after`.
  [[nodiscard]] std::vector<Position> of(StreamId stream, Position after) const;

 private:
  struct Entry {
    Uuid id{};
    std::uint64_t kind{};
    Position last{};
    [[nodiscard]] bool is_empty() const { return kind == 0; }
    [[nodiscard]] bool same_key(const Entry& other) const {
      return id == other.id && kind == other.kind;
    }
    [[nodiscard]] std::size_t hash() const {
      return std::hash<Uuid>{}(id) + kind * 0x9e3779b97f4a7c15;
    }
  };
  InsertOnlyTable<Entry> table_;
  std::deque<Position> before_{};  // of position p at p - 1
};

}  // namespace doorstep::event_log
