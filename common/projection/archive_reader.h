// State from the bytes that an ArchiveWriter made. Never reads beyond its bytes; after the first
// thing that does not fit it gives empty values, and is_good() is false for good. One thread.
#pragma once

#include <concepts>
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

class ArchiveReader {
 public:
  static constexpr bool reads = true;

  // `bytes` must outlive the reader.
  explicit ArchiveReader(std::span<const std::byte> bytes) : rest_{bytes} {}

  template <class... Fields>
  void operator()(Fields&... fields) {
    (take(fields), ...);
  }
  [[nodiscard]] bool is_good() const { return is_good_; }
  // For a type that finds its fields contradicting each other.
  void fail() { is_good_ = false; }
  // Good, and nothing left over.
  [[nodiscard]] bool is_complete() const { return is_good_ && rest_.empty(); }

 private:
  template <Number T>
  void take(T& number) {
    number = T{};
    if (!has(sizeof(T))) return;
    if constexpr (std::same_as<T, bool>) {
      number = rest_.front() != std::byte{0};
    } else {
      std::memcpy(&number, rest_.data(), sizeof(T));
    }
    rest_ = rest_.subspan(sizeof(T));
  }
  void take(std::string& text) {
    text.clear();
    const std::uint64_t size = take_count();
    if (!is_good_) return;
    text.assign(reinterpret_cast<const char*>(rest_.data()), size);
    rest_ = rest_.subspan(size);
  }
  template <class T>
  void take(std::optional<T>& value) {
    bool has_value{};
    take(has_value);
    value.reset();
    if (has_value) take(value.emplace());
  }
  template <class T>
  void take(std::vector<T>& list) {
    list.clear();
    const std::uint64_t count = take_count();
    if (!is_good_) return;
    list.reserve(count);
    for (std::uint64_t i = 0; i < count && is_good_; ++i) take(list.emplace_back());
  }
  template <class Key, class T>
  void take(std::unordered_map<Key, T>& map) {
    take_map(map);
  }
  template <class Key, class T>
  void take(std::map<Key, T>& map) {
    take_map(map);
  }
  template <class Key>
  void take(std::unordered_set<Key>& set) {
    set.clear();
    const std::uint64_t count = take_count();
    for (std::uint64_t i = 0; i < count && is_good_; ++i) {
      Key key{};
      take(key);
      set.insert(std::move(key));
    }
  }
  template <class Map>
  void take_map(Map& map) {
    map.clear();
    const std::uint64_t count = take_count();
    if constexpr (requires { map.reserve(count); }) map.reserve(count);
    for (std::uint64_t i = 0; i < count && is_good_; ++i) {
      typename Map::key_type key{};
      typename Map::mapped_type value{};
      (*this)(key, value);
      map.emplace(std::move(key), std::move(value));
    }
  }
  template <class T>
    requires std::is_class_v<T>
  void take(T& value) {
    if constexpr (requires { value.archive(*this); }) {
      value.archive(*this);
    } else {
      each_field(*this, value);
    }
  }

  // Everything counted takes at least one byte: a count beyond what is left cannot be true.
  [[nodiscard]] std::uint64_t take_count() {
    std::uint64_t count{};
    take(count);
    return has(count) ? count : 0;
  }
  [[nodiscard]] bool has(std::uint64_t bytes) {
    if (bytes > rest_.size()) is_good_ = false;
    return is_good_;
  }

  std::span<const std::byte> rest_{};
  bool is_good_{true};
};

}  // namespace doorstep
