// Numbers by id or code: which entry of a vector it names. Insert-only, one probe into one array
// for nearly every look-up, no allocation for each entry. Ids are random or hashed, so they need
// little mixing. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "common/domain/ids.h"

namespace doorstep {

template <class AnyId>
class IdIndex {
 public:
  // The number kept under `id`, and whether it is this one, newly kept. A nil id is an id as any
  // other.
  std::pair<std::uint32_t, bool> try_emplace(AnyId id, std::uint32_t number) {
    if (id == AnyId{}) {
      const bool is_new = !nil_.has_value();
      if (is_new) nil_ = number;
      return {*nil_, is_new};
    }
    if (is_full(entries_ + 1, slots_.size()))
      grow(slots_.empty() ? slots_least : 2 * slots_.size());
    Slot& slot = slots_[find_slot(id)];
    if (slot.id == id) return {slot.number, false};
    slot = {id, number};
    ++entries_;
    return {number, true};
  }

  [[nodiscard]] std::optional<std::uint32_t> find(AnyId id) const {
    if (id == AnyId{}) return nil_;
    if (slots_.empty()) return std::nullopt;
    const Slot& slot = slots_[find_slot(id)];
    if (slot.id != id) return std::nullopt;
    return slot.number;
  }

  void reserve(std::size_t entries) {
    std::size_t slots = slots_least;
    while (is_full(entries + 1, slots)) slots *= 2;
    if (slots > slots_.size()) grow(slots);
  }
  void clear() { *this = IdIndex{}; }

 private:
  static constexpr std::size_t slots_least = 16;
  // At three quarters a look-up still needs two or three neighbouring slots.
  static constexpr bool is_full(std::size_t entries, std::size_t slots) {
    return 4 * entries > 3 * slots;
  }

  struct Slot {
    AnyId id{};  // nil: free
    std::uint32_t number{};
  };

  // Where the id is, or the free slot where it belongs. Pre-condition: there is a free one.
  [[nodiscard]] std::size_t find_slot(AnyId id) const {
    const std::size_t mask = slots_.size() - 1;
    // A code's hash has mixed all its bits only in the upper half.
    std::size_t at = (std::hash<AnyId>{}(id) >> 32) & mask;
    while (slots_[at].id != AnyId{} && slots_[at].id != id) at = (at + 1) & mask;
    return at;
  }

  void grow(std::size_t slots) {
    std::vector<Slot> before = std::exchange(slots_, std::vector<Slot>(slots));
    for (const Slot& slot : before) {
      if (slot.id != AnyId{}) slots_[find_slot(slot.id)] = slot;
    }
  }

  std::vector<Slot> slots_{};  // a power of two
  std::size_t entries_{};
  std::optional<std::uint32_t> nil_{};
};

}  // namespace doorstep
