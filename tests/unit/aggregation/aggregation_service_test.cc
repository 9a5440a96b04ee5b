#include "services/aggregation/aggregation_service.h"

#include <gmock/gmock.h>

#include "common/memory/memory_snapshot_file.h"
#include "services/aggregation/digest.h"
#include "tests/unit/aggregation/county.h"
#include "tests/unit/aggregation/fake_log.h"

namespace doorstep::aggregation {
namespace {

using test::morning;

const Instant midnight = morning + Milliseconds{16 * 3'600'000};

class AggregationServiceTest : public testing::Test {
 protected:
  AggregationServiceTest() { restart(); }

  // As after a crash: only the snapshot file and the log are left.
  void restart(AggregationLimits limits = {}) {
    service_.reset();
    cmd_ = network_.connect("cmd", "aggregation");
    feed_ = network_.connect("feed", "aggregation");
    questions_.reset();
    questions_ = network_.serve("questions");
    service_ = std::make_unique<AggregationService>(
        AggregationPorts{*cmd_, *feed_, *questions_, snapshot_}, metrics_, limits);
  }

  void run(int steps = 12) {
    for (int i = 0; i < steps; ++i) {
      log_.step(now_.wall);
      const auto work = service_->step(now_);
      ASSERT_TRUE(work.has_value()) << work.error().message;
    }
  }
  // What it stops with, and where it then is: nothing is folded anew in silence.
  std::string stops_with() {
    for (int i = 0; i < 12; ++i) {
      log_.step(now_.wall);
      const auto work = service_->step(now_);
      if (!work) return work.error().message;
    }
    return {};
  }
  void pass(Milliseconds time) {
    now_.wall = now_.wall + time;
    now_.monotonic += time;
    run();
  }

  void add(const Body& body, EventType type, Instant at, AreaCode area = grid_1) {
    log_.add({{.type = type,
               .stream = system_stream,
               .area = area,
               .happened_at = at,
               .purpose = Purpose::screening},
              body},
             at);
  }
  void add_a_county(Instant at) {
    add(opened(round_1), EventType::round_opened, at);
    add(registered(li), EventType::household_registered, at);
    add(placed(li, grid_1), EventType::household_placed, at);
  }
  void add_visit(std::uint64_t id, Disposition disposition, Instant at) {
    VisitRecorded said = visit(id, li, disposition);
    said.done_by.add({{7, 1}});
    said.mode = VisitMode::at_door;
    add(said, EventType::visit_recorded, at);
  }

  std::vector<ProjectionDigestRecorded> digests() {
    std::vector<ProjectionDigestRecorded> found;
    for (const Recorded& recorded : log_.recorded()) {
      const auto* digest = std::get_if<ProjectionDigestRecorded>(&recorded.event.body);
      if (digest != nullptr) found.push_back(*digest);
    }
    return found;
  }

  void ask(const decltype(wire::Question::what)& what, std::uint64_t number = 1) {
    if (!asker_) asker_ = network_.connect("questions", "reporting");
    ASSERT_EQ(asker_->send(the_server, wire::encode(wire::Question{number, what})), Sent::sent);
  }
  std::optional<wire::Answer> told() {
    if (!asker_) asker_ = network_.connect("questions", "reporting");
    const auto message = asker_->receive();
    if (!message) return std::nullopt;
    return wire::decode_answer(message->bytes).value();
  }

  double metric(const std::string& name) { return metrics_.counter(name, "").value(); }

  memory::MemoryNetwork network_{};
  FakeLog log_{network_};
  memory::MemorySnapshotFile snapshot_{};
  runtime::Metrics metrics_{};
  std::unique_ptr<Messages> cmd_, feed_, questions_, asker_;
  std::unique_ptr<AggregationService> service_;
  Now now_{.wall = morning, .monotonic = Milliseconds{5'000}};
};

TEST_F(AggregationServiceTest, folds_the_log_and_answers_with_the_position_it_stands_for) {
  add_a_county(morning);
  run();
  ask(wire::AskArea{.area = county});
  run();
  const auto answer = told();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->as_of, Position{3});
  EXPECT_EQ(answer->head, Position{3});
  EXPECT_EQ(answer->recorded_at, morning);
  EXPECT_EQ(std::get<wire::Areas>(answer->what).areas.at(0).tally.untouched, 1u);
  EXPECT_TRUE(service_->settled());
}

TEST_F(AggregationServiceTest, a_watch_is_answered_when_an_area_changes_with_its_ancestors) {
  add_a_county(morning);
  run();
  ask(wire::Watch{.after = Position{3}});
  run();
  EXPECT_FALSE(told());
  add_visit(1, Disposition::screened, morning);
  run();
  const auto answer = told();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->as_of, Position{4});
  EXPECT_THAT(std::get<wire::Changed>(answer->what).areas,
              testing::UnorderedElementsAre(county, township, village_1, grid_1));
  EXPECT_FALSE(told());
}

TEST_F(AggregationServiceTest, a_watch_from_before_is_answered_at_once) {
  add_a_county(morning);
  run();
  ask(wire::Watch{.after = Position{1}});
  run();
  EXPECT_TRUE(told());
}

TEST_F(AggregationServiceTest, changes_are_told_at_most_once_an_interval) {
  add_a_county(morning);
  run();
  ask(wire::Watch{.after = Position{0}});
  run();
  ASSERT_TRUE(told());
  add_visit(1, Disposition::no_answer, morning);
  ask(wire::Watch{.after = Position{3}});
  run();
  EXPECT_FALSE(told());
  pass(Milliseconds{50});
  EXPECT_TRUE(told());
}

TEST_F(AggregationServiceTest, a_watch_without_a_change_is_answered_with_nothing_after_a_while) {
  add_a_county(morning);
  run();
  ask(wire::Watch{.after = Position{3}}, 17);
  run();
  pass(Milliseconds{1'000});
  const auto answer = told();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->number, 17u);
  EXPECT_TRUE(std::get<wire::Changed>(answer->what).areas.empty());
}

TEST_F(AggregationServiceTest, a_frame_that_is_no_question_is_told_so) {
  add_a_county(morning);
  run();
  asker_ = network_.connect("questions", "reporting");
  const Bytes junk(100, std::byte{0xff});
  ASSERT_EQ(asker_->send(the_server, junk), Sent::sent);
  run();
  const auto answer = told();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(std::holds_alternative<wire::Invalid>(answer->what));
}

TEST_F(AggregationServiceTest, the_digest_of_a_day_is_recorded_before_the_next_day_is_folded) {
  add_a_county(morning);
  run();
  const Sha256 evening = digest(service_->coverage());
  add_visit(1, Disposition::screened, midnight + Milliseconds{1});
  run();
  ASSERT_EQ(digests().size(), 1u);
  EXPECT_EQ(digests()[0].projection, Coverage::name);
  EXPECT_EQ(digests()[0].upto, Position{3});
  EXPECT_EQ(digests()[0].day, beijing_day(morning));
  EXPECT_EQ(digests()[0].sha256, evening);
  EXPECT_NE(digest(service_->coverage()), evening);
  EXPECT_EQ(metric("doorstep_aggregation_digests_confirmed_total"), 1);
}

TEST_F(AggregationServiceTest, a_quiet_day_ends_by_the_clock) {
  add_a_county(morning);
  run();
  now_.wall = midnight + Milliseconds{9'999};
  pass(Milliseconds{0});
  EXPECT_TRUE(digests().empty());
  now_.monotonic += Milliseconds{2'000};
  pass(Milliseconds{1});
  ASSERT_EQ(digests().size(), 1u);
  EXPECT_EQ(digests()[0].upto, Position{3});
  // Its own record is of the next day, and does not end the old one again.
  run();
  EXPECT_EQ(digests().size(), 1u);
}

TEST_F(AggregationServiceTest, midnight_waits_until_really_nothing_comes) {
  add_a_county(morning);
  run();
  now_.wall = midnight + Milliseconds{60'000};  // a simulated minute in no time
  run();
  EXPECT_TRUE(digests().empty());
}

TEST_F(AggregationServiceTest, a_day_is_recorded_once_however_often_it_is_folded) {
  add_a_county(morning);
  add_visit(1, Disposition::screened, midnight);
  run();
  snapshot_.remove();
  restart();
  run();
  EXPECT_EQ(service_->position(), log_.head());
  EXPECT_EQ(digests().size(), 1u);
  EXPECT_EQ(metric("doorstep_aggregation_digests_differing_total"), 0);
}

TEST_F(AggregationServiceTest, another_digest_in_the_log_is_noticed) {
  add_a_county(morning);
  run();
  DayDigest wrong{beijing_day(morning), Position{3}, {}};
  log_.add(event_of(wrong), midnight);
  run();
  EXPECT_EQ(metric("doorstep_aggregation_digests_differing_total"), 1);
}

TEST_F(AggregationServiceTest, a_digest_that_the_log_is_too_busy_for_is_told_again) {
  add_a_county(morning);
  run();
  log_.refuses_appends = wire::RefusalCode::ahead_of_log;
  add_visit(1, Disposition::screened, midnight);
  run();
  EXPECT_TRUE(digests().empty());
  EXPECT_FALSE(service_->settled());
  log_.refuses_appends.reset();
  pass(Milliseconds{1'000});
  EXPECT_EQ(digests().size(), 1u);
}

TEST_F(AggregationServiceTest, without_the_right_to_append_it_ends_with_a_message) {
  add_a_county(morning);
  add_visit(1, Disposition::screened, midnight);
  log_.refuses_appends = wire::RefusalCode::denied;
  std::string why;
  for (int i = 0; i < 20 && why.empty(); ++i) {
    log_.step(now_.wall);
    const auto work = service_->step(now_);
    if (!work) why = work.error().message;
  }
  EXPECT_THAT(why, testing::HasSubstr("digest"));
}

TEST_F(AggregationServiceTest, keeps_a_snapshot_when_drained_and_goes_on_from_it) {
  add_a_county(morning);
  run();
  add_visit(9, Disposition::vacant, morning);
  run();
  service_->drain();
  EXPECT_FALSE(service_->drained());
  run();
  EXPECT_TRUE(service_->drained());
  // What the snapshot holds is not read again: other events at these positions do not show.
  log_.cut(0);
  for (int i = 0; i < 4; ++i) add(registered(wang), EventType::household_registered, morning);
  add_visit(1, Disposition::screened, morning);
  restart();
  run();
  EXPECT_EQ(service_->position(), Position{5});
  EXPECT_EQ(count(tally_of(service_->coverage(), county), Disposition::screened), 1u);
}

TEST_F(AggregationServiceTest, keeps_a_snapshot_every_so_many_events) {
  restart({.snapshots = {.events = 3}});
  add_a_county(morning);
  run();
  EXPECT_EQ(metric("doorstep_aggregation_snapshots_total"), 1);
  add_visit(1, Disposition::screened, morning);
  run();
  EXPECT_EQ(metric("doorstep_aggregation_snapshots_total"), 1);
}

TEST_F(AggregationServiceTest, keeps_no_snapshot_while_a_digest_is_not_in_the_log) {
  restart({.snapshots = {.events = 1}});
  log_.refuses_appends = wire::RefusalCode::ahead_of_log;
  add_a_county(morning);
  add_visit(1, Disposition::screened, midnight);
  run();
  EXPECT_EQ(metric("doorstep_aggregation_snapshots_total"), 0);
}

TEST_F(AggregationServiceTest, after_a_crash_the_fold_goes_on_to_the_same_digest) {
  restart({.snapshots = {.events = 3}});
  add_a_county(morning);
  run();
  add_visit(1, Disposition::no_answer, morning);
  run();
  const Sha256 before = digest(service_->coverage());
  restart();
  run();
  EXPECT_EQ(service_->position(), Position{4});
  EXPECT_EQ(digest(service_->coverage()), before);
}

TEST_F(AggregationServiceTest, a_snapshot_of_another_log_or_epoch_stops_it_with_words) {
  restart({.snapshots = {.events = 3}});
  add_a_county(morning);
  run();
  log_.epoch = Epoch{2};
  restart();
  EXPECT_THAT(stops_with(), testing::HasSubstr("snapshots/coverage"));
  log_.epoch = Epoch{1};
  log_.id = {{9, 10}};
  restart();
  EXPECT_THAT(stops_with(), testing::HasSubstr("snapshots/coverage"));
  EXPECT_EQ(service_->position(), Position{3});
}

TEST_F(AggregationServiceTest, a_snapshot_of_more_than_the_log_has_stops_it_with_words) {
  restart({.snapshots = {.events = 3}});
  add_a_county(morning);
  run();
  log_.cut(2);
  restart();
  EXPECT_THAT(stops_with(), testing::HasSubstr("snapshots/coverage"));
  EXPECT_EQ(service_->position(), Position{3});
}

TEST_F(AggregationServiceTest, a_damaged_snapshot_is_left_aside) {
  restart({.snapshots = {.events = 3}});
  add_a_county(morning);
  run();
  snapshot_.damage();
  restart();
  run();
  EXPECT_EQ(service_->position(), Position{3});
  const Bytes junk(64, std::byte{7});
  ASSERT_TRUE(snapshot_.replace(junk));
  restart();
  run();
  EXPECT_EQ(service_->position(), Position{3});
}

}  // namespace
}  // namespace doorstep::aggregation
