#include "services/event_log/index_page.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::event_log {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t wide_from = 257;  // so many different values need two bytes each
constexpr int leb_bits = 7;
constexpr unsigned leb_more = 0x80;

struct HeaderLayout {
  std::uint8_t version;
  std::uint8_t reserved;
  std::uint16_t events;
  std::uint16_t areas;
  std::uint16_t types;
  std::int64_t recorded_at;
  Sha256 root;
};
static_assert(sizeof(HeaderLayout) == 48);

template <class Number>
void put(std::vector<std::byte>& bytes, Number number) {
  const auto view = std::as_bytes(std::span{&number, 1});
  bytes.insert(bytes.end(), view.begin(), view.end());
}

// What differs in a column, ascending.
template <class Value>
std::vector<Value> words_of(const std::vector<Value>& column) {
  std::vector<Value> words = column;
  std::ranges::sort(words);
  const auto rest = std::ranges::unique(words);
  words.erase(rest.begin(), rest.end());
  return words;
}

template <class Value>
void put_places(std::vector<std::byte>& bytes, const std::vector<Value>& column,
                const std::vector<Value>& words) {
  for (const Value value : column) {
    const auto place =
        static_cast<std::uint16_t>(std::ranges::lower_bound(words, value) - words.begin());
    if (words.size() < wide_from) {
      put(bytes, static_cast<std::uint8_t>(place));
    } else {
      put(bytes, place);
    }
  }
}

void put_leb128(std::vector<std::byte>& bytes, std::uint64_t value) {
  while (value >= leb_more) {
    bytes.push_back(static_cast<std::byte>(value | leb_more));
    value >>= leb_bits;
  }
  bytes.push_back(static_cast<std::byte>(value));
}

// Takes from the front; gives zeros and is not good any more once something does not fit.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> rest) : rest_{rest} {}

  template <class Number>
  Number take() {
    Number value{};
    if (rest_.size() < sizeof value) {
      is_good_ = false;
      return value;
    }
    std::memcpy(&value, rest_.data(), sizeof value);
    rest_ = rest_.subspan(sizeof value);
    return value;
  }

  template <class Stored>
  std::vector<Stored> take_words(std::size_t count) {
    std::vector<Stored> words(count);
    for (std::size_t i = 0; i < count && is_good_; ++i) {
      words[i] = take<Stored>();
      if (i > 0 && words[i] <= words[i - 1]) is_good_ = false;
    }
    return words;
  }

  template <class Value, class Stored>
  std::vector<Value> take_column(std::size_t events, const std::vector<Stored>& words) {
    std::vector<Value> column;
    column.reserve(events);
    for (std::size_t i = 0; i < events && is_good_; ++i) {
      const std::size_t place =
          words.size() < wide_from ? take<std::uint8_t>() : take<std::uint16_t>();
      if (place >= words.size()) {
        is_good_ = false;
      } else {
        column.push_back(Value{words[place]});
      }
    }
    return column;
  }

  std::uint64_t take_leb128() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += leb_bits) {
      const auto byte = static_cast<unsigned>(take<std::uint8_t>());
      value |= std::uint64_t{byte & (leb_more - 1)} << shift;
      if ((byte & leb_more) == 0) return value;
    }
    is_good_ = false;
    return 0;
  }

  [[nodiscard]] bool is_complete() const { return is_good_ && rest_.empty(); }

 private:
  std::span<const std::byte> rest_;
  bool is_good_{true};
};

}  // namespace

std::vector<std::byte> to_bytes(const IndexPage& page) {
  DOORSTEP_ASSERT(page.events() > 0 && page.events() <= page_events);
  const auto areas = words_of(page.areas);
  const auto types = words_of(page.types);
  std::vector<std::byte> bytes;
  bytes.reserve(sizeof(HeaderLayout) + areas.size() * 8 + types.size() * 2 + page.events() * 5);
  put(bytes, HeaderLayout{.version = version,
                          .reserved = 0,
                          .events = static_cast<std::uint16_t>(page.events()),
                          .areas = static_cast<std::uint16_t>(areas.size()),
                          .types = static_cast<std::uint16_t>(types.size()),
                          .recorded_at = page.recorded_at.unix_ms,
                          .root = page.root});
  for (const AreaCode area : areas) put(bytes, area.value);
  for (const EventType type : types) put(bytes, static_cast<std::uint16_t>(type));
  put_places(bytes, page.areas, areas);
  put_places(bytes, page.types, types);
  for (const std::uint64_t distance : page.distances) put_leb128(bytes, distance);
  return bytes;
}

std::optional<IndexPage> page_from(std::span<const std::byte> bytes) {
  Reader reader{bytes};
  const auto header = reader.take<HeaderLayout>();
  if (header.version != version || header.reserved != 0 || header.events == 0 ||
      header.events > page_events || header.areas > header.events || header.types > header.events) {
    return std::nullopt;
  }
  IndexPage page{.recorded_at = Instant{header.recorded_at}, .root = header.root};
  const auto areas = reader.take_words<std::uint64_t>(header.areas);
  const auto types = reader.take_words<std::uint16_t>(header.types);
  page.areas = reader.take_column<AreaCode>(header.events, areas);
  page.types = reader.take_column<EventType>(header.events, types);
  page.distances.reserve(header.events);
  for (std::size_t i = 0; i < header.events; ++i) page.distances.push_back(reader.take_leb128());
  if (!reader.is_complete()) return std::nullopt;
  return page;
}

}  // namespace doorstep::event_log
