// Every append request that the log ever took, by its id: a fold of the blocks. What makes a retry
// safe for ever. Pure; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "common/domain/ids.h"
#include "common/hash/sha256.h"
#include "services/event_log/insert_only_table.h"

namespace doorstep::event_log {

class AppendIds {
 public:
  struct Known {
    Position first{};
    Position last{};
    std::uint64_t digest_start{};
    [[nodiscard]] bool says_the_same(const Sha256& digest) const;
  };

  [[nodiscard]] std::optional<Known> find(AppendId id) const;
  // False: that id is taken. Pre-condition: the id is not nil and 1 <= events <= events_max.
  [[nodiscard]] bool add(AppendId id, const Sha256& digest, Position first, std::uint32_t events);
  [[nodiscard]] std::size_t size() const { return table_.size(); }

  static constexpr std::uint32_t events_max = 1u << 16;

 private:
  // 32 bytes a request. Of the digest its first eight bytes: whoever can make two requests collide
  // there only makes his own second one count as his first. The block keeps all of it.
  struct Entry {
    Uuid id{};
    std::uint64_t
        first_and_more{};  // first position in the upper 48 bits, events - 1 in the lower 16
    std::uint64_t digest_start{};
    [[nodiscard]] bool is_empty() const { return id.is_nil(); }
    [[nodiscard]] bool same_key(const Entry& other) const { return id == other.id; }
    [[nodiscard]] std::size_t hash() const { return std::hash<Uuid>{}(id); }
  };
  InsertOnlyTable<Entry> table_;
};

}  // namespace doorstep::event_log
