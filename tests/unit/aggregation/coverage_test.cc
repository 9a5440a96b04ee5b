#include "services/aggregation/coverage.h"

#include "tests/unit/aggregation/county.h"

namespace doorstep::aggregation {
namespace {

using test::Fact;
using test::minutes_past;

// A round with one household in grid 1, three usual residents.
auto with_li_in_grid_1() {
  test::FoldSpec<Coverage> spec;
  spec.given(opened(round_1), living_at(li, grid_1));
  return spec;
}

Tally one(Disposition disposition, std::uint32_t usual = 3, std::uint32_t not_verified = 3) {
  Tally tally{.persons_usual = usual, .persons_not_verified = not_verified};
  tally.by_disposition[static_cast<std::size_t>(disposition)] = 1;
  return tally;
}

const Tally untouched_li{.untouched = 1, .persons_usual = 3, .persons_not_verified = 3};

TEST(Coverage, a_registered_and_placed_household_is_untouched_at_every_level) {
  with_li_in_grid_1().then([](const Coverage& coverage) {
    for (const AreaCode area : {grid_1, village_1, township, county}) {
      EXPECT_EQ(tally_of(coverage, area), untouched_li);
    }
    EXPECT_EQ(tally_of(coverage, grid_2), Tally{});
  });
}

TEST(Coverage, before_the_first_round_the_standing_roster_is_counted) {
  test::FoldSpec<Coverage>{}.given(living_at(li, grid_1)).then([](const Coverage& coverage) {
    EXPECT_EQ(coverage.current_sheet(), Answers::standing_roster);
    EXPECT_EQ(tally_of(coverage, county, RoundId{}), untouched_li);
  });
}

TEST(Coverage, a_household_that_nobody_placed_is_on_no_roster) {
  test::FoldSpec<Coverage>{}
      .given(opened(round_1))
      .when(registered(li))
      .then([](const Coverage& coverage) { EXPECT_EQ(tally_of(coverage, county), Tally{}); });
}

TEST(Coverage, a_round_opened_later_takes_over_the_whole_roster) {
  test::FoldSpec<Coverage>{}
      .given(living_at(li, grid_1), living_at(wang, grid_3), placed(zhao, grid_3))
      .when(opened(round_1))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, county).untouched, 2u);
        EXPECT_EQ(tally_of(coverage, grid_3).untouched, 1u);
      });
}

TEST(Coverage, a_screened_household_counts_once_and_verifies_its_residents) {
  with_li_in_grid_1()
      .when(counting(visit(1, li, Disposition::screened), 4, 1))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, county), one(Disposition::screened, 4, 1));
        EXPECT_EQ(deciding_visit(coverage, li)->position, Position{4});
      });
}

TEST(Coverage, an_attempt_leaves_the_registered_residents_unverified) {
  with_li_in_grid_1()
      .when(counting(visit(1, li, Disposition::no_answer), 9, 0))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::no_answer, 3, 3));
      });
}

TEST(Coverage, a_vacant_door_has_no_usual_residents) {
  with_li_in_grid_1().when(visit(1, li, Disposition::vacant)).then([](const Coverage& coverage) {
    EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::vacant, 0, 0));
  });
}

TEST(Coverage, a_household_reached_away_without_counts_keeps_its_residents_verified) {
  with_li_in_grid_1()
      .when(visit(1, li, Disposition::away_and_reached))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::away_and_reached, 3, 0));
      });
}

TEST(Coverage, impossible_person_counts_are_bounded) {
  with_li_in_grid_1()
      .when(counting(visit(1, li, Disposition::partial), 60'000, 65'000))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::partial, 5'000, 5'000));
      });
}

TEST(Coverage, the_strongest_kind_wins_whatever_came_later) {
  with_li_in_grid_1()
      .given(counting(visit(1, li, Disposition::screened), 3, 0))
      .when(visit(2, li, Disposition::no_answer), visit(3, li, Disposition::partial))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::screened, 3, 0));
      });
}

TEST(Coverage, screened_and_settled_are_equally_strong_so_the_later_wins) {
  with_li_in_grid_1()
      .given(counting(visit(1, li, Disposition::screened), 3, 0))
      .when(visit(2, li, Disposition::vacant))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::vacant, 0, 0));
      });
}

TEST(Coverage, what_happened_later_wins_even_if_it_arrived_earlier) {
  with_li_in_grid_1()
      .given(Fact{visit(1, li, Disposition::refused_for_now)}
                 .at(minutes_past(90))
                 .recorded(minutes_past(95)))
      .when(Fact{visit(2, li, Disposition::no_answer)}
                .at(minutes_past(30))
                .recorded(minutes_past(99)))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::refused_for_now));
      });
}

TEST(Coverage, the_skew_of_the_device_is_taken_off) {
  // The second phone runs an hour ahead: its visit was at 60 minutes, before the first one.
  with_li_in_grid_1()
      .given(Fact{visit(1, li, Disposition::refused_for_now)}
                 .at(minutes_past(90))
                 .recorded(minutes_past(95)))
      .when(Fact{skewed(visit(2, li, Disposition::no_answer), 60 * 60'000)}
                .at(minutes_past(120))
                .recorded(minutes_past(130)))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::refused_for_now));
        EXPECT_EQ(deciding_visit(coverage, li)->effective, minutes_past(90));
      });
}

TEST(Coverage, no_visit_is_in_effect_later_than_it_was_recorded) {
  // A phone set to next year does not win for ever.
  with_li_in_grid_1()
      .given(Fact{visit(1, li, Disposition::refused_for_now)}
                 .at(minutes_past(500'000))
                 .recorded(minutes_past(50)))
      .when(Fact{visit(2, li, Disposition::no_answer)}
                .at(minutes_past(60))
                .recorded(minutes_past(61)))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::no_answer));
      });
}

TEST(Coverage, at_the_same_effective_time_the_later_position_wins) {
  with_li_in_grid_1()
      .given(Fact{visit(1, li, Disposition::refused_for_now)}.at(minutes_past(5)))
      .when(Fact{visit(2, li, Disposition::appointment)}.at(minutes_past(5)))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::appointment));
      });
}

TEST(Coverage, times_at_the_ends_of_the_number_fold) {
  constexpr Instant end{std::numeric_limits<std::int64_t>::max()};
  constexpr Instant start{std::numeric_limits<std::int64_t>::min()};
  with_li_in_grid_1()
      .when(Fact{skewed(visit(1, li, Disposition::no_answer), -5)}.at(end),
            Fact{skewed(visit(2, li, Disposition::appointment), 5)}.at(start))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::no_answer));
      });
}

TEST(Coverage, a_retracted_visit_falls_back_to_the_one_before) {
  with_li_in_grid_1()
      .given(visit(1, li, Disposition::no_answer), visit(2, li, Disposition::appointment),
             counting(visit(3, li, Disposition::screened), 3, 0))
      .when(retracted(3, li))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::appointment));
        EXPECT_EQ(deciding_visit(coverage, li)->position, Position{5});
      });
}

TEST(Coverage, with_its_only_visit_retracted_a_household_is_untouched_again) {
  with_li_in_grid_1()
      .given(visit(1, li, Disposition::vacant))
      .when(retracted(1, li))
      .then([](const Coverage& coverage) { EXPECT_EQ(tally_of(coverage, grid_1), untouched_li); });
}

TEST(Coverage, retracting_a_visit_that_does_not_decide_changes_no_count) {
  with_li_in_grid_1()
      .given(visit(1, li, Disposition::no_answer), visit(2, li, Disposition::vacant))
      .when(retracted(1, li))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), one(Disposition::vacant, 0, 0));
        EXPECT_EQ(coverage.unmatched(), 0u);
      });
}

TEST(Coverage, a_retraction_of_an_unknown_visit_is_counted_and_changes_nothing) {
  with_li_in_grid_1()
      .given(visit(1, li, Disposition::vacant))
      .when(retracted(9, li), retracted(1, wang), retracted(1, li), retracted(1, li))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), untouched_li);
        EXPECT_EQ(coverage.unmatched(), 3u);
      });
}

TEST(Coverage, a_household_is_listed_in_its_area_once_however_often_it_is_visited) {
  with_li_in_grid_1()
      .when(visit(1, li, Disposition::no_answer), visit(2, li, Disposition::vacant),
            retracted(2, li), opened(round_2, 2), visit(3, li, Disposition::partial, round_2))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(coverage.counted_in(*coverage.areas().find(grid_1)).size(), 1u);
      });
}

TEST(Coverage, a_visit_said_twice_under_one_id_counts_once) {
  with_li_in_grid_1()
      .given(visit(1, li, Disposition::no_answer))
      .when(visit(1, li, Disposition::no_answer), retracted(1, li))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), untouched_li);
        EXPECT_EQ(coverage.unmatched(), 1u);
      });
}

TEST(Coverage, visits_that_name_no_round_household_or_known_disposition_are_unmatched) {
  with_li_in_grid_1()
      .when(visit(1, li, Disposition::screened, round_2), visit(2, li, Disposition::screened, {}),
            visit(3, li, Disposition{0}), visit(4, li, Disposition{13}))
      .then([](const Coverage& coverage) {
        EXPECT_EQ(tally_of(coverage, grid_1), untouched_li);
        EXPECT_EQ(coverage.unmatched(), 4u);
      });
}

}  // namespace
}  // namespace doorstep::aggregation
