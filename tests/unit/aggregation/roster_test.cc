// Who is on the roster of a round, and where: off-roster, withdrawal and return, moves, rounds.
#include "tests/unit/aggregation/county.h"

namespace doorstep::aggregation {
namespace {

using test::Fact;

const Tally off_roster{.off_roster = 1};

auto with_li_in_grid_1() {
  test::FoldSpec<Coverage> spec;
  spec.given(opened(round_1), living_at(li, grid_1));
  return spec;
}

TEST(Roster, a_household_on_no_list_is_counted_where_it_was_found_and_in_no_roster) {
  with_li_in_grid_1()
      .when(Fact{counting(visit(1, wang, Disposition::screened), 2, 0)}.in(grid_2))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_2), off_roster);
        EXPECT_EQ(tally_of(coverage, village_1).off_roster, 1u);
        EXPECT_EQ(roster(tally_of(coverage, village_1)), 1u);
        EXPECT_EQ(tally_of(coverage, village_1).persons_usual, 3u);
      });
}

TEST(Roster, once_registered_an_off_roster_household_brings_its_answer_along) {
  with_li_in_grid_1()
      .given(Fact{counting(visit(1, wang, Disposition::screened), 2, 0)}.in(grid_2))
      .when(living_at(wang, grid_3))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_2), Tally{});
        EXPECT_EQ(count(tally_of(coverage, grid_3), Disposition::screened), 1u);
        EXPECT_EQ(tally_of(coverage, grid_3).persons_usual, 2u);
        EXPECT_EQ(tally_of(coverage, county).off_roster, 0u);
      });
}

TEST(Roster, an_off_roster_household_is_counted_where_its_deciding_visit_was) {
  test::FoldSpec<Coverage>{}
      .given(opened(round_1), Fact{visit(1, wang, Disposition::no_answer)}.in(grid_1))
      .when(Fact{visit(2, wang, Disposition::screened)}.in(grid_3))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), Tally{});
        EXPECT_EQ(tally_of(coverage, grid_3), off_roster);
      });
}

TEST(Roster, an_off_roster_household_whose_visits_are_retracted_is_gone) {
  test::FoldSpec<Coverage>{}
      .given(opened(round_1), Fact{visit(1, wang, Disposition::no_answer)}.in(grid_1))
      .when(retracted(1, wang))
      .then([](const Coverage& coverage) { EXPECT_EQ(tally_of(coverage, county), Tally{}); });
}

TEST(Roster, a_visit_at_no_known_area_is_kept_under_the_unknown_one) {
  test::FoldSpec<Coverage>{}
      .given(opened(round_1))
      .when(visit(1, wang, Disposition::screened))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, AreaCode{}), off_roster);
        EXPECT_EQ(tally_of(coverage, county), Tally{});
      });
}

TEST(Roster, a_withdrawn_household_is_shown_beside_the_identity) {
  with_li_in_grid_1()
      .given(visit(1, li, Disposition::no_answer))
      .when(withdrawn(li, WithdrawalReason::duplicate))
      .then([](const Coverage& coverage) {
        Tally expected;
        expected.withdrawn[static_cast<std::size_t>(WithdrawalReason::duplicate)] = 1;
        EXPECT_EQ(tally_of(coverage, grid_1), expected);
        EXPECT_EQ(tally_of(coverage, county), expected);
      });
}

TEST(Roster, an_unknown_withdrawal_reason_is_still_a_withdrawal) {
  with_li_in_grid_1().when(withdrawn(li, WithdrawalReason{200})).then([](const Coverage& coverage) {
    EXPECT_EQ(withdrawn(tally_of(coverage, county)), 1u);
  });
}

TEST(Roster, a_household_that_returns_has_its_answer_again_also_from_while_it_was_away) {
  with_li_in_grid_1()
      .given(withdrawn(li, WithdrawalReason::moved_away),
             counting(visit(1, li, Disposition::screened), 5, 0))
      .when(registered(li, 5))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(count(tally_of(coverage, grid_1), Disposition::screened), 1u);
        EXPECT_EQ(withdrawn(tally_of(coverage, grid_1)), 0u);
        EXPECT_EQ(tally_of(coverage, grid_1).persons_usual, 5u);
      });
}

TEST(Roster, a_withdrawn_household_that_is_placed_elsewhere_stays_withdrawn) {
  with_li_in_grid_1()
      .given(withdrawn(li, WithdrawalReason::moved_away))
      .when(placed(li, grid_3))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), Tally{});
        EXPECT_EQ(withdrawn(tally_of(coverage, grid_3)), 1u);
        EXPECT_EQ(roster(tally_of(coverage, county)), 0u);
      });
}

TEST(Roster, a_household_placed_anew_takes_its_answer_with_it) {
  with_li_in_grid_1()
      .given(counting(visit(1, li, Disposition::screened), 3, 1))
      .when(placed(li, grid_3))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), Tally{});
        EXPECT_EQ(tally_of(coverage, village_1), Tally{});
        EXPECT_EQ(count(tally_of(coverage, grid_3), Disposition::screened), 1u);
        EXPECT_EQ(count(tally_of(coverage, village_2), Disposition::screened), 1u);
        EXPECT_EQ(roster(tally_of(coverage, township)), 1u);
      });
}

TEST(Roster, a_visit_answers_its_own_round_only) {
  with_li_in_grid_1()
      .given(opened(round_2, 2))
      .when(visit(1, li, Disposition::vacant, round_1),
            visit(2, li, Disposition::no_answer, round_2))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(count(tally_of(coverage, county, round_1), Disposition::vacant), 1u);
        EXPECT_EQ(count(tally_of(coverage, county, round_2), Disposition::no_answer), 1u);
        EXPECT_EQ(coverage.answers().sheet(coverage.current_sheet()).round, round_2);
      });
}

TEST(Roster, a_visit_never_touches_the_standing_roster) {
  with_li_in_grid_1().when(visit(1, li, Disposition::vacant)).then([](const Coverage& coverage) {
    EXPECT_EQ(tally_of(coverage, county, RoundId{}).untouched, 1u);
  });
}

TEST(Roster, a_closed_round_keeps_its_roster_as_it_was) {
  with_li_in_grid_1()
      .given(living_at(wang, grid_1), RoundClosed{round_1})
      .when(placed(li, grid_3), living_at(zhao, grid_1),
            withdrawn(wang, WithdrawalReason::moved_away))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1, round_1).untouched, 2u);
        EXPECT_EQ(tally_of(coverage, grid_3, round_1), Tally{});
        EXPECT_EQ(tally_of(coverage, county, RoundId{}).untouched, 2u);
      });
}

TEST(Roster, a_late_visit_to_a_closed_round_still_answers_it) {
  with_li_in_grid_1()
      .given(RoundClosed{round_1}, placed(li, grid_3))
      .when(counting(visit(1, li, Disposition::screened), 3, 0))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(count(tally_of(coverage, grid_1, round_1), Disposition::screened), 1u);
        EXPECT_EQ(tally_of(coverage, grid_1, round_1).persons_not_verified, 0u);
      });
}

TEST(Roster, a_household_registered_after_the_close_is_off_the_closed_roster) {
  with_li_in_grid_1()
      .given(RoundClosed{round_1}, living_at(wang, grid_2))
      .when(Fact{visit(1, wang, Disposition::screened)}.in(grid_2))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_2, round_1), off_roster);
      });
}

TEST(Roster, with_every_round_closed_the_last_one_opened_is_shown) {
  with_li_in_grid_1()
      .given(opened(round_2, 2))
      .when(RoundClosed{round_2}, RoundClosed{round_1})
      .then([](const Coverage& coverage) {
        EXPECT_EQ(coverage.answers().sheet(coverage.current_sheet()).round, round_2);
      });
}

TEST(Roster, facts_that_fit_nothing_change_no_count) {
  with_li_in_grid_1()
      .when(registered(li, 9), withdrawn(wang, WithdrawalReason::duplicate),
            withdrawn(HouseholdId{}, WithdrawalReason::duplicate), registered(HouseholdId{}),
            visit(1, HouseholdId{}, Disposition::screened), opened(round_1), opened(RoundId{}),
            RoundClosed{round_2}, AreaDefined{}, Unknown{})
      .then([](const Coverage& coverage) {
        EXPECT_EQ(roster(tally_of(coverage, county)), 1u);
        EXPECT_EQ(tally_of(coverage, county).persons_usual, 3u);
        EXPECT_EQ(withdrawn(tally_of(coverage, county)), 0u);
      });
}

}  // namespace
}  // namespace doorstep::aggregation
