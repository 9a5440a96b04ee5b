// State as bytes, for snapshots: little-endian numbers, counted lists, in the order in which a type
// lists its fields. Equal states give equal bytes. One thread.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "common/projection/archived.h"

namespace doorstep {

class ArchiveWriter {
 public:
  static constexpr bool reads = false;

  template <class... Fields>
  void operator()(const Fields&... fields) {
    (put(fields), ...);
  }
  [[nodiscard]] std::vector<std::byte> finish() && { return std::move(bytes_); }

 private:
  template <Number T>
  void put(const T& number) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof(T));
    std::memcpy(bytes_.data() + at, &number, sizeof(T));
  }
  void put(const std::string& text) {
    put(static_cast<std::uint64_t>(text.size()));
    const auto bytes = std::as_bytes(std::span{text});
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
  }
  template <class T>
  void put(const std::optional<T>& value) {
    put(value.has_value());
    if (value) put(*value);
  }
  template <class T>
  void put(const std::vector<T>& list) {
    put(static_cast<std::uint64_t>(list.size()));
    for (const T& one : list) put(one);
  }
  // By key, whatever order the map holds them in: equal states give equal bytes.
  template <class Key, class T>
  void put(const std::unordered_map<Key, T>& map) {
    std::vector<const std::pair<const Key, T>*> sorted;
    sorted.reserve(map.size());
    for (const auto& entry : map) sorted.push_back(&entry);
    std::ranges::sort(sorted, {}, [](const auto* entry) { return entry->first; });
    put(static_cast<std::uint64_t>(sorted.size()));
    for (const auto* entry : sorted) (*this)(entry->first, entry->second);
  }
  template <class Key>
  void put(const std::unordered_set<Key>& set) {
    std::vector<Key> sorted{set.begin(), set.end()};
    std::ranges::sort(sorted);
    put(sorted);
  }
  template <class Key, class T>
  void put(const std::map<Key, T>& map) {
    put(static_cast<std::uint64_t>(map.size()));
    for (const auto& [key, value] : map) (*this)(key, value);
  }
  // Writing changes nothing; one list of fields serves both directions and therefore takes a
  // mutable reference.
  template <class T>
    requires std::is_class_v<T>
  void put(const T& value) {
    T& fields = const_cast<T&>(value);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
    if constexpr (requires { fields.archive(*this); }) {
      fields.archive(*this);
    } else {
      each_field(*this, fields);
    }
  }

  std::vector<std::byte> bytes_{};
};

}  // namespace doorstep
