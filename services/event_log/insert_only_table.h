// A hash table for the log's own indexes: entries lie flat in one array, are found by a 128-bit id
// and never removed. Half the memory of std::unordered_map, and no allocation for a new entry
// except when it doubles.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace doorstep::event_log {

// Entry: copyable; a default one is_empty(); same_key(other); hash() with good upper bits.
template <class Entry>
class InsertOnlyTable {
 public:
  InsertOnlyTable() : slots_(std::size_t{1} << bits_) {}

  [[nodiscard]] std::size_t size() const { return size_; }

  // The entry with `key`'s key, or null.
  [[nodiscard]] const Entry* find(const Entry& key) const {
    const Entry& slot = slots_[slot_of(key)];
    return slot.is_empty() ? nullptr : &slot;
  }

  // Brings the place where `key` is looked for nearer: a large table lies outside the caches, and
  // who asks for many keys asks for all of them first. Inlined, because gcc 12 takes a function
  // that only prefetches for one without effect and leaves the call out.
  [[gnu::always_inline]] void prefetch(const Entry& key) const {
    __builtin_prefetch(&slots_[static_cast<std::size_t>(key.hash()) >> (64 - bits_)]);
  }

  // Room for so many entries. Before entries come in another table's order: to a small table that
  // order is one long run, and each of them would be carried to its end.
  void reserve(std::size_t entries) {
    while (entries * 4 > slots_.size() * 3) grow();
  }

  // Each entry, in no order that means anything.
  template <class Seen>
  void each(const Seen& seen) const {
    for (const Entry& entry : slots_) {
      if (!entry.is_empty()) seen(entry);
    }
  }

  // The entry with `entry`'s key, which is `entry` itself where there was none. Valid until the
  // next call.
  Entry& find_or_insert(const Entry& entry) {
    std::size_t slot = slot_of(entry);
    if (!slots_[slot].is_empty()) return slots_[slot];
    if ((size_ + 1) * 4 > slots_.size() * 3) {
      grow();
      slot = slot_of(entry);
    }
    ++size_;
    return slots_[slot] = entry;
  }

 private:
  [[nodiscard]] std::size_t slot_of(const Entry& key) const {
    std::size_t slot = static_cast<std::size_t>(key.hash()) >> (64 - bits_);
    while (!slots_[slot].is_empty() && !slots_[slot].same_key(key)) {
      slot = (slot + 1) & (slots_.size() - 1);
    }
    return slot;
  }

  void grow() {
    ++bits_;
    std::vector<Entry> old(std::size_t{1} << bits_);
    old.swap(slots_);
    for (const Entry& entry : old) {
      if (!entry.is_empty()) slots_[slot_of(entry)] = entry;
    }
  }

  unsigned bits_{10};
  std::size_t size_{};
  std::vector<Entry> slots_;
};

}  // namespace doorstep::event_log
