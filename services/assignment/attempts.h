// What has been tried at each household in a round, as the screening plan needs it: the visits in
// order, what was retracted since, and how much of that the household's latest task already knew.
// Pure and total.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/register.h"

namespace doorstep::assignment {

struct Try {
  VisitId visit{};
  Position position{};
  Instant at{};  // by the device's clock, corrected; never later than it was recorded
  Disposition disposition{};
  EventId retracted_by{};  // nil: it stands
  Position retracted_at{};
  bool operator==(const Try&) const = default;

  [[nodiscard]] bool stands() const { return retracted_by.is_nil(); }
};

// One household in one round.
struct Attempts {
  std::vector<Try> tries{};    // by position
  Position latest_task_saw{};  // what caused the latest task; visits after it may answer that task
  bool operator==(const Attempts&) const = default;

  // The first visit whose answer is final; null: there is none.
  [[nodiscard]] const Try* final_answer() const;
  // The latest visit that asks for another try (no answer, appointment, not accessible) after
  // `seen`.
  [[nodiscard]] const Try* asks_again(Position seen) const;
  [[nodiscard]] std::uint32_t no_answers() const;
  // The visit whose retraction is the last word about the household; null: the last word is a
  // visit's.
  [[nodiscard]] const Try* retracted_last() const;
};

// True where such a visit ends the try, without an answer to the round's questions.
[[nodiscard]] bool asks_for_another_try(Disposition disposition);

// All households in one round.
struct RoundRows {
  EventId opened_by{};
  EventId closed_by{};
  std::vector<Attempts> rows{};  // by HouseholdIndex; grows as households are tried
};

class RoundAttempts {
 public:
  // `known` has folded the same event already.
  void evolve(const Recorded& recorded, const Register& known);

  // Null: nothing was tried there in that round.
  [[nodiscard]] const Attempts* of(RoundId round, HouseholdIndex household) const;
  // The events that opened and closed a round, and that withdrew a household: nil where there is
  // none.
  [[nodiscard]] EventId opened_by(RoundId round) const;
  [[nodiscard]] EventId closed_by(RoundId round) const;
  [[nodiscard]] EventId withdrawn_by(HouseholdId household) const;

  // For snapshots (archived.h).
  template <class Archive>
  void archive(Archive& archive);
  // False: read from a snapshot, it cannot be of this register.
  [[nodiscard]] bool is_consistent(const Register& known) const;

 private:
  Attempts* row(RoundId round, HouseholdId household, const Register& known);
  void open(const RoundOpened& opened, EventId by);
  void record(const VisitRecorded& visit, const Recorded& recorded, const Register& known);
  void retract(const VisitRetracted& retracted, const Recorded& recorded, const Register& known);
  void note_task(const TaskOpened& task, const Recorded& recorded, const Register& known);

  std::unordered_map<RoundId, RoundRows> rounds_{};
  std::unordered_map<HouseholdId, EventId> withdrawn_by_{};
};

}  // namespace doorstep::assignment
