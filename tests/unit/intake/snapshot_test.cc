#include "services/intake/snapshot.h"

#include "tests/support/cursors.h"
#include "tests/unit/intake/intake_in_memory.h"

namespace doorstep::intake {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// A county in which intake starts anew before every request: from its snapshot, or from the log's
// first event.
class RestartingIntake : public IntakeInMemory {
 public:
  explicit RestartingIntake(bool has_snapshots) : has_snapshots_{has_snapshots} {
    snapshots = {.events = has_snapshots ? 2u : 1'000'000u};
    set_up_county();
  }
  std::string say(const std::string& target, const std::string& body) {
    if (!has_snapshots_) snapshot.remove();
    start_intake();
    run(150);
    return post(target, body);
  }

 private:
  bool has_snapshots_;
};

std::string event(std::uint64_t n) { return R"({"id":")" + to_string(id_of<EventId>(n)) + '"'; }
std::string at_morning() { return R"(,"happenedAt":")" + to_string(morning) + "\"}"; }

std::string visit(std::uint64_t n, const std::string& household, const std::string& more = {}) {
  return event(n) + R"(,"household":")" + household + R"(","doneBy":[")" +
         to_string(worker_of_key("W1")) + R"("],"mode":"atDoor","started":")" + to_string(morning) +
         R"(","ended":")" + to_string(morning) + R"(","disposition":"noAnswer")" + more + "}";
}

struct Request {
  std::string target{};
  std::string body{};
};

std::vector<Request> requests() {
  const std::string h1 = to_string(household_of_key("H1"));
  const std::string w1 = to_string(worker_of_key("W1"));
  const auto of_visit = [](std::uint64_t n, const std::string& what) {
    return "/v1/visits/" + to_string(id_of<EventId>(n)) + what;
  };
  const std::string registers = event(5) + R"(,"household":")" + to_string(household_number(1)) +
                                R"(","dwelling":")" + to_string(dwelling_number(1)) +
                                R"(","kind":"family","area":"431224100001001","persons":{)"
                                R"("registered":4,"usual":3,"present":2,"awayInCounty":1,)"
                                R"("awayOutside":0,"notVerified":3})" +
                                at_morning();
  const std::string retracts = R"(,"reason":"wrongHousehold")" + at_morning();
  return {{"/v1/visits", visit(1001, h1)},
          {"/v1/visits", visit(1001, h1)},
          {"/v1/visits", visit(1002, to_string(household_number(9)))},  // on no list, no area
          {"/v1/households", registers},
          {"/v1/households", registers},
          {"/v1/visits", visit(1003, to_string(household_number(1)))},
          {of_visit(1001, "/retract"), event(2001) + retracts},
          {of_visit(1001, "/retract"), event(2001) + retracts},
          {of_visit(1001, "/retract"), event(2002) + retracts},  // a second time
          {"/v1/workers/" + w1 + "/stand-down", event(3001) + at_morning()},
          {"/v1/workers/" + w1 + "/report-in", event(3002) + at_morning()},
          {"/v1/rounds/" + to_string(round_number(1)) + "/close", event(3003) + at_morning()},
          {"/v1/visits", visit(1004, h1)},  // no round is open
          {"/v1/visits", visit(1003, to_string(household_number(1)))}};
}

TEST(IntakeSnapshots, every_answer_is_as_of_an_intake_that_folded_from_the_start) {
  RestartingIntake with{true};
  RestartingIntake without{false};
  int refused = 0;
  for (const Request& request : requests()) {
    const std::string answer = with.say(request.target, request.body);
    EXPECT_EQ(answer, without.say(request.target, request.body)) << request.body;
    if (!answer.starts_with("200 ")) ++refused;
  }
  EXPECT_EQ(refused, 3);
  EXPECT_GT(with.metrics.counter("doorstep_intake_snapshots_total", "").value(), 5);
}

class IntakeSnapshot : public testing::Test, public IntakeInMemory {
 protected:
  void SetUp() override { set_up_county(); }
  [[nodiscard]] Bytes kept() const { return snapshot.read().value().value(); }
};

TEST_F(IntakeSnapshot, is_kept_at_a_stop_with_what_was_answered) {
  EXPECT_THAT(post("/v1/visits", visit(1001, to_string(household_of_key("H1")))),
              StartsWith("200 "));
  EXPECT_LT(service->view().kept(), service->view().position());
  service->drain();
  EXPECT_FALSE(service->drained());
  run(2);
  EXPECT_TRUE(service->drained());
  const auto read = snapshot_from(kept());
  ASSERT_TRUE(read);
  EXPECT_EQ(read->progress.cursor.position, service->view().position());
  EXPECT_EQ(to_bytes(read->progress, read->state), kept());
}

TEST_F(IntakeSnapshot, of_another_version_or_damaged_the_log_is_folded_from_the_start) {
  service->drain();
  run(2);
  const Position before = service->view().position();
  Bytes other = kept();
  other[8] ^= std::byte{1};
  ASSERT_TRUE(snapshot.replace(other));
  start_intake();
  EXPECT_EQ(service->view().kept(), Position{});
  run(150);
  EXPECT_EQ(service->view().position(), before);
  snapshot.damage();
  start_intake();
  run(150);
  EXPECT_EQ(service->view().position(), before);
}

TEST_F(IntakeSnapshot, of_another_epoch_or_log_it_stops_with_words) {
  service->drain();
  run(2);
  auto read = snapshot_from(kept());
  ASSERT_TRUE(read);
  const auto stops_with = [&](const runtime::Progress& progress) {
    EXPECT_TRUE(snapshot.replace(to_bytes(progress, read->state)));
    start_intake();
    return runs_until_it_stops();
  };
  runtime::Progress progress = read->progress;
  progress.cursor.epoch = Epoch{2};
  EXPECT_THAT(stops_with(progress), HasSubstr("move the file snapshots/intake"));
  progress = read->progress;
  progress.cursor.log = id_of<LogId>(2);
  EXPECT_THAT(stops_with(progress), HasSubstr("move the file snapshots/intake"));
  EXPECT_EQ(stops_with(read->progress), "");
}

TEST_F(IntakeSnapshot, its_place_is_told_without_its_format_and_goes_on_in_another_epoch) {
  service->drain();
  run(2);
  Bytes bytes = kept();
  runtime::set_epoch(bytes, Epoch{9});
  const auto any = runtime::progress_of_any(bytes);
  ASSERT_TRUE(any);
  EXPECT_EQ(any->cursor.epoch, Epoch{9});
  const auto read = snapshot_from(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->progress.cursor, any->cursor);
  EXPECT_EQ(read->progress.cursor.position, service->view().position());
  EXPECT_FALSE(runtime::progress_of_any(BytesView{bytes}.first(20)));
}

TEST_F(IntakeSnapshot, a_visit_appended_with_others_is_found_after_a_start) {
  Known known;
  known.note_in_batch(id_of<VisitId>(7), Position{42});
  const auto read = snapshot_from(to_bytes({.cursor = test::cursor_at(Position{42})}, known));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->state.in_batch(id_of<VisitId>(7)), Position{42});
  EXPECT_EQ(read->state.in_batch(id_of<VisitId>(8)), std::nullopt);
}

TEST_F(IntakeSnapshot, repeats_of_what_the_log_has_dropped_are_answered_as_before) {
  const std::string h1 = to_string(household_of_key("H1"));
  const auto retract = [&](std::uint64_t n, std::uint64_t id) {
    return post("/v1/visits/" + to_string(id_of<EventId>(n)) + "/retract",
                event(id) + R"(,"reason":"wrongHousehold")" + at_morning());
  };
  const std::string sent = R"(,"sentAt":")";
  const std::string first =
      post("/v1/visits", visit(1001, h1, sent + to_string(clock.now()) + '"'));
  EXPECT_THAT(first, StartsWith("200 "));
  const std::string retracted = retract(1001, 2001);
  EXPECT_THAT(retracted, StartsWith("200 "));
  EXPECT_THAT(post("/v1/visits", visit(1002, h1)), StartsWith("200 "));
  const Position upto = service->view().position();
  EXPECT_THAT(post("/v1/visits", visit(1003, h1)), StartsWith("200 "));

  // While intake has less on disk, nothing goes.
  const auto refused = drop(upto);
  ASSERT_TRUE(std::holds_alternative<wire::Refused>(refused.what));
  EXPECT_EQ(std::get<wire::Refused>(refused.what).code, wire::RefusalCode::still_needed);
  service->drain();
  run(2);
  const auto dropped = drop(upto);
  ASSERT_TRUE(std::holds_alternative<wire::FloorMoved>(dropped.what));
  EXPECT_EQ(std::get<wire::FloorMoved>(dropped.what).floor, upto);

  start_intake();
  run(150);
  const auto again = [](std::string answer) {
    return answer.replace(answer.find("false"), 5, "true");
  };
  const std::string later = sent + to_string(clock.now() + Milliseconds{5'000}) + '"';
  EXPECT_EQ(post("/v1/visits", visit(1001, h1, later)), again(first)) << "another skew";
  EXPECT_EQ(retract(1001, 2001), again(retracted));
  EXPECT_THAT(retract(1002, 2002), HasSubstr("cannot be retracted any more"));
  EXPECT_THAT(retract(1003, 2003), StartsWith("200 ")) << "above the floor";

  snapshot.remove();
  start_intake();
  EXPECT_THAT(runs_until_it_stops(), HasSubstr("Put a newer one there"));
}

TEST_F(IntakeSnapshot, cut_short_or_longer_is_none_and_a_wrong_byte_folds_on_or_is_refused) {
  service->drain();
  run(2);
  Bytes bytes = kept();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(snapshot_from(BytesView{bytes}.first(size))) << size;
  }
  for (std::byte& one : bytes) {
    one ^= std::byte{0xff};
    if (auto read = snapshot_from(bytes)) (void)to_bytes(read->progress, read->state);
    one ^= std::byte{0xff};
  }
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(snapshot_from(bytes));
}

}  // namespace
}  // namespace doorstep::intake
