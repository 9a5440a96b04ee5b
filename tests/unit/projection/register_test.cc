#include "common/projection/register.h"

#include "tests/support/fold_spec.h"

namespace doorstep {
namespace {

constexpr AreaCode grid_1{43122410000100100}, grid_2{43122410000100200};
constexpr HouseholdId li{{1, 1}}, wang{{1, 2}};
constexpr WorkerId chen{{2, 1}}, zhou{{2, 2}};
constexpr RoundId round_1{{3, 1}}, round_2{{3, 2}};
constexpr ResponsibilityId first{{4, 1}}, second{{4, 2}}, third{{4, 3}};

auto of_register() { return test::FoldSpec<Register>{}; }

HouseholdRegistered registered(HouseholdId id, std::uint16_t usual) {
  return {.household = id, .kind = HouseholdKind::family, .persons = {.usual = usual}};
}
HouseholdPlaced placed(HouseholdId id, AreaCode area) {
  return {.household = id, .dwelling = {{5, 1}}, .area = area};
}
ResponsibilityTaken leading(ResponsibilityId id, HouseholdId household, WorkerId holder) {
  return {.responsibility = id,
          .household = household,
          .level = ResponsibilityLevel::covers_household,
          .role = ResponsibilityRole::lead,
          .holder = {HolderKind::worker, holder.value}};
}

const Household& household(const Register& known, HouseholdId id) {
  return known.household(known.find(id).value());
}

TEST(Register, an_area_defined_again_has_its_new_name) {
  of_register()
      .given(AreaDefined{grid_1, "east"})
      .when(AreaDefined{grid_1, "sunrise"})
      .then([](const Register& known) {
        EXPECT_EQ(known.area(grid_1)->name, "sunrise");
        EXPECT_EQ(known.areas().size(), 1u);
        EXPECT_EQ(known.area(grid_2), nullptr);
      });
}

TEST(Register, a_household_is_on_the_roster_once_registered_and_placed) {
  of_register().when(registered(li, 3), placed(li, grid_1)).then([](const Register& known) {
    EXPECT_TRUE(household(known, li).on_roster());
    EXPECT_EQ(household(known, li).area, grid_1);
    EXPECT_EQ(known.unmatched(), 0u);
  });
}

TEST(Register, a_placement_that_comes_before_the_registration_is_kept) {
  of_register().given(placed(li, grid_1)).when(registered(li, 3)).then([](const Register& known) {
    EXPECT_TRUE(household(known, li).on_roster());
    EXPECT_EQ(known.unmatched(), 1u);
  });
}

TEST(Register, of_two_registrations_the_first_stands) {
  of_register().given(registered(li, 3)).when(registered(li, 8)).then([](const Register& known) {
    EXPECT_EQ(household(known, li).persons.usual, 3);
    EXPECT_EQ(known.unmatched(), 1u);
  });
}

TEST(Register, registering_again_after_a_withdrawal_puts_the_household_back) {
  of_register()
      .given(registered(li, 3), placed(li, grid_1),
             HouseholdWithdrawn{li, WithdrawalReason::moved_away})
      .when(registered(li, 5))
      .then([](const Register& known) {
        EXPECT_TRUE(household(known, li).on_roster());
        EXPECT_EQ(household(known, li).persons.usual, 5);
        EXPECT_EQ(household(known, li).area, grid_1);
        EXPECT_EQ(known.unmatched(), 0u);
      });
}

TEST(Register, placing_a_withdrawn_household_keeps_it_withdrawn) {
  of_register()
      .given(registered(li, 3), HouseholdWithdrawn{li, WithdrawalReason::moved_away})
      .when(placed(li, grid_2))
      .then([](const Register& known) {
        EXPECT_FALSE(household(known, li).on_roster());
        EXPECT_EQ(household(known, li).area, grid_2);
      });
}

TEST(Register, withdrawing_nobody_or_the_same_household_twice_is_unmatched) {
  of_register()
      .given(registered(li, 3), HouseholdWithdrawn{li, WithdrawalReason::moved_away})
      .when(HouseholdWithdrawn{li, WithdrawalReason::duplicate},
            HouseholdWithdrawn{wang, WithdrawalReason::duplicate})
      .then([](const Register& known) {
        EXPECT_EQ(household(known, li).withdrawn, WithdrawalReason::moved_away);
        EXPECT_FALSE(household(known, wang).withdrawn);
        EXPECT_EQ(known.unmatched(), 2u);
      });
}

TEST(Register, households_are_numbered_as_the_log_first_names_them) {
  of_register()
      .when(VisitRecorded{.visit = {{6, 1}}, .household = wang}, registered(li, 3),
            registered(wang, 2))
      .then([](const Register& known) {
        EXPECT_EQ(known.find(wang), HouseholdIndex{0});
        EXPECT_EQ(known.find(li), HouseholdIndex{1});
        EXPECT_EQ(known.named(), HouseholdIndex{0});
        EXPECT_EQ(known.find(HouseholdId{{1, 9}}), std::nullopt);
      });
}

TEST(Register, the_current_round_is_the_last_opened_that_is_open) {
  const RoundOpened one{.round = round_1, .number = 1};
  const RoundOpened two{.round = round_2, .number = 2};
  of_register().when(one, two).then(
      [](const Register& known) { EXPECT_EQ(known.current_round()->id, round_2); });
  of_register().given(one, two).when(RoundClosed{round_2}).then([](const Register& known) {
    EXPECT_EQ(known.current_round()->id, round_1);
  });
  of_register()
      .given(one, two)
      .when(RoundClosed{round_2}, RoundClosed{round_1})
      .then([](const Register& known) { EXPECT_EQ(known.current_round()->id, round_2); });
  EXPECT_EQ(Register{}.current_round(), nullptr);
}

TEST(Register, a_round_opens_and_closes_once) {
  const RoundOpened one{.round = round_1, .number = 1};
  of_register()
      .given(one, RoundClosed{round_1})
      .when(one, RoundClosed{round_1}, RoundClosed{round_2}, RoundOpened{})
      .then([](const Register& known) {
        EXPECT_EQ(known.rounds().size(), 1u);
        EXPECT_FALSE(known.round(round_1)->open);
        EXPECT_EQ(known.unmatched(), 4u);
      });
}

TEST(Register, workers_are_listed_at_home_in_id_order) {
  of_register()
      .when(WorkerRegistered{.worker = zhou, .home = grid_1},
            WorkerRegistered{.worker = chen, .home = grid_1}, WorkerReportedIn{chen},
            WorkerReportedIn{zhou}, WorkerStoodDown{zhou})
      .then([](const Register& known) {
        EXPECT_EQ(known.workers_by_home().at(grid_1), (std::vector{chen, zhou}));
        EXPECT_TRUE(known.worker(chen)->on_duty);
        EXPECT_FALSE(known.worker(zhou)->on_duty);
      });
}

TEST(Register, workers_nobody_registered_are_unmatched) {
  of_register()
      .when(WorkerReportedIn{chen}, WorkerStoodDown{chen}, WorkerRegistered{})
      .then([](const Register& known) {
        EXPECT_EQ(known.worker(chen), nullptr);
        EXPECT_EQ(known.unmatched(), 3u);
      });
}

TEST(Register, of_two_leads_the_latest_taken_and_unreleased_answers) {
  of_register()
      .given(leading(first, li, chen), leading(second, li, zhou))
      .then([](const Register& known) { EXPECT_EQ(known.lead_of(li)->id, zhou.value); });
  of_register()
      .given(leading(first, li, chen), leading(second, li, zhou))
      .when(ResponsibilityReleased{.responsibility = second})
      .then([](const Register& known) { EXPECT_EQ(known.lead_of(li)->id, chen.value); });
  of_register()
      .given(leading(first, li, chen), leading(second, li, zhou), leading(third, wang, zhou))
      .when(ResponsibilityReleased{.responsibility = second},
            ResponsibilityReleased{.responsibility = first})
      .then([](const Register& known) {
        EXPECT_EQ(known.lead_of(li), std::nullopt);
        EXPECT_EQ(known.lead_of(wang)->id, zhou.value);
      });
}

TEST(Register, only_a_lead_who_covers_the_household_answers_for_it) {
  ResponsibilityTaken helps = leading(first, li, chen);
  helps.role = ResponsibilityRole::co_holder;
  ResponsibilityTaken covers_grid = leading(second, li, chen);
  covers_grid.level = ResponsibilityLevel::covers_grid;
  of_register()
      .when(helps, covers_grid, leading(third, HouseholdId{}, chen))
      .then([](const Register& known) {
        EXPECT_EQ(known.lead_of(li), std::nullopt);
        EXPECT_EQ(known.lead_of(HouseholdId{}), std::nullopt);
        EXPECT_EQ(known.unmatched(), 0u);
      });
}

TEST(Register, responsibilities_taken_twice_or_released_by_nobody_are_unmatched) {
  of_register()
      .given(leading(first, li, chen))
      .when(leading(first, li, zhou), ResponsibilityReleased{.responsibility = second},
            ResponsibilityReleased{.responsibility = first},
            ResponsibilityReleased{.responsibility = first})
      .then([](const Register& known) {
        EXPECT_TRUE(known.responsibility(first)->released);
        EXPECT_EQ(known.unmatched(), 3u);
      });
}

TEST(Register, campaigns_and_dwellings_are_said_once) {
  const CampaignId spring{{7, 1}};
  const DwellingId door{{5, 1}};
  of_register()
      .given(CampaignOpened{spring, "spring"},
             test::Fact{DwellingRegistered{door, DwellingState::vacant}}.in(grid_1))
      .when(CampaignOpened{spring, "other"}, DwellingRegistered{door, DwellingState::in_use})
      .then([&](const Register& known) {
        EXPECT_EQ(known.campaign(spring)->name, "spring");
        EXPECT_EQ(known.dwelling(door)->state, DwellingState::vacant);
        EXPECT_EQ(known.dwelling(door)->area, grid_1);
        EXPECT_EQ(known.unmatched(), 2u);
      });
}

}  // namespace
}  // namespace doorstep
