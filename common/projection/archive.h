// State as bytes and back, for snapshots: little-endian numbers, counted lists, in the order in
// which a type lists its fields. A reader never reads beyond its bytes; after the first thing that
// does not fit it gives empty values and is_good() is false for good. One thread.
#pragma once

#include <bit>
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
#include <vector>

namespace doorstep {

static_assert(std::endian::native == std::endian::little,
              "numbers are copied as they are in memory");

// A plain struct says what is stored of it by an overload found beside it:
//   template <class Archive> void each_field(Archive& archive, Area& area) { archive(area.code, …);
//   }
// A class with private state has a member `template <class Archive> void archive(Archive&
// archive)`. The same list writes and reads, so that the two cannot drift apart.
template <class T>
concept Number = std::is_arithmetic_v<T> || std::is_enum_v<T>;

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
    std::map<Key, const T*> sorted;
    for (const auto& [key, value] : map) sorted.emplace(key, &value);
    put(static_cast<std::uint64_t>(sorted.size()));
    for (const auto& [key, value] : sorted) (*this)(key, *value);
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
  template <class Map>
  void take_map(Map& map) {
    map.clear();
    const std::uint64_t count = take_count();
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
