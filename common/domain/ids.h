// Identities: 128-bit ids that carry no meaning (UUIDv7 from clients, derived ids from rules), and
// positions in the log. Each kind of thing has its own type, so that ids cannot be swapped.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "common/domain/table_hash.h"

namespace doorstep {

// The 16 bytes of a UUID as two big-endian halves. The nil value means "none".
struct Uuid {
  std::uint64_t high{};
  std::uint64_t low{};

  auto operator<=>(const Uuid&) const = default;
  [[nodiscard]] bool is_nil() const { return high == 0 && low == 0; }
};

// RFC 9562 text form, lower case: 8-4-4-4-12.
[[nodiscard]] std::string to_string(Uuid uuid);
// Accepts upper and lower case; anything but 36 characters of that form is nullopt.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text);

// Big-endian, as in RFC 9562: for hashing and for stored bytes.
[[nodiscard]] std::array<std::uint8_t, 16> to_bytes(Uuid uuid);
[[nodiscard]] Uuid uuid_from_bytes(std::span<const std::uint8_t, 16> bytes);

// Sets the version (7: time-ordered, 8: derived from a name) and variant bits of RFC 9562.
[[nodiscard]] Uuid with_version(Uuid uuid, unsigned version);

template <class Tag>
struct Id {
  Uuid value{};

  auto operator<=>(const Id&) const = default;
  [[nodiscard]] bool is_nil() const { return value.is_nil(); }
};

template <class Tag>
[[nodiscard]] std::string to_string(Id<Tag> id) {
  return to_string(id.value);
}

using EventId = Id<struct EventIdTag>;
using AppendId = Id<struct AppendIdTag>;  // of one append request; for a single event, its EventId
// What tells one append request from another under the same id (common/wire/log_protocol.h).
using RequestDigest = std::array<std::uint8_t, 32>;
using LogId = Id<struct LogIdTag>;
using CampaignId = Id<struct CampaignIdTag>;
using RoundId = Id<struct RoundIdTag>;
using DwellingId = Id<struct DwellingIdTag>;
using HouseholdId = Id<struct HouseholdIdTag>;
using WorkerId = Id<struct WorkerIdTag>;
using VisitId = Id<struct VisitIdTag>;  // equals the EventId of its VisitRecorded
using TaskId = Id<struct TaskIdTag>;
using ResponsibilityId = Id<struct ResponsibilityIdTag>;
using ActorId = Id<struct ActorIdTag>;  // a worker or a service, whoever states the fact
using DeviceId = Id<struct DeviceIdTag>;

// Place of an event in the one order of the log: 1 is the first event, 0 means "nothing yet".
enum class Position : std::uint64_t {};
// Place of an event within its stream: 0 is the first.
enum class Revision : std::uint64_t {};

[[nodiscard]] constexpr std::uint64_t number(Position position) {
  return static_cast<std::uint64_t>(position);
}
[[nodiscard]] constexpr std::uint64_t number(Revision revision) {
  return static_cast<std::uint64_t>(revision);
}
[[nodiscard]] constexpr Position next(Position position) { return Position{number(position) + 1}; }

}  // namespace doorstep

template <>
struct std::hash<doorstep::Uuid> {
  std::size_t operator()(const doorstep::Uuid& uuid) const noexcept {
    return doorstep::table_hash(uuid.high, uuid.low);
  }
};

template <class Tag>
struct std::hash<doorstep::Id<Tag>> {
  std::size_t operator()(const doorstep::Id<Tag>& id) const noexcept {
    return std::hash<doorstep::Uuid>{}(id.value);
  }
};
