// Every append request that the log ever took, by its id: a fold of the blocks. What makes a retry
// safe for ever. The newest are here, the others are asked of the index. Pure; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "services/event_log/insert_only_table.h"

namespace doorstep::event_log {

// Where a request landed, and enough of its digest to know it again.
struct KnownAppend {
  Position first{};
  Position last{};
  std::uint64_t digest_start{};
  [[nodiscard]] bool says_the_same(const RequestDigest& digest) const;
};

// Of the digest the first eight bytes: whoever can make two requests collide there only makes his
// own second one count as his first. The block keeps all of it.
[[nodiscard]] std::uint64_t start_of(const RequestDigest& digest);

// The requests that memory need not hold any more.
class OlderAppendIds {
 public:
  virtual ~OlderAppendIds() = default;
  // All requests that end at or before this are known to it. Never falls.
  [[nodiscard]] virtual Position upto() const = 0;
  [[nodiscard]] virtual std::optional<KnownAppend> find(AppendId id) const = 0;
  // It knows no id above this one; nil: none at all. Of when it was asked.
  [[nodiscard]] virtual AppendId largest() const = 0;
  // Set once it could not look something up: then "not found" means nothing.
  [[nodiscard]] virtual std::optional<Error> lost() const = 0;
};

class AppendIds {
 public:
  using Known = KnownAppend;

  AppendIds() = default;
  // `older` must outlive it.
  explicit AppendIds(const OlderAppendIds& older) : older_{&older}, largest_{older.largest()} {}

  [[nodiscard]] std::optional<Known> find(AppendId id) const;
  // False: that id is taken. Pre-condition: the id is not nil and 1 <= events <= events_max.
  [[nodiscard]] bool add(AppendId id, const RequestDigest& digest, Position first,
                         std::uint32_t events);
  // Why an answer of find() must not be acted upon.
  [[nodiscard]] std::optional<Error> lost() const;
  // In memory.
  [[nodiscard]] std::size_t size() const { return newest_.table.size() + before_.table.size(); }

  static constexpr std::uint32_t events_max = 1u << 16;

 private:
  // 32 bytes a request.
  struct Entry {
    Uuid id{};
    std::uint64_t
        first_and_more{};  // first position in the upper 48 bits, events - 1 in the lower 16
    std::uint64_t digest_start{};
    [[nodiscard]] bool is_empty() const { return id.is_nil(); }
    [[nodiscard]] bool same_key(const Entry& other) const { return id == other.id; }
    [[nodiscard]] std::size_t hash() const { return std::hash<Uuid>{}(id); }
    [[nodiscard]] Known known() const;
  };
  // Two generations: when the older one is in the index, it is let go as a whole.
  struct Generation {
    InsertOnlyTable<Entry> table{};
    Position last{};
  };
  static constexpr std::size_t generation_min = 64 * 1024;

  void let_go();

  const OlderAppendIds* older_{};
  // Ids begin with their time: a new request's is mostly above all others, and needs no look-up.
  AppendId largest_{};
  Generation newest_{};
  Generation before_{};
};

}  // namespace doorstep::event_log
