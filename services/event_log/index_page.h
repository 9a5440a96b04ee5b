// A page of the log's index: columns over 1,024 positions, as a queue of events fills them. Bytes:
// docs/formats/index.md. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/hash/sha256.h"
#include "services/event_log/heading.h"

namespace doorstep::event_log {

// Page n has the events at n · 1,024 + 1 to (n + 1) · 1,024; the last page is still being filled.
inline constexpr std::size_t page_events = 1024;

[[nodiscard]] constexpr std::uint64_t page_of(Position position) {
  return (number(position) - 1) / page_events;
}
[[nodiscard]] constexpr std::size_t place_in_page(Position position) {
  return (number(position) - 1) % page_events;
}
[[nodiscard]] constexpr Position last_of_page(std::uint64_t page) {
  return Position{(page + 1) * page_events};
}

struct IndexPage {
  Instant recorded_at{};  // of its first event
  Sha256 root{};          // of its leaves (RFC 6962), once it is full
  std::vector<AreaCode> areas{};
  std::vector<EventType> types{};
  std::vector<std::uint64_t> distances{};  // back to the event before in its stream; 0: the first

  [[nodiscard]] std::size_t events() const { return distances.size(); }
  bool operator==(const IndexPage&) const = default;
};

// The same page always gives the same bytes. Pre-condition: it has an event.
[[nodiscard]] std::vector<std::byte> to_bytes(const IndexPage& page);
// nullopt: not what to_bytes makes.
[[nodiscard]] std::optional<IndexPage> page_from(std::span<const std::byte> bytes);

}  // namespace doorstep::event_log
