#include "services/intake/decide_row.h"

#include "tests/unit/intake/intake_words.h"

namespace doorstep::intake {
namespace {

// "landed 3", "unchanged", or "column code".
template <class Row>
std::string outcome(const Row& row, const County& at = County{}, ListOptions options = {}) {
  const RowDecision decision = decide(row, at.known, options, morning);
  if (const auto* landed = std::get_if<Landed>(&decision)) {
    EXPECT_EQ(landed->events.front().envelope.id.value, landed->append_id.value);
    return "landed " + std::to_string(landed->events.size());
  }
  if (const auto* problem = std::get_if<RowProblem>(&decision)) {
    EXPECT_FALSE(problem->detail.zh.empty());
    EXPECT_FALSE(problem->detail.en.empty());
    return problem->column + " " + problem->code;
  }
  return "unchanged";
}

template <class Row>
void land(County& at, const Row& row) {
  const auto decision = decide(row, at.known, {}, morning);
  for (const Event& event : std::get<Landed>(decision).events) {
    at.state(event.body, event.envelope.area);
  }
}

TEST(DecideAreaRow, lands_under_a_known_parent) {
  const AreaCode other{431'224'100'002'00000};
  EXPECT_EQ(outcome(AreaRow{other, "某村"}), "landed 1");
  const AreaCode far{431'224'200'001'00000};
  EXPECT_EQ(outcome(AreaRow{far, "某村"}), "code unknownParent");
}

TEST(DecideAreaRow, of_another_county_is_refused) {
  EXPECT_EQ(outcome(AreaRow{{430'100'000'000'00000}, "长沙"}), "code otherCounty");
}

TEST(DecideAreaRow, that_is_there_is_unchanged_or_explained) {
  EXPECT_EQ(outcome(AreaRow{grid, "某地"}), "unchanged");
  EXPECT_EQ(outcome(AreaRow{grid, "别处"}), "name idConflict");
}

HouseholdRow a_household() {
  return {.key = "H1",
          .dwelling_key = "D1",
          .area = grid,
          .kind = HouseholdKind::family,
          .dwelling_state = DwellingState::in_use,
          .persons = family_of_three};
}

TEST(DecideHouseholdRow, lands_with_its_door_and_is_unchanged_the_second_time) {
  County at;
  EXPECT_EQ(outcome(a_household(), at), "landed 3");
  land(at, a_household());
  EXPECT_EQ(outcome(a_household(), at), "unchanged");
  ASSERT_NE(at.known.household(household_of_key("H1")), nullptr);
  EXPECT_EQ(at.known.household(household_of_key("H1"))->area, grid);
}

TEST(DecideHouseholdRow, two_households_share_a_door) {
  County at;
  land(at, a_household());
  HouseholdRow second = a_household();
  second.key = "H2";
  EXPECT_EQ(outcome(second, at), "landed 2");
}

// What a row says of its door is compared too, and what it leaves out is not.
TEST(DecideHouseholdRow, must_not_contradict_what_is_recorded_of_its_door) {
  County at;
  land(at,
       HouseholdRow{.dwelling_key = "D1", .area = grid, .dwelling_state = DwellingState::vacant});
  EXPECT_EQ(outcome(a_household(), at), "dwelling_key idConflict");
  HouseholdRow silent = a_household();
  silent.dwelling_state.reset();
  EXPECT_EQ(outcome(silent, at), "landed 2");
  silent.area = village;
  EXPECT_EQ(outcome(silent, at), "dwelling_key idConflict");
}

TEST(DecideHouseholdRow, moves_into_no_door_that_is_gone) {
  County at;
  land(at, HouseholdRow{
               .dwelling_key = "D1", .area = grid, .dwelling_state = DwellingState::demolished});
  HouseholdRow silent = a_household();
  silent.dwelling_state.reset();
  EXPECT_EQ(outcome(silent, at), "dwelling_key idConflict");
}

TEST(DecideHouseholdRow, that_lives_at_a_door_of_another_state_now_is_not_unchanged) {
  County at;
  land(at, a_household());
  HouseholdRow other = a_household();
  other.dwelling_state = DwellingState::demolished;
  EXPECT_EQ(outcome(other, at), "dwelling_key idConflict");
  other.dwelling_state.reset();
  EXPECT_EQ(outcome(other, at), "unchanged");
}

TEST(DecideHouseholdRow, that_was_withdrawn_is_said_so_and_may_be_taken_back) {
  County at;
  land(at, a_household());
  at.state(HouseholdWithdrawn{household_of_key("H1"), WithdrawalReason::moved_away});
  EXPECT_EQ(outcome(a_household(), at), "key withdrawn");
  EXPECT_EQ(outcome(a_household(), at, {.returned = true}), "landed 2");
  const auto decision = decide(a_household(), at.known, {.returned = true}, morning);
  for (const Event& event : std::get<Landed>(decision).events) at.state(event.body, grid);
  EXPECT_TRUE(at.known.household(household_of_key("H1"))->on_roster());
  EXPECT_EQ(outcome(a_household(), at), "unchanged");
  EXPECT_EQ(outcome(a_household(), at, {.returned = true}), "unchanged");
}

TEST(DecideHouseholdRow, with_other_content_than_recorded_is_explained) {
  County at;
  land(at, a_household());
  HouseholdRow other = a_household();
  other.kind = HouseholdKind::tenant;
  EXPECT_EQ(outcome(other, at), "key idConflict");
  other = a_household();
  other.persons.usual = 2;
  EXPECT_EQ(outcome(other, at), "key idConflict");
  other = a_household();
  other.area = village;
  EXPECT_EQ(outcome(other, at), "key idConflict");
  other = a_household();
  other.dwelling_key = "D2";
  EXPECT_EQ(outcome(other, at), "key idConflict");
}

TEST(DecideHouseholdRow, needs_a_known_and_small_area_and_possible_counts) {
  HouseholdRow row = a_household();
  row.area = {431'224'100'009'00000};
  EXPECT_EQ(outcome(row), "area unknownArea");
  row.area = township;
  EXPECT_EQ(outcome(row), "area areaTooLarge");
  row = a_household();
  row.persons.present = 9;
  EXPECT_EQ(outcome(row), "present contradiction");
}

TEST(DecideHouseholdRow, a_vacant_door_lands_alone) {
  const HouseholdRow row{
      .dwelling_key = "D9", .area = grid, .dwelling_state = DwellingState::vacant};
  County at;
  EXPECT_EQ(outcome(row, at), "landed 1");
  land(at, row);
  EXPECT_EQ(outcome(row, at), "unchanged");
  HouseholdRow other = row;
  other.dwelling_state = DwellingState::demolished;
  EXPECT_EQ(outcome(other, at), "dwelling_key idConflict");
}

TEST(DecideWorkerRow, lands_once) {
  const WorkerRow row{.key = "W1", .kind = WorkerKind::clerk, .home = village};
  County at;
  EXPECT_EQ(outcome(row, at), "landed 1");
  land(at, row);
  EXPECT_EQ(outcome(row, at), "unchanged");
  EXPECT_EQ(outcome(WorkerRow{"W1", WorkerKind::clerk, grid}, at), "key idConflict");
  EXPECT_EQ(outcome(WorkerRow{"W1", WorkerKind::volunteer, village}, at), "key idConflict");
  EXPECT_EQ(outcome(WorkerRow{"W2", WorkerKind::clerk, {430'100'000'000'00000}}, at),
            "home unknownArea");
}

TEST(DecideResponsibilityRow, lands_for_a_known_household_or_area_and_worker) {
  County at;
  land(at, a_household());
  land(at, WorkerRow{"W1", WorkerKind::clerk, village});
  ResponsibilityRow row{.key = "R1",
                        .household_key = "H1",
                        .level = ResponsibilityLevel::covers_household,
                        .role = ResponsibilityRole::lead,
                        .worker_key = "W1",
                        .basis = ResponsibilityBasis::pairing,
                        .from = morning};
  EXPECT_EQ(outcome(row, at), "landed 1");
  ResponsibilityRow wrong = row;
  wrong.household_key = "H9";
  EXPECT_EQ(outcome(wrong, at), "household_key unknownHousehold");
  wrong = row;
  wrong.worker_key = "W9";
  EXPECT_EQ(outcome(wrong, at), "worker_key unknownWorker");
  land(at, row);
  EXPECT_EQ(outcome(row, at), "unchanged");
  EXPECT_EQ(at.known.roster().lead_of(household_of_key("H1")),
            (Holder{HolderKind::worker, worker_of_key("W1").value}));
  wrong = row;
  wrong.role = ResponsibilityRole::co_holder;
  EXPECT_EQ(outcome(wrong, at), "key idConflict");

  wrong = row;
  wrong.basis = ResponsibilityBasis::county_order;
  EXPECT_EQ(outcome(wrong, at), "key idConflict");

  County withdrawn = at;
  withdrawn.state(HouseholdWithdrawn{household_of_key("H1"), WithdrawalReason::moved_away});
  wrong = row;
  wrong.key = "R3";
  EXPECT_EQ(outcome(wrong, withdrawn), "household_key withdrawn");

  row.key = "R2";
  row.household_key.clear();
  row.area = {431'224'100'009'00000};
  EXPECT_EQ(outcome(row, at), "area unknownArea");
  row.area = village;
  EXPECT_EQ(outcome(row, at), "landed 1");
  land(at, row);
  EXPECT_EQ(outcome(row, at), "unchanged");
  row.area = grid;
  EXPECT_EQ(outcome(row, at), "key idConflict");
  row.area = village;
  at.state(ResponsibilityReleased{.responsibility = responsibility_of_key("R2")});
  EXPECT_EQ(outcome(row, at), "key released");
}

}  // namespace
}  // namespace doorstep::intake
