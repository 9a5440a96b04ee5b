// What reporting and the command line ask aggregation, and what it answers, as values
// (schema/board.capnp).
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/domain/tally.h"
#include "common/hash/sha256.h"
#include "common/projection/register.h"
#include "common/projection/tasks.h"
#include "common/seam/block_store.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

inline constexpr std::uint32_t page_rows_max = 1000;

// A nil round means the current one.
struct AskArea {
  AreaCode area{};
  RoundId round{};
};
struct AskChildren {
  AreaCode area{};
  RoundId round{};
};
struct AskHouseholds {
  AreaCode area{};
  RoundId round{};
  HouseholdId after{};
  std::uint32_t limit{100};
};
struct AskHousehold {
  HouseholdId household{};
  RoundId round{};
};
struct AskTasks {
  AreaCode area{};
  TaskState state{};  // zero: all
  std::uint64_t after{};
  std::uint32_t limit{100};
};
struct AskRounds {};
struct AskDigest {};
struct Watch {
  Position after{};
};

struct Question {
  std::uint64_t number{};
  std::variant<AskArea, AskChildren, AskHouseholds, AskHousehold, AskTasks, AskRounds, AskDigest,
               Watch>
      what{};
};

struct AreaView {
  AreaCode code{};
  std::string name{};
  std::uint32_t children{};
  RoundId round{};
  Tally tally{};
};
struct HouseholdView {
  HouseholdId household{};
  AreaCode area{};
  HouseholdKind kind{};
  std::optional<WithdrawalReason> withdrawn{};
  bool on_roster{};
  Disposition disposition{};  // zero: untouched
  Position decided_by{};
  Instant happened_at{};
  std::uint16_t visits{};
  PersonCounts persons{};
  Holder lead{};  // kind zero: nobody answers for it
};
struct Areas {
  std::vector<AreaView> areas{};
};
struct HouseholdPage {
  std::vector<HouseholdView> households{};
  HouseholdId next{};
};
struct TaskPage {
  std::vector<Task> tasks{};
  std::uint64_t next{};
  std::array<std::uint32_t, 5> counts{};  // by TaskState, index = its number
};
struct RoundView {
  Round round{};
  std::string campaign_name{};
};
struct Rounds {
  std::vector<RoundView> rounds{};
};
struct DigestView {
  std::string projection{};
  std::uint32_t version{};
  Sha256 sha256{};
};
struct Changed {
  std::vector<AreaCode> areas{};
};
struct NotFound {
  std::string message{};
};
struct Invalid {
  std::string message{};
};

// Which log's history figures are of, and the version of the fold that made them: positions of two
// editions have nothing to do with each other.
struct Edition {
  LogId log{};  // nil: not known
  Epoch epoch{};
  std::uint32_t fold{};
  bool operator==(const Edition&) const = default;
};

struct Answer {
  std::uint64_t number{};
  Position as_of{};
  Instant recorded_at{};
  Position head{};
  std::variant<Areas, HouseholdPage, TaskPage, Rounds, DigestView, Changed, NotFound, Invalid>
      what{};
  Edition edition{};
};

[[nodiscard]] Bytes encode(const Question& question);
[[nodiscard]] Bytes encode(const Answer& answer);
[[nodiscard]] Result<Question> decode_question(BytesView frame);
[[nodiscard]] Result<Answer> decode_answer(BytesView frame);

}  // namespace doorstep::wire
