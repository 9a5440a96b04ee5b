#include "services/intake/decide_visit.h"

#include <functional>

#include "tests/unit/intake/intake_words.h"

namespace doorstep::intake {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

RecordVisit good_visit() {
  RecordVisit visit{.id = id_of<EventId>(1),
                    .household = household_number(1),
                    .round = round_number(1),
                    .mode = VisitMode::at_door,
                    .started = morning,
                    .ended = morning + Milliseconds{300'000},
                    .disposition = Disposition::screened,
                    .persons = family_of_three};
  visit.done_by.add(worker_number(1));
  return visit;
}

constexpr Milliseconds hour{3'600'000};
const Instant noon = morning + 5 * hour;

std::vector<std::string> refusals_of(const std::function<void(RecordVisit&)>& change,
                                     const County& at = County{}) {
  RecordVisit visit = good_visit();
  change(visit);
  return refusals(decide(visit, at.known, noon));
}

TEST(DecideVisit, a_good_visit_becomes_one_event_of_its_household) {
  const Decision decision = decide(good_visit(), County{}.known, noon);
  ASSERT_TRUE(decision);
  ASSERT_EQ(decision->size(), 1u);
  const Event& event = decision->front();
  EXPECT_EQ(event.envelope.id, id_of<EventId>(1));
  EXPECT_EQ(event.envelope.type, EventType::visit_recorded);
  EXPECT_EQ(event.envelope.stream, stream_of(household_number(1)));
  EXPECT_EQ(event.envelope.area, grid);
  EXPECT_EQ(event.envelope.happened_at, good_visit().ended);
  EXPECT_EQ(event.envelope.actor, ActorId{worker_number(1).value});
  EXPECT_EQ(event.envelope.purpose, Purpose::screening);
  const auto& visit = std::get<VisitRecorded>(event.body);
  EXPECT_EQ(visit.visit.value, event.envelope.id.value);
  EXPECT_EQ(visit.persons, family_of_three);
  EXPECT_EQ(visit.device_skew_ms, 0);
}

TEST(DecideVisit, the_one_who_typed_it_is_the_actor) {
  RecordVisit visit = good_visit();
  visit.entered_by = worker_number(2);
  EXPECT_EQ(decide(visit, County{}.known, noon)->front().envelope.actor,
            ActorId{worker_number(2).value});
}

TEST(DecideVisit, an_own_id_that_is_not_version_7_is_refused) {
  EXPECT_THAT(refusals_of([](auto& v) { v.id.value = with_version(v.id.value, 4); }),
              ElementsAre("/id notVersion7"));
}

TEST(DecideVisit, an_unknown_round_is_refused) {
  EXPECT_THAT(refusals_of([](auto& v) { v.round = round_number(9); }),
              ElementsAre("/round unknownRound"));
}

TEST(DecideVisit, without_a_round_it_answers_to_the_current_one) {
  RecordVisit visit = good_visit();
  visit.round = {};
  const auto decision = decide(visit, County{}.known, noon);
  ASSERT_TRUE(decision);
  EXPECT_EQ(std::get<VisitRecorded>(decision->front().body).round, round_number(1));
}

TEST(DecideVisit, without_a_round_it_is_refused_while_none_is_open) {
  const auto no_round = [](auto& v) { v.round = {}; };
  EXPECT_THAT(refusals_of(no_round, County{false}), ElementsAre("/round noOpenRound"));
  County closed;
  closed.state(RoundClosed{round_number(1)});
  EXPECT_THAT(refusals_of(no_round, closed), ElementsAre("/round noOpenRound"));
}

TEST(DecideVisit, a_closed_round_takes_what_a_phone_brings_late) {
  County closed;
  closed.state(RoundClosed{round_number(1)});
  EXPECT_THAT(refusals_of([](auto&) {}, closed), IsEmpty());
}

TEST(DecideVisit, a_withdrawn_household_takes_what_a_phone_brings_late) {
  County at;
  at.state(HouseholdWithdrawn{household_number(1), WithdrawalReason::moved_away});
  EXPECT_THAT(refusals_of([](auto&) {}, at), IsEmpty());
}

TEST(DecideVisit, a_household_on_no_list_needs_an_area) {
  EXPECT_THAT(refusals_of([](auto& v) { v.household = household_number(9); }),
              ElementsAre("/area missing"));
  RecordVisit visit = good_visit();
  visit.household = household_number(9);
  visit.area = village;
  const auto decision = decide(visit, County{}.known, noon);
  ASSERT_TRUE(decision);
  EXPECT_EQ(decision->front().envelope.area, village);
}

TEST(DecideVisit, a_household_found_before_on_no_list_still_needs_an_area) {
  County at;
  at.state(VisitRecorded{.household = household_number(9)});
  EXPECT_THAT(refusals_of([](auto& v) { v.household = household_number(9); }, at),
              ElementsAre("/area missing"));
}

TEST(DecideVisit, an_area_must_be_known_and_small_enough) {
  const auto found_in = [](AreaCode area) {
    return [area](RecordVisit& visit) {
      visit.household = household_number(9);
      visit.area = area;
    };
  };
  EXPECT_THAT(refusals_of(found_in({110'101'001'001'00100})), ElementsAre("/area unknownArea"));
  EXPECT_THAT(refusals_of(found_in(township)), ElementsAre("/area areaTooLarge"));
}

TEST(DecideVisit, a_registered_household_is_where_the_register_has_it) {
  RecordVisit visit = good_visit();
  visit.area = {110'101'001'001'00100};  // a phone with an old list
  EXPECT_EQ(decide(visit, County{}.known, noon)->front().envelope.area, grid);
}

TEST(DecideVisit, workers_must_be_known_and_distinct) {
  EXPECT_THAT(refusals_of([](auto& v) { v.done_by.add(worker_number(9)); }),
              ElementsAre("/doneBy/1 unknownWorker"));
  EXPECT_THAT(refusals_of([](auto& v) { v.done_by.add(worker_number(1)); }),
              ElementsAre("/doneBy/1 duplicate"));
  EXPECT_THAT(refusals_of([](auto& v) { v.done_by = {}; }), ElementsAre("/doneBy missing"));
  EXPECT_THAT(refusals_of([](auto& v) { v.entered_by = worker_number(9); }),
              ElementsAre("/enteredBy unknownWorker"));
}

TEST(DecideVisit, times_must_be_in_order_and_possible) {
  EXPECT_THAT(refusals_of([](auto& v) { v.ended = v.started - Milliseconds{1}; }),
              ElementsAre("/ended contradiction"));
  EXPECT_THAT(refusals_of([](auto& v) { v.started = earliest - Milliseconds{1}; }),
              ElementsAre("/started tooEarly"));
  EXPECT_THAT(refusals_of([](auto& v) { v.ended = noon + 25 * hour; }),
              ElementsAre("/ended inTheFuture"));
  EXPECT_THAT(refusals_of([](auto& v) { v.happened_at = noon + 25 * hour; }),
              ElementsAre("/happenedAt inTheFuture"));
  EXPECT_THAT(refusals_of([](auto& v) { v.ended = noon + 23 * hour; }), IsEmpty());
  EXPECT_THAT(refusals_of([](auto& v) { v.started = v.ended; }), IsEmpty());
}

TEST(DecideVisit, the_devices_skew_is_measured_at_upload) {
  RecordVisit visit = good_visit();
  visit.sent_at = noon + Milliseconds{1500};
  const auto decision = decide(visit, County{}.known, noon);
  ASSERT_TRUE(decision);
  EXPECT_EQ(std::get<VisitRecorded>(decision->front().body).device_skew_ms, 1500);
}

TEST(DecideVisit, a_device_whose_clock_is_days_off_is_refused) {
  EXPECT_THAT(refusals_of([](auto& v) { v.sent_at = noon + 25 * hour; }),
              ElementsAre("/sentAt clockTooFarOff"));
  EXPECT_THAT(refusals_of([](auto& v) { v.sent_at = noon - 25 * hour; }),
              ElementsAre("/sentAt clockTooFarOff"));
}

TEST(DecideVisit, a_screened_or_partial_visit_counts_persons) {
  EXPECT_THAT(refusals_of([](auto& v) { v.persons = std::nullopt; }),
              ElementsAre("/persons missing"));
  EXPECT_THAT(refusals_of([](auto& v) {
                v.persons = std::nullopt;
                v.disposition = Disposition::partial;
              }),
              ElementsAre("/persons missing"));
  EXPECT_THAT(refusals_of([](auto& v) {
                v.persons = std::nullopt;
                v.disposition = Disposition::vacant;
              }),
              IsEmpty());
}

TEST(DecideVisit, nobody_is_counted_in_two_places) {
  EXPECT_THAT(refusals_of([](auto& v) { v.persons->present = 8; }),
              ElementsAre("/persons contradiction"));
}

TEST(DecideVisit, the_answer_must_go_with_the_mode) {
  const auto made = [](VisitMode mode, Disposition disposition) {
    return refusals_of([=](RecordVisit& visit) {
      visit.mode = mode;
      visit.disposition = disposition;
    });
  };
  EXPECT_THAT(made(VisitMode::proxy, Disposition::no_answer),
              ElementsAre("/disposition contradiction"));
  EXPECT_THAT(made(VisitMode::proxy, Disposition::not_accessible),
              ElementsAre("/disposition contradiction"));
  EXPECT_THAT(made(VisitMode::phone, Disposition::not_accessible),
              ElementsAre("/disposition contradiction"));
  EXPECT_THAT(made(VisitMode::video, Disposition::not_accessible),
              ElementsAre("/disposition contradiction"));
  EXPECT_THAT(made(VisitMode::phone, Disposition::no_answer), IsEmpty());
  EXPECT_THAT(made(VisitMode::proxy, Disposition::away_and_reached), IsEmpty());
  EXPECT_THAT(made(VisitMode::from_paper, Disposition::not_accessible), IsEmpty());
}

TEST(DecideVisit, all_that_is_wrong_is_said_at_once) {
  EXPECT_THAT(refusals_of([](auto& v) {
                v.round = round_number(9);
                v.entered_by = worker_number(9);
                v.persons = std::nullopt;
              }),
              ElementsAre("/round unknownRound", "/enteredBy unknownWorker", "/persons missing"));
}

TEST(RepeatedVisit, is_recognised_whatever_intake_added) {
  RecordVisit visit = good_visit();
  visit.round = {};
  visit.sent_at = noon;
  const auto first = decide(visit, County{}.known, noon);
  visit.sent_at = noon + hour;  // the same request, an hour later
  EXPECT_TRUE(repeats(visit, *first));
}

TEST(RepeatedVisit, with_other_content_is_not_the_same) {
  const auto stored = *decide(good_visit(), County{}.known, noon);
  const std::function<void(RecordVisit&)> changes[] = {
      [](auto& v) { v.household = household_number(2); },
      [](auto& v) { v.round = round_number(2); },
      [](auto& v) { v.done_by.add(worker_number(2)); },
      [](auto& v) { v.entered_by = worker_number(2); },
      [](auto& v) { v.mode = VisitMode::phone; },
      [](auto& v) { v.started = v.started - hour; },
      [](auto& v) { v.disposition = Disposition::partial; },
      [](auto& v) { v.persons->usual = 2; },
      [](auto& v) { v.device = id_of<DeviceId>(5); },
  };
  for (const auto& change : changes) {
    RecordVisit visit = good_visit();
    change(visit);
    EXPECT_FALSE(repeats(visit, stored));
  }
  EXPECT_FALSE(repeats(good_visit(), {}));
}

RetractVisit good_retraction() {
  return {.id = id_of<EventId>(2),
          .visit = id_of<VisitId>(1),
          .reason = RetractionReason::wrong_household,
          .happened_at = noon,
          .actor = id_of<ActorId>(7),
          .of = StoredVisit{household_number(1), round_number(1), grid}};
}

TEST(DecideRetraction, takes_a_visit_back_where_it_was_recorded) {
  const auto decision = decide(good_retraction(), County{}.known, noon);
  ASSERT_TRUE(decision);
  const Event& event = decision->front();
  EXPECT_EQ(event.envelope.stream, stream_of(household_number(1)));
  EXPECT_EQ(event.envelope.area, grid);
  const auto& retracted = std::get<VisitRetracted>(event.body);
  EXPECT_EQ(retracted.visit, id_of<VisitId>(1));
  EXPECT_EQ(retracted.round, round_number(1));
  EXPECT_EQ(retracted.reason, RetractionReason::wrong_household);
  EXPECT_TRUE(repeats(good_retraction(), *decision));
}

TEST(DecideRetraction, of_no_visit_is_not_found) {
  RetractVisit retraction = good_retraction();
  retraction.of = std::nullopt;
  EXPECT_THAT(refusals(decide(retraction, County{}.known, noon)), ElementsAre("notFound"));
}

TEST(DecideRetraction, of_a_retracted_visit_is_a_conflict) {
  County at;
  at.state(VisitRetracted{.visit = id_of<VisitId>(1), .household = household_number(1)});
  EXPECT_THAT(refusals(decide(good_retraction(), at.known, noon)), ElementsAre("conflict"));
}

}  // namespace
}  // namespace doorstep::intake
