#include <gtest/gtest.h>

#include "services/intake/decide_duty.h"
#include "services/intake/decide_household.h"
#include "services/intake/decide_round.h"
#include "services/intake/same_name.h"
#include "tests/unit/intake/intake_words.h"

namespace doorstep::intake {
namespace {

using testing::ElementsAre;

RegisterHousehold new_household() {
  return {.id = id_of<EventId>(1),
          .household = household_number(7),
          .dwelling = dwelling_number(7),
          .kind = HouseholdKind::tenant,
          .area = grid,
          .persons = family_of_three,
          .happened_at = morning};
}

TEST(DecideHousehold, a_new_door_is_registered_with_it) {
  const auto decision = decide(new_household(), County{}.known, morning);
  ASSERT_TRUE(decision);
  ASSERT_EQ(decision->size(), 3u);
  EXPECT_EQ(std::get<HouseholdRegistered>((*decision)[0].body).household, household_number(7));
  EXPECT_EQ(std::get<DwellingRegistered>((*decision)[1].body).dwelling, dwelling_number(7));
  const auto& placed = std::get<HouseholdPlaced>((*decision)[2].body);
  EXPECT_EQ(placed.area, grid);
  EXPECT_EQ(placed.dwelling, dwelling_number(7));
  EXPECT_TRUE(repeats(new_household(), *decision));
  EXPECT_EQ(*decide(new_household(), County{}.known, morning), *decision) << "ids are derived";
}

TEST(DecideHousehold, a_known_door_is_not_registered_again) {
  RegisterHousehold household = new_household();
  household.dwelling = dwelling_number(1);
  const auto decision = decide(household, County{}.known, morning);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->size(), 2u);
  EXPECT_TRUE(repeats(household, *decision));
  household.kind = HouseholdKind::family;
  EXPECT_FALSE(repeats(household, *decision));
}

TEST(DecideHousehold, one_that_is_registered_is_a_conflict) {
  RegisterHousehold household = new_household();
  household.household = household_number(1);
  EXPECT_THAT(refusals(decide(household, County{}.known, morning)), ElementsAre("conflict"));
}

TEST(DecideHousehold, one_that_was_withdrawn_may_come_back) {
  County at;
  at.state(HouseholdWithdrawn{household_number(1), WithdrawalReason::moved_away});
  RegisterHousehold household = new_household();
  household.household = household_number(1);
  EXPECT_TRUE(decide(household, at.known, morning));
}

TEST(DecideHousehold, fields_are_checked) {
  RegisterHousehold household = new_household();
  household.id.value = with_version(household.id.value, 4);
  household.area = county;
  household.happened_at = earliest - Milliseconds{1};
  household.persons.present = 9;
  EXPECT_THAT(refusals(decide(household, County{}.known, morning)),
              ElementsAre("/id notVersion7", "/happenedAt tooEarly", "/area areaTooLarge",
                          "/persons contradiction"));
}

TEST(DecideWithdrawal, takes_a_household_off_the_roster_once) {
  const WithdrawHousehold withdrawal{.id = id_of<EventId>(1),
                                     .household = household_number(1),
                                     .reason = WithdrawalReason::duplicate,
                                     .happened_at = morning};
  County at;
  const auto decision = decide(withdrawal, at.known, morning);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.area, grid);
  EXPECT_TRUE(repeats(withdrawal, *decision));
  at.state(decision->front().body);
  EXPECT_THAT(refusals(decide(withdrawal, at.known, morning)), ElementsAre("conflict"));
}

TEST(DecideWithdrawal, of_a_household_on_no_roster_is_not_found) {
  WithdrawHousehold withdrawal{.id = id_of<EventId>(1), .household = household_number(9)};
  EXPECT_THAT(refusals(decide(withdrawal, County{}.known, morning)), ElementsAre("notFound"));
}

TEST(DecideCampaign, opens_once_in_a_known_area) {
  OpenCampaign command{.id = id_of<EventId>(1),
                       .campaign = id_of<CampaignId>(9),
                       .name = "全员筛查",
                       .area = county,
                       .happened_at = morning};
  const auto decision = decide(command, County{}.known, morning);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.stream, stream_of(id_of<CampaignId>(9)));
  EXPECT_TRUE(repeats(command, *decision));
  command.name = "另一次筛查";
  EXPECT_FALSE(repeats(command, *decision));
  command.campaign = campaign;
  EXPECT_THAT(refusals(decide(command, County{}.known, morning)), ElementsAre("conflict"));
  command.area = {110'101'001'001'00100};
  command.name.clear();
  EXPECT_THAT(refusals(decide(command, County{}.known, morning)),
              ElementsAre("/area unknownArea", "/name missing"));
}

TEST(DecideCampaign, another_of_a_name_that_people_would_take_for_the_same_is_refused_by_its_id) {
  OpenCampaign command{.id = id_of<EventId>(1),
                       .campaign = id_of<CampaignId>(9),
                       .area = county,
                       .happened_at = morning};
  County at;
  at.state(CampaignOpened{id_of<CampaignId>(8), "Spring 2022 一"}, county);
  for (const char* name :
       {"排查", " 排 查\u3000", "排\u200b查", "ｓｐｒｉｎｇ２０２２一", "SPRING 2022 一"}) {
    command.name = name;
    const auto decision = decide(command, at.known, morning);
    ASSERT_FALSE(decision) << name;
    EXPECT_EQ(decision.error().kind, Refusal::Kind::conflict);
    const bool is_first = seen_of_name(name) == "排查";
    const std::string id = to_string(is_first ? campaign : id_of<CampaignId>(8));
    EXPECT_THAT(decision.error().title.en, testing::HasSubstr(id));
    EXPECT_THAT(decision.error().title.zh, testing::HasSubstr(id));
    EXPECT_THAT(decision.error().title.en, testing::HasSubstr("opened " + to_string(morning)));
  }
  command.name = "排查二";
  EXPECT_TRUE(decide(command, at.known, morning));
  command.name = "\u200b \u3000";
  EXPECT_THAT(refusals(decide(command, at.known, morning)), ElementsAre("/name missing"));
}

// What a request leaves out intake adds, so that a retry is known however late it comes.
TEST(DecideCampaign, what_was_left_out_does_not_tell_a_retry_from_the_first) {
  const OpenCampaign command{.id = id_of<EventId>(1),
                             .campaign = id_of<CampaignId>(9),
                             .name = "全员筛查",
                             .area = county};
  const auto decision = decide(command, County{}.known, morning + Milliseconds{5});
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.happened_at, morning + Milliseconds{5});
  EXPECT_TRUE(repeats(command, *decision));
  OpenCampaign other = command;
  other.happened_at = morning;
  EXPECT_FALSE(repeats(other, *decision)) << "what was said is compared";
}

OpenRound new_round() {
  return {.id = id_of<EventId>(1),
          .round = round_number(2),
          .campaign = campaign,
          .number = 2,
          .question_set = "q",
          .risk_list = "r",
          .deadline = morning + Milliseconds{3'600'000},
          .happened_at = morning};
}

TEST(DecideRound, opens_in_its_campaigns_stream) {
  const OpenRound round = new_round();
  const auto decision = decide(round, County{}.known, morning);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.stream, stream_of(campaign));
  EXPECT_EQ(decision->front().envelope.area, county);
  EXPECT_TRUE(repeats(round, *decision));
  OpenRound other = round;
  other.risk_list = "another";
  EXPECT_FALSE(repeats(other, *decision));
}

TEST(DecideRound, what_was_left_out_does_not_tell_a_retry_from_the_first) {
  OpenRound round = new_round();
  round.number.reset();
  round.deadline.reset();
  round.happened_at.reset();
  County at;
  at.state(RoundOpened{.round = round_number(7), .campaign = campaign, .number = 40}, county);
  const auto decision = decide(round, at.known, morning);
  ASSERT_TRUE(decision);
  const auto& opened = std::get<RoundOpened>(decision->front().body);
  EXPECT_EQ(opened.number, 41u) << "the next";
  EXPECT_EQ(opened.deadline, morning + Milliseconds{14 * 3'600'000});
  EXPECT_EQ(decision->front().envelope.happened_at, morning);
  EXPECT_TRUE(repeats(round, *decision));
  OpenRound said = round;
  said.number = 40;
  EXPECT_FALSE(repeats(said, *decision));
  said = round;
  said.deadline = morning + Milliseconds{1};
  EXPECT_FALSE(repeats(said, *decision));
  said.deadline = opened.deadline;
  said.number = 41;
  EXPECT_TRUE(repeats(said, *decision)) << "the same is said in more words";
}

TEST(DecideRound, another_of_the_same_number_is_refused_by_what_is_there) {
  OpenRound round = new_round();
  round.number = 1;
  const auto decision = decide(round, County{}.known, morning);
  ASSERT_FALSE(decision);
  EXPECT_EQ(decision.error().kind, Refusal::Kind::conflict);
  for (const std::string& words : {decision.error().title.en, decision.error().title.zh}) {
    EXPECT_THAT(words, testing::HasSubstr(to_string(round_number(1))));
    EXPECT_THAT(words, testing::HasSubstr(to_string(morning))) << "when it was opened";
  }
  County at;
  at.state(CampaignOpened{id_of<CampaignId>(9), "又一次"}, county);
  round.campaign = id_of<CampaignId>(9);
  EXPECT_TRUE(decide(round, at.known, morning)) << "each campaign counts its own";
}

TEST(DecideRound, refuses_what_cannot_be) {
  OpenRound round = new_round();
  round.campaign = id_of<CampaignId>(9);
  round.deadline = morning;
  EXPECT_THAT(refusals(decide(round, County{}.known, morning)),
              ElementsAre("/campaign unknownCampaign", "/deadline contradiction"));
  round = new_round();
  round.round = round_number(1);
  EXPECT_THAT(refusals(decide(round, County{}.known, morning)), ElementsAre("conflict"));
}

TEST(DecideRound, closes_once) {
  CloseRound closing{.id = id_of<EventId>(1), .round = round_number(1), .happened_at = morning};
  County at;
  const auto decision = decide(closing, at.known, morning);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.stream, stream_of(campaign));
  EXPECT_TRUE(repeats(closing, *decision));
  closing.happened_at.reset();
  EXPECT_TRUE(repeats(closing, *decision)) << "what is left out does not count";
  EXPECT_EQ(decide(closing, at.known, morning)->front().envelope.happened_at, morning);
  closing.happened_at = morning - Milliseconds{1};
  EXPECT_FALSE(repeats(closing, *decision));
  at.state(RoundClosed{round_number(1)});
  EXPECT_THAT(refusals(decide(closing, at.known, morning)), ElementsAre("conflict"));
  closing.round = round_number(9);
  EXPECT_THAT(refusals(decide(closing, at.known, morning)), ElementsAre("notFound"));
}

TEST(DecideDuty, workers_report_in_and_stand_down) {
  const ReportIn report{
      .id = id_of<EventId>(1), .worker = worker_number(1), .happened_at = morning};
  const auto in = decide(report, County{}.known, morning);
  ASSERT_TRUE(in);
  EXPECT_EQ(in->front().envelope.type, EventType::worker_reported_in);
  EXPECT_EQ(in->front().envelope.area, grid);
  EXPECT_TRUE(repeats(report, *in));
  const StandDown stand_down{
      .id = id_of<EventId>(2), .worker = worker_number(1), .happened_at = morning};
  const auto out = decide(stand_down, County{}.known, morning);
  ASSERT_TRUE(out);
  EXPECT_EQ(out->front().envelope.type, EventType::worker_stood_down);
  EXPECT_TRUE(repeats(stand_down, *out));
  EXPECT_FALSE(repeats(stand_down, *in));
}

TEST(DecideDuty, of_an_unknown_worker_is_not_found) {
  EXPECT_THAT(refusals(decide(ReportIn{.worker = worker_number(9)}, County{}.known, morning)),
              ElementsAre("notFound"));
  EXPECT_THAT(refusals(decide(StandDown{.worker = worker_number(9)}, County{}.known, morning)),
              ElementsAre("notFound"));
}

TEST(DecideDuty, a_responsibility_is_given_back_once) {
  const auto responsibility = id_of<ResponsibilityId>(500);
  County at;
  at.state(ResponsibilityTaken{.responsibility = responsibility,
                               .household = household_number(1),
                               .level = ResponsibilityLevel::covers_household,
                               .role = ResponsibilityRole::lead,
                               .holder = {HolderKind::worker, worker_number(1).value}});
  ReleaseResponsibility release{.id = id_of<EventId>(1),
                                .responsibility = responsibility,
                                .reason = ReleaseReason::ended,
                                .happened_at = morning};
  const auto decision = decide(release, at.known, morning);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.stream, stream_of(household_number(1)));
  EXPECT_TRUE(repeats(release, *decision));
  at.state(decision->front().body);
  EXPECT_THAT(refusals(decide(release, at.known, morning)), ElementsAre("conflict"));
  release.responsibility = id_of<ResponsibilityId>(501);
  EXPECT_THAT(refusals(decide(release, at.known, morning)), ElementsAre("notFound"));
}

}  // namespace
}  // namespace doorstep::intake
