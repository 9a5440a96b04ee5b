// The vocabulary of the log: facts in the past tense as plain values. An envelope says who states
// what about which stream and when; the body says what happened. Text is a view: it lives as long
// as the bytes that it was decoded from, or as what a producer points it at.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <variant>

#include "common/domain/area.h"
#include "common/domain/assert.h"
#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/domain/words.h"

namespace doorstep {

// A stream is everything said about one subject: its kind and its id.
struct StreamId {
  StreamKind kind{};
  Uuid id{};

  auto operator<=>(const StreamId&) const = default;
  [[nodiscard]] bool is_none() const { return kind == StreamKind{}; }
};

[[nodiscard]] constexpr StreamId stream_of(AreaCode code) {
  return {StreamKind::area, {0, code.value}};
}
[[nodiscard]] constexpr StreamId stream_of(CampaignId id) {
  return {StreamKind::campaign, id.value};
}
[[nodiscard]] constexpr StreamId stream_of(DwellingId id) {
  return {StreamKind::dwelling, id.value};
}
[[nodiscard]] constexpr StreamId stream_of(HouseholdId id) {
  return {StreamKind::household, id.value};
}
[[nodiscard]] constexpr StreamId stream_of(WorkerId id) { return {StreamKind::worker, id.value}; }
// Marks and digests: the system speaking about itself.
inline constexpr StreamId system_stream{StreamKind::system, {0, 1}};

struct Envelope {
  EventId id{};
  EventType type{};
  StreamId stream{};
  AreaCode area{};
  Instant happened_at{};  // the word of whoever states it
  ActorId actor{};
  DeviceId device{};
  Purpose purpose{};
  EventId causation{};    // the event that made a rule say this; nil for an observation
  EventId correlation{};  // the first cause of the chain
  std::uint16_t schema_version{1};

  bool operator==(const Envelope&) const = default;
};

// Persons of a household. `not_verified` counts usual residents whom nobody has answered for.
struct PersonCounts {
  std::uint16_t registered{};
  std::uint16_t usual{};
  std::uint16_t present{};
  std::uint16_t away_in_county{};
  std::uint16_t away_outside{};
  std::uint16_t not_verified{};

  bool operator==(const PersonCounts&) const = default;
};
inline constexpr std::uint16_t persons_max =
    5000;  // of one household; collectives are the large ones

// The workers who made a visit together.
class DoneBy {
 public:
  static constexpr std::size_t workers_max = 4;

  // Pre-condition: fewer than workers_max so far.
  void add(WorkerId worker) {
    DOORSTEP_ASSERT(count_ < workers_max);
    workers_[count_++] = worker;
  }
  [[nodiscard]] std::span<const WorkerId> workers() const { return {workers_.data(), count_}; }
  bool operator==(const DoneBy&) const = default;

 private:
  std::array<WorkerId, workers_max> workers_{};
  std::size_t count_{};
};

struct AreaDefined {
  AreaCode code{};
  std::string_view name{};
  bool operator==(const AreaDefined&) const = default;
};

struct CampaignOpened {
  CampaignId campaign{};
  std::string_view name{};
  bool operator==(const CampaignOpened&) const = default;
};

struct RoundOpened {
  RoundId round{};
  CampaignId campaign{};
  std::uint32_t number{};
  std::string_view question_set{};
  std::string_view risk_list{};
  Instant deadline{};
  bool operator==(const RoundOpened&) const = default;
};

struct RoundClosed {
  RoundId round{};
  bool operator==(const RoundClosed&) const = default;
};

struct DwellingRegistered {
  DwellingId dwelling{};
  DwellingState state{};
  bool operator==(const DwellingRegistered&) const = default;
};

struct HouseholdRegistered {
  HouseholdId household{};
  HouseholdKind kind{};
  PersonCounts persons{};
  bool operator==(const HouseholdRegistered&) const = default;
};

// The household lives at `dwelling`, in `area`, from then on. A redrawn grid places it anew.
struct HouseholdPlaced {
  HouseholdId household{};
  DwellingId dwelling{};
  AreaCode area{};
  Instant from{};
  bool operator==(const HouseholdPlaced&) const = default;
};

struct HouseholdWithdrawn {
  HouseholdId household{};
  WithdrawalReason reason{};
  bool operator==(const HouseholdWithdrawn&) const = default;
};

struct WorkerRegistered {
  WorkerId worker{};
  WorkerKind kind{};
  AreaCode home{};
  bool operator==(const WorkerRegistered&) const = default;
};

struct WorkerReportedIn {
  WorkerId worker{};
  bool operator==(const WorkerReportedIn&) const = default;
};

struct WorkerStoodDown {
  WorkerId worker{};
  bool operator==(const WorkerStoodDown&) const = default;
};

struct Holder {
  HolderKind kind{};
  Uuid id{};  // a worker's or a unit's
  bool operator==(const Holder&) const = default;
};

// About a household where `household` is not nil, else about the envelope's area.
struct ResponsibilityTaken {
  ResponsibilityId responsibility{};
  HouseholdId household{};
  ResponsibilityLevel level{};
  ResponsibilityRole role{};
  Holder holder{};
  Instant from{};
  ResponsibilityBasis basis{};
  bool operator==(const ResponsibilityTaken&) const = default;
};

struct ResponsibilityReleased {
  ResponsibilityId responsibility{};
  HouseholdId household{};
  Instant at{};
  ReleaseReason reason{};
  bool operator==(const ResponsibilityReleased&) const = default;
};

struct VisitRecorded {
  VisitId visit{};  // equals the envelope's id
  HouseholdId household{};
  RoundId round{};
  DoneBy done_by{};
  WorkerId entered_by{};  // nil: the first of done_by typed it themselves
  VisitMode mode{};
  Instant started{};
  Instant ended{};
  Disposition disposition{};
  PersonCounts persons{};
  std::int32_t device_skew_ms{};  // device clock minus ours at upload; the fold subtracts it
  bool operator==(const VisitRecorded&) const = default;
};

struct VisitRetracted {
  VisitId visit{};
  HouseholdId household{};
  RoundId round{};
  RetractionReason reason{};
  bool operator==(const VisitRetracted&) const = default;
};

struct TaskOpened {
  TaskId task{};
  TaskKind kind{};
  HouseholdId household{};
  RoundId round{};
  std::uint16_t ordinal{};  // the how-many-th try at this household in this round, from 1
  TaskApproach approach{};
  TaskReason reason{};
  Instant not_before{};
  Instant not_after{};
  std::uint8_t priority{};  // 1 is the most urgent, 9 the least
  bool operator==(const TaskOpened&) const = default;
};

struct TaskGiven {
  TaskId task{};
  HouseholdId household{};
  WorkerId to{};
  GivenReason reason{};
  bool operator==(const TaskGiven&) const = default;
};

struct TaskDone {
  TaskId task{};
  HouseholdId household{};
  VisitId visit{};
  bool operator==(const TaskDone&) const = default;
};

struct TaskCancelled {
  TaskId task{};
  HouseholdId household{};
  CancellationReason reason{};
  bool operator==(const TaskCancelled&) const = default;
};

// The log's first event where time is simulated: nothing in it happened to real people.
struct DemonstrationMarked {
  Instant starts{};
  std::uint32_t speed{};  // simulated seconds in a real one
  bool operator==(const DemonstrationMarked&) const = default;
};

struct ProjectionDigestRecorded {
  std::string_view projection{};
  std::uint32_t version{};
  Day day{};
  Position upto{};
  std::array<std::uint8_t, 32> sha256{};
  bool operator==(const ProjectionDigestRecorded&) const = default;
};

// The first event of a new epoch: what the log was put back from, and up to where. Ties the new
// epoch's history to the signed head of the old one.
struct LogRestored {
  LogId log{};
  std::uint64_t epoch{};  // the old one
  Position upto{};        // the last record that was put back
  std::array<std::uint8_t, 32> root{};
  std::string_view signature{};  // the line that makes a signed checkpoint of these four
  bool operator==(const LogRestored&) const = default;
};

// A type that this build does not know, or a body that does not decode as its type says.
struct Unknown {
  bool operator==(const Unknown&) const = default;
};

using Body =
    std::variant<AreaDefined, CampaignOpened, RoundOpened, RoundClosed, DwellingRegistered,
                 HouseholdRegistered, HouseholdPlaced, HouseholdWithdrawn, WorkerRegistered,
                 WorkerReportedIn, WorkerStoodDown, ResponsibilityTaken, ResponsibilityReleased,
                 VisitRecorded, VisitRetracted, TaskOpened, TaskGiven, TaskDone, TaskCancelled,
                 DemonstrationMarked, ProjectionDigestRecorded, LogRestored, Unknown>;

// The type that an envelope with this body states; zero for Unknown.
[[nodiscard]] EventType type_of(const Body& body);

struct Event {
  Envelope envelope{};
  Body body{};
  bool operator==(const Event&) const = default;
};

// What the sequencer adds, beside the producer's bytes.
struct Stamp {
  Position position{};
  Revision revision{};    // within the event's stream
  Instant recorded_at{};  // never decreasing along positions
  bool operator==(const Stamp&) const = default;
};

struct Recorded {
  Stamp stamp{};
  Event event{};
};

template <class... Cases>
struct overloaded : Cases... {
  using Cases::operator()...;
};

}  // namespace doorstep

template <>
struct std::hash<doorstep::StreamId> {
  std::size_t operator()(const doorstep::StreamId& stream) const noexcept {
    return std::hash<doorstep::Uuid>{}(stream.id) ^ static_cast<std::size_t>(stream.kind);
  }
};
