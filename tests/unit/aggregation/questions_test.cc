#include "services/aggregation/questions.h"

#include <gmock/gmock.h>

#include "services/aggregation/digest.h"
#include "tests/unit/aggregation/county.h"

namespace doorstep::aggregation {
namespace {

using test::Fact;

Coverage of(const std::vector<Fact>& facts) {
  test::FactLog log;
  log.add(facts);
  Coverage coverage;
  for (const Recorded& recorded : log.records()) coverage.evolve(recorded);
  coverage.settle(Position{facts.size()});
  return coverage;
}

template <class Said>
Said ask(const Coverage& coverage, const decltype(wire::Question::what)& what) {
  const AsOf as_of{Position{7}, test::morning, Position{9}};
  const wire::Answer said = answer({.number = 5, .what = what}, coverage, as_of);
  EXPECT_EQ(said.number, 5u);
  EXPECT_EQ(said.as_of, Position{7});
  EXPECT_EQ(said.head, Position{9});
  const Said* const expected = std::get_if<Said>(&said.what);
  EXPECT_NE(expected, nullptr) << "another kind of answer: " << said.what.index();
  return expected == nullptr ? Said{} : *expected;
}

std::vector<Fact> a_county() {
  return {AreaDefined{county, "溆浦县"},
          AreaDefined{grid_2, "second"},
          opened(round_1),
          registered(li),
          placed(li, grid_1),
          registered(wang),
          placed(wang, grid_1),
          registered(zhao),
          placed(zhao, grid_3),
          visit(1, wang, Disposition::no_answer),
          CampaignOpened{spring, "spring"}};
}

std::vector<HouseholdId> ids(const wire::HouseholdPage& page) {
  std::vector<HouseholdId> found;
  for (const wire::HouseholdView& view : page.households) found.push_back(view.household);
  return found;
}

TEST(Questions, an_area_has_its_name_its_children_and_its_count) {
  const Coverage coverage = of(a_county());
  const auto areas = ask<wire::Areas>(coverage, wire::AskArea{.area = county}).areas;
  ASSERT_EQ(areas.size(), 1u);
  EXPECT_EQ(areas[0].name, "溆浦县");
  EXPECT_EQ(areas[0].children, 1u);
  EXPECT_EQ(areas[0].round, round_1);
  EXPECT_EQ(roster(areas[0].tally), 3u);
}

TEST(Questions, children_come_in_code_order_also_those_known_only_by_their_count) {
  const Coverage coverage = of(a_county());
  const auto areas = ask<wire::Areas>(coverage, wire::AskChildren{.area = village_1}).areas;
  ASSERT_EQ(areas.size(), 2u);
  EXPECT_EQ(areas[0].code, grid_1);
  EXPECT_EQ(areas[0].name, "");
  EXPECT_EQ(areas[1].code, grid_2);
  EXPECT_EQ(areas[1].name, "second");
  EXPECT_TRUE(ask<wire::Areas>(coverage, wire::AskChildren{.area = grid_1}).areas.empty());
}

TEST(Questions, an_area_or_round_that_nobody_named_is_not_found) {
  const Coverage coverage = of(a_county());
  const AreaCode elsewhere{43122510000000000};
  EXPECT_THAT(ask<wire::NotFound>(coverage, wire::AskArea{.area = elsewhere}).message,
              testing::HasSubstr("431225100"));
  ask<wire::NotFound>(coverage, wire::AskChildren{.area = elsewhere});
  ask<wire::NotFound>(coverage, wire::AskHouseholds{.area = elsewhere});
  ask<wire::NotFound>(coverage, wire::AskTasks{.area = elsewhere});
  ask<wire::NotFound>(coverage, wire::AskArea{.area = county, .round = round_2});
  ask<wire::NotFound>(coverage, wire::AskHousehold{.household = li, .round = round_2});
  ask<wire::NotFound>(coverage, wire::AskHousehold{.household = {{1, 99}}});
  ask<wire::Invalid>(coverage, wire::AskArea{});
}

TEST(Questions, households_are_paged_in_id_order_with_all_below_the_area) {
  const Coverage coverage = of(a_county());
  const auto first = ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{county, {}, {}, 2});
  EXPECT_EQ(ids(first), (std::vector{li, wang}));
  EXPECT_EQ(first.next, wang);
  const auto second =
      ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{county, {}, first.next, 2});
  EXPECT_EQ(ids(second), std::vector{zhao});
  EXPECT_TRUE(second.next.is_nil());
  const auto in_grid = ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{grid_1, {}, {}, 2});
  EXPECT_EQ(ids(in_grid), (std::vector{li, wang}));
  EXPECT_TRUE(in_grid.next.is_nil());
}

TEST(Questions, a_page_has_at_least_one_row_and_at_most_a_thousand) {
  const Coverage coverage = of(a_county());
  for (const std::uint32_t limit : {0u, 1'001u}) {
    ask<wire::Invalid>(coverage, wire::AskHouseholds{county, {}, {}, limit});
    ask<wire::Invalid>(coverage, wire::AskTasks{county, {}, 0, limit});
  }
  ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{county, {}, {}, 1'000});
}

TEST(Questions, a_household_shows_what_decided_it_and_who_answers_for_it) {
  auto facts = a_county();
  facts.push_back(ResponsibilityTaken{.responsibility = {{8, 1}},
                                      .household = wang,
                                      .level = ResponsibilityLevel::covers_household,
                                      .role = ResponsibilityRole::lead,
                                      .holder = {HolderKind::worker, {7, 1}}});
  const auto page =
      ask<wire::HouseholdPage>(of(facts), wire::AskHousehold{.household = wang}).households;
  ASSERT_EQ(page.size(), 1u);
  EXPECT_EQ(page[0].area, grid_1);
  EXPECT_TRUE(page[0].on_roster);
  EXPECT_EQ(page[0].disposition, Disposition::no_answer);
  EXPECT_EQ(page[0].decided_by, Position{10});
  EXPECT_EQ(page[0].visits, 1);
  EXPECT_EQ(page[0].persons.usual, 3);
  EXPECT_EQ(page[0].persons.not_verified, 3);
  EXPECT_EQ(page[0].lead.id, (Uuid{7, 1}));
}

TEST(Questions, a_household_shows_its_unretracted_visits_of_the_round) {
  auto facts = a_county();
  facts.push_back(visit(2, wang, Disposition::appointment));
  facts.push_back(visit(3, wang, Disposition::no_answer));
  facts.push_back(retracted(2, wang));
  const auto page =
      ask<wire::HouseholdPage>(of(facts), wire::AskHousehold{.household = wang}).households;
  EXPECT_EQ(page.at(0).visits, 2);
}

TEST(Questions, a_screened_household_shows_the_persons_that_its_visit_counted) {
  auto facts = a_county();
  facts.push_back(counting(visit(2, li, Disposition::screened), 4, 1));
  const auto page =
      ask<wire::HouseholdPage>(of(facts), wire::AskHousehold{.household = li}).households;
  EXPECT_EQ(page.at(0).persons, (PersonCounts{.usual = 4, .not_verified = 1}));
}

TEST(Questions, withdrawn_and_off_roster_households_are_listed_where_they_are_counted) {
  auto facts = a_county();
  const HouseholdId found{{1, 9}};
  facts.push_back(withdrawn(li, WithdrawalReason::duplicate));
  facts.push_back(Fact{visit(2, found, Disposition::screened)}.in(grid_1));
  const auto page =
      ask<wire::HouseholdPage>(of(facts), wire::AskHouseholds{grid_1, {}, {}, 10}).households;
  ASSERT_EQ(page.size(), 3u);
  EXPECT_EQ(page[0].withdrawn, WithdrawalReason::duplicate);
  EXPECT_FALSE(page[0].on_roster);
  EXPECT_EQ(page[2].household, found);
  EXPECT_EQ(page[2].area, grid_1);
  EXPECT_FALSE(page[2].on_roster);
  EXPECT_FALSE(page[2].withdrawn);
}

TEST(Questions, a_household_that_moved_is_listed_once_and_only_where_it_is_now) {
  auto facts = a_county();
  facts.push_back(placed(li, grid_3));
  facts.push_back(placed(li, grid_1));
  facts.push_back(placed(zhao, grid_1));
  const Coverage coverage = of(facts);
  EXPECT_EQ(ids(ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{county, {}, {}, 10})),
            (std::vector{li, wang, zhao}));
  EXPECT_TRUE(ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{grid_3, {}, {}, 10})
                  .households.empty());
}

TEST(Questions, a_closed_round_lists_its_households_where_they_were) {
  auto facts = a_county();
  facts.push_back(RoundClosed{round_1});
  facts.push_back(opened(round_2, 2));
  facts.push_back(placed(li, grid_3));
  const Coverage coverage = of(facts);
  EXPECT_EQ(ids(ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{grid_1, round_1, {}, 10})),
            (std::vector{li, wang}));
  EXPECT_EQ(ids(ask<wire::HouseholdPage>(coverage, wire::AskHouseholds{grid_3, {}, {}, 10})),
            (std::vector{li, zhao}));
}

std::vector<Fact> with_tasks() {
  auto facts = a_county();
  const auto task = [](std::uint64_t id, HouseholdId household) {
    return TaskOpened{.task = {{6, id}}, .household = household, .round = round_1};
  };
  facts.push_back(Fact{task(1, li)}.in(grid_1));
  facts.push_back(Fact{task(2, zhao)}.in(grid_3));
  facts.push_back(Fact{task(3, wang)}.in(grid_1));
  facts.push_back(TaskGiven{.task = {{6, 3}}, .household = wang, .to = {{7, 1}}});
  facts.push_back(task(4, li));  // at no known area
  return facts;
}

TEST(Questions, tasks_are_paged_as_opened_with_the_counts_of_all) {
  const Coverage coverage = of(with_tasks());
  const auto first = ask<wire::TaskPage>(coverage, wire::AskTasks{county, {}, 0, 2});
  ASSERT_EQ(first.tasks.size(), 2u);
  EXPECT_EQ(first.tasks[0].id, (TaskId{{6, 1}}));
  EXPECT_EQ(first.tasks[1].id, (TaskId{{6, 2}}));
  EXPECT_EQ(first.counts, (std::array<std::uint32_t, 5>{0, 2, 1, 0, 0}));
  const auto second = ask<wire::TaskPage>(coverage, wire::AskTasks{county, {}, first.next, 2});
  ASSERT_EQ(second.tasks.size(), 1u);
  EXPECT_EQ(second.tasks[0].id, (TaskId{{6, 3}}));
  EXPECT_EQ(second.next, 0u);
}

TEST(Questions, tasks_can_be_asked_for_by_state_and_for_all_areas) {
  const Coverage coverage = of(with_tasks());
  const auto given = ask<wire::TaskPage>(coverage, wire::AskTasks{grid_1, TaskState::given, 0, 9});
  ASSERT_EQ(given.tasks.size(), 1u);
  EXPECT_EQ(given.counts, (std::array<std::uint32_t, 5>{0, 1, 1, 0, 0}));
  const auto all = ask<wire::TaskPage>(coverage, wire::AskTasks{{}, {}, 0, 9});
  EXPECT_EQ(all.tasks.size(), 4u);
  EXPECT_EQ(all.counts, (std::array<std::uint32_t, 5>{0, 3, 1, 0, 0}));
}

TEST(Questions, rounds_come_with_the_current_one_first) {
  auto facts = a_county();
  facts.push_back(opened(round_2, 2));
  facts.push_back(RoundClosed{round_2});
  const auto rounds = ask<wire::Rounds>(of(facts), wire::AskRounds{}).rounds;
  ASSERT_EQ(rounds.size(), 2u);
  EXPECT_EQ(rounds[0].round.id, round_1);
  EXPECT_EQ(rounds[0].campaign_name, "spring");
  EXPECT_EQ(rounds[1].round.id, round_2);
}

TEST(Questions, the_digest_names_projection_and_version) {
  const Coverage coverage = of(a_county());
  const auto said = ask<wire::DigestView>(coverage, wire::AskDigest{});
  EXPECT_EQ(said.projection, "coverage");
  EXPECT_EQ(said.version, 1u);
  EXPECT_EQ(said.sha256, digest(coverage));
}

TEST(Questions, a_watch_tells_the_areas_that_changed_after_a_position) {
  Coverage coverage = of(a_county());
  EXPECT_TRUE(ask<wire::Changed>(coverage, wire::Watch{Position{11}}).areas.empty());
  test::FactLog log;
  coverage.evolve(log.add(Fact{TaskOpened{.task = {{6, 1}}, .household = zhao}}.in(grid_3)));
  coverage.settle(Position{12});
  EXPECT_THAT(ask<wire::Changed>(coverage, wire::Watch{Position{11}}).areas,
              testing::UnorderedElementsAre(county, township, village_2, grid_3));
}

TEST(Questions, a_change_of_the_current_round_changes_every_area) {
  Coverage coverage = of(a_county());
  test::FactLog log;
  coverage.evolve(log.add(opened(round_2, 2)));
  coverage.settle(Position{12});
  EXPECT_EQ(ask<wire::Changed>(coverage, wire::Watch{Position{11}}).areas.size(),
            coverage.areas().size() - 1);
}

}  // namespace
}  // namespace doorstep::aggregation
