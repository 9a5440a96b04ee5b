#include "common/rocks/append_value.h"

#include <cstring>
#include <tuple>

namespace doorstep::rocks {

void put_number(std::uint64_t value, std::size_t bytes, char* at) {
  for (std::size_t i = 0; i < bytes; ++i) at[i] = static_cast<char>(value >> (8 * (bytes - 1 - i)));
}
std::uint64_t get_number(const char* at, std::size_t bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes; ++i) value = value << 8 | static_cast<std::uint8_t>(at[i]);
  return value;
}

AppendValue value_of(const IndexedAppend& append) {
  AppendValue value{};
  put_number(number(append.first), 8, value.data());
  put_number(append.events, 4, value.data() + 8);
  std::memcpy(value.data() + 12, &append.digest_start, 8);
  return value;
}

std::optional<IndexedAppend> append_from(AppendId id, rocksdb::Slice value) {
  if (value.size() != std::tuple_size_v<AppendValue>) return std::nullopt;
  IndexedAppend append{.id = id,
                       .first = Position{get_number(value.data(), 8)},
                       .events = static_cast<std::uint32_t>(get_number(value.data() + 8, 4))};
  std::memcpy(&append.digest_start, value.data() + 12, 8);
  return append;
}

}  // namespace doorstep::rocks
