#include "services/event_log/sequencer.h"

#include <gtest/gtest.h>

#include "tests/unit/event_log/log_words.h"

namespace doorstep::event_log {
namespace {

using wire::Condition;
using wire::Expectation;
using wire::RefusalCode;

constexpr Instant morning{1'000'000};

// given(requests).when(request).then_…: against a log that has the given requests on disk.
class SequencerSpec {
 public:
  SequencerSpec& given(const std::vector<wire::Append>& requests) {
    for (const auto& request : requests) {
      EXPECT_TRUE(std::holds_alternative<Accepted>(decide(request, "cli", morning)));
    }
    Sealer{}.seal(block_);
    sequencer_.settle(block_);
    block_.clear();
    return *this;
  }
  // The same, as a version before stored it.
  SequencerSpec& given_with_sha_digest(const wire::Append& request) {
    EXPECT_TRUE(std::holds_alternative<Accepted>(decide(request, "cli", morning)));
    block_.requests.back().digest = wire::sha_digest_of(request);
    sequencer_.settle(block_);
    block_.clear();
    return *this;
  }
  SequencerSpec& then_on_its_way() {
    EXPECT_TRUE(std::holds_alternative<OnItsWay>(decision_)) << message();
    EXPECT_EQ(sequencer_.state().head, head_before_);
    return *this;
  }
  SequencerSpec& when(const wire::Append& request, const std::string& account = "cli",
                      Instant now = morning) {
    head_before_ = sequencer_.state().head;
    decision_ = decide(request, account, now);
    return *this;
  }
  SequencerSpec& then_accepted(std::uint64_t first, std::uint64_t last) {
    const auto* accepted = std::get_if<Accepted>(&decision_);
    EXPECT_NE(accepted, nullptr) << message();
    if (accepted == nullptr) return *this;
    EXPECT_EQ(accepted->first, Position{first});
    EXPECT_EQ(accepted->last, Position{last});
    EXPECT_EQ(sequencer_.state().head, Position{last});
    return *this;
  }
  SequencerSpec& then_duplicate(std::uint64_t first, std::uint64_t last) {
    const auto* duplicate = std::get_if<Duplicate>(&decision_);
    EXPECT_NE(duplicate, nullptr) << message();
    if (duplicate == nullptr) return *this;
    EXPECT_EQ(duplicate->first, Position{first});
    EXPECT_EQ(duplicate->last, Position{last});
    EXPECT_EQ(sequencer_.state().head, head_before_) << "a retry must land nothing";
    return *this;
  }
  // A refusal leaves the log as it was and says something.
  wire::Refused then_refused(RefusalCode code) {
    const auto* refused = std::get_if<wire::Refused>(&decision_);
    EXPECT_NE(refused, nullptr);
    if (refused == nullptr) return {};
    EXPECT_EQ(refused->code, code) << refused->message;
    EXPECT_FALSE(refused->message.empty());
    EXPECT_EQ(sequencer_.state().head, head_before_);
    return *refused;
  }
  [[nodiscard]] std::vector<wire::Record> records() {
    Sealer{}.seal(block_);
    auto block = wire::Block::open(*block_.bytes);
    EXPECT_TRUE(block.has_value());
    opened_ = std::move(*block);
    return {opened_.records().begin(), opened_.records().end()};
  }
  [[nodiscard]] const wire::Block& opened() const { return opened_; }
  [[nodiscard]] const std::vector<RecordedFrom>& times() const { return block_.times; }

 private:
  Decision decide(const wire::Append& request, const std::string& account, Instant now) {
    return sequencer_.append(request, account, now, block_);
  }
  [[nodiscard]] std::string message() const {
    const auto* refused = std::get_if<wire::Refused>(&decision_);
    return refused == nullptr ? "another decision" : refused->message;
  }
  static Rights rights() {
    Rights rights;
    rights.allow("cli", {EventType::worker_stood_down, EventType::worker_reported_in});
    rights.allow("intake", {EventType::worker_reported_in});
    return rights;
  }
  Sequencer sequencer_{LogState{}, rights()};
  OpenBlock block_{};
  Decision decision_{};
  Position head_before_{};
  wire::Block opened_{};
};

Condition expect(StreamId stream, Expectation what, std::uint64_t revision = 0) {
  return {.stream = stream, .expect = what, .revision = Revision{revision}};
}

TEST(Sequencer, positions_are_dense_from_one) {
  SequencerSpec{}
      .given({append(1), append(2, {reported_in(2), reported_in(3)})})
      .when(append(4))
      .then_accepted(4, 4);
}

TEST(Sequencer, revisions_count_within_each_stream_from_zero) {
  SequencerSpec spec;
  spec.when(append(1, {reported_in(1, {worker(1)}), reported_in(2, {worker(2)}),
                       reported_in(3, {worker(1)})}))
      .when(append(2, {reported_in(4, {worker(1)}), reported_in(5, {household(1)})}));
  std::vector<std::uint64_t> revisions;
  for (const auto& record : spec.records()) revisions.push_back(number(record.stamp.revision));
  EXPECT_EQ(revisions, (std::vector<std::uint64_t>{0, 0, 1, 2, 0}));
}

TEST(Sequencer, the_producers_bytes_are_stored_untouched) {
  SequencerSpec spec;
  spec.when(append(1));
  const auto records = spec.records();
  ASSERT_EQ(records.size(), 1u);
  EXPECT_EQ(Bytes(records[0].event.begin(), records[0].event.end()), reported_in(1));
  ASSERT_EQ(spec.opened().requests().size(), 1u);
  EXPECT_EQ(spec.opened().requests()[0].append_id, id_of<AppendId>(1));
  EXPECT_EQ(spec.opened().requests()[0].digest, wire::digest_of(append(1)));
}

TEST(Sequencer, recorded_time_never_decreases) {
  SequencerSpec spec;
  spec.when(append(1), "cli", Instant{5'000});
  spec.when(append(2), "cli", Instant{4'000});
  spec.when(append(3), "cli", Instant{6'000});
  std::vector<std::int64_t> times;
  for (const auto& record : spec.records()) times.push_back(record.stamp.recorded_at.unix_ms);
  EXPECT_EQ(times, (std::vector<std::int64_t>{5'000, 5'000, 6'000}));
  // The same, as the indexes are told it.
  ASSERT_EQ(spec.times().size(), 2u);
  EXPECT_EQ(spec.times()[0].first, Position{1});
  EXPECT_EQ(spec.times()[0].recorded_at, Instant{5'000});
  EXPECT_EQ(spec.times()[1].first, Position{3});
  EXPECT_EQ(spec.times()[1].recorded_at, Instant{6'000});
}

TEST(Sequencer, a_retry_gets_the_original_result) {
  SequencerSpec{}
      .given({append(1), append(2, {reported_in(2), reported_in(3)}), append(4)})
      .when(append(2, {reported_in(2), reported_in(3)}))
      .then_duplicate(2, 3);
}

TEST(Sequencer, a_retry_of_what_is_not_on_disk_yet_is_decided_later) {
  SequencerSpec spec;
  spec.when(append(1)).then_accepted(1, 1);
  spec.when(append(1)).then_on_its_way();
  spec.when(append(1, {reported_in(2)})).then_on_its_way();
}

TEST(Sequencer, a_retry_is_recognised_before_its_conditions_and_rights_are_asked) {
  const auto first = append(1, {reported_in(1)}, {expect(worker(1), Expectation::none)});
  SequencerSpec{}.given({first}).when(first).then_duplicate(1, 1);
  SequencerSpec{}.given({first}).when(first, "nobody").then_duplicate(1, 1);
}

TEST(Sequencer, a_retry_of_what_an_older_version_stored_is_recognised) {
  SequencerSpec{}.given_with_sha_digest(append(1)).when(append(1)).then_duplicate(1, 1);
  SequencerSpec{}
      .given_with_sha_digest(append(1))
      .when(append(1, {reported_in(99)}))
      .then_refused(RefusalCode::id_conflict);
}

TEST(Sequencer, an_id_used_for_something_else_is_a_conflict) {
  SequencerSpec{}
      .given({append(1)})
      .when(append(1, {reported_in(99)}))
      .then_refused(RefusalCode::id_conflict);
  SequencerSpec{}
      .given({append(1)})
      .when(append(1, {reported_in(1)}, {expect(worker(9), Expectation::none)}))
      .then_refused(RefusalCode::id_conflict);
}

TEST(Sequencer, a_refused_id_is_free_for_another_try) {
  SequencerSpec spec;
  spec.given({append(1)});
  spec.when(append(2, {reported_in(2)}, {expect(worker(1), Expectation::none)}))
      .then_refused(RefusalCode::wrong_revision);
  spec.when(append(2)).then_accepted(2, 2);
}

TEST(Sequencer, none_holds_only_for_a_stream_without_events) {
  const auto wanted = append(9, {reported_in(9)}, {expect(worker(1), Expectation::none)});
  SequencerSpec{}.when(wanted).then_accepted(1, 1);
  const auto refused =
      SequencerSpec{}.given({append(1)}).when(wanted).then_refused(RefusalCode::wrong_revision);
  EXPECT_EQ(refused.stream, worker(1));
  EXPECT_EQ(refused.actual, 1u);
}

TEST(Sequencer, exists_holds_only_for_a_stream_with_events) {
  const auto wanted = append(9, {reported_in(9)}, {expect(worker(1), Expectation::exists)});
  SequencerSpec{}.given({append(1)}).when(wanted).then_accepted(2, 2);
  SequencerSpec{}.when(wanted).then_refused(RefusalCode::wrong_revision);
}

TEST(Sequencer, exact_names_the_revision_of_the_last_event) {
  const auto at = [](std::uint64_t revision) {
    return append(9, {reported_in(9)}, {expect(worker(1), Expectation::exact, revision)});
  };
  SequencerSpec{}.given({append(1), append(2)}).when(at(1)).then_accepted(3, 3);
  SequencerSpec{}
      .given({append(1), append(2)})
      .when(at(0))
      .then_refused(RefusalCode::wrong_revision);
  SequencerSpec{}
      .given({append(1), append(2)})
      .when(at(2))
      .then_refused(RefusalCode::wrong_revision);
  SequencerSpec{}.when(at(0)).then_refused(RefusalCode::wrong_revision);
}

TEST(Sequencer, any_always_holds) {
  const auto wanted = append(9, {reported_in(9)}, {expect(worker(1), Expectation::any)});
  SequencerSpec{}.when(wanted).then_accepted(1, 1);
  SequencerSpec{}.given({append(1)}).when(wanted).then_accepted(2, 2);
}

TEST(Sequencer, a_condition_may_name_a_stream_that_is_not_written) {
  const auto wanted =
      append(9, {reported_in(9, {household(1)})}, {expect(worker(1), Expectation::exact, 0)});
  SequencerSpec{}.given({append(1)}).when(wanted).then_accepted(2, 2);
  SequencerSpec{}.when(wanted).then_refused(RefusalCode::wrong_revision);
}

TEST(Sequencer, every_condition_must_hold_or_nothing_lands) {
  const auto refused = SequencerSpec{}
                           .given({append(1)})
                           .when(append(9, {reported_in(9)},
                                        {expect(worker(1), Expectation::exists),
                                         expect(worker(2), Expectation::exists)}))
                           .then_refused(RefusalCode::wrong_revision);
  EXPECT_EQ(refused.stream, worker(2));
  EXPECT_EQ(refused.actual, 0u);
}

TEST(Sequencer, streams_of_different_kinds_with_one_id_are_different) {
  SequencerSpec{}
      .given({append(1)})
      .when(append(9, {reported_in(9, {household(1)})}, {expect(household(1), Expectation::none)}))
      .then_accepted(2, 2);
}

TEST(Sequencer, an_account_appends_only_its_types) {
  const auto mixed = append(1, {reported_in(1), stood_down(2)});
  SequencerSpec{}.when(mixed, "cli").then_accepted(1, 2);
  SequencerSpec{}.when(append(1), "intake").then_accepted(1, 1);
  SequencerSpec{}.when(mixed, "intake").then_refused(RefusalCode::denied);
  SequencerSpec{}.when(append(1), "nobody").then_refused(RefusalCode::denied);
}

TEST(Sequencer, refuses_a_request_without_id_or_events) {
  auto nameless = append(1);
  nameless.append_id = {};
  SequencerSpec{}.when(nameless).then_refused(RefusalCode::invalid);
  SequencerSpec{}.when(append(1, {})).then_refused(RefusalCode::invalid);
}

TEST(Sequencer, refuses_bytes_that_are_no_event_and_names_which) {
  const auto refused = SequencerSpec{}
                           .when(append(1, {reported_in(1), Bytes(64, std::byte{0xff})}))
                           .then_refused(RefusalCode::invalid);
  EXPECT_NE(refused.message.find("event 2"), std::string::npos);
  for (const std::size_t size : {0u, 1u, 7u, 9u, 15u}) {
    SequencerSpec{}.when(append(1, {Bytes(size)})).then_refused(RefusalCode::invalid);
  }
}

TEST(Sequencer, refuses_more_than_its_limits) {
  const Bytes event = reported_in(1);
  const auto full = append(1, std::vector<Bytes>(wire::append_events_max, event));
  SequencerSpec{}.when(full).then_accepted(1, wire::append_events_max);
  SequencerSpec{}
      .when(append(1, std::vector<Bytes>(wire::append_events_max + 1, event)))
      .then_refused(RefusalCode::too_large);
  SequencerSpec{}
      .when(append(1, {Bytes(wire::event_bytes_max + 8)}))
      .then_refused(RefusalCode::too_large);
  SequencerSpec{}
      .when(append(1, std::vector<Bytes>(200, Bytes(wire::event_bytes_max))))
      .then_refused(RefusalCode::too_large);
  SequencerSpec{}
      .when(
          append(1, {event},
                 std::vector(wire::append_conditions_max + 1, expect(worker(1), Expectation::any))))
      .then_refused(RefusalCode::too_large);
}

TEST(Sequencer, refuses_a_condition_that_means_nothing) {
  SequencerSpec{}
      .when(append(1, {reported_in(1)}, {expect({}, Expectation::none)}))
      .then_refused(RefusalCode::invalid);
  SequencerSpec{}
      .when(append(1, {reported_in(1)}, {expect(worker(1), Expectation{77})}))
      .then_refused(RefusalCode::invalid);
}

Condition nothing_after(std::uint64_t position, StreamId stream = {},
                        std::vector<EventType> types = {}, AreaCode area = {}) {
  return {.stream = stream,
          .expect = Expectation::nothing_after,
          .after = Position{position},
          .types = std::move(types),
          .area = area};
}

// Positions 1 and 2 are of worker 1, 3 is of worker 2.
const std::vector<wire::Append> three_events{
    append(1, {reported_in(1, {worker(1)}), reported_in(2, {worker(1)})}),
    append(2, {reported_in(3, {worker(2)})})};

TEST(Sequencer, nothing_after_holds_where_nothing_matches) {
  for (const Condition& condition :
       {nothing_after(3), nothing_after(2, worker(1)), nothing_after(0, worker(9)),
        nothing_after(0, {}, {EventType::visit_recorded}), nothing_after(0, {}, {}, {1})}) {
    SequencerSpec{}
        .given(three_events)
        .when(append(9, {reported_in(9)}, {condition}))
        .then_accepted(4, 4);
  }
}

TEST(Sequencer, nothing_after_names_the_first_match) {
  const auto refused = [](const Condition& condition) {
    return SequencerSpec{}
        .given(three_events)
        .when(append(9, {reported_in(9)}, {condition}))
        .then_refused(RefusalCode::condition_failed)
        .position;
  };
  EXPECT_EQ(refused(nothing_after(0)), Position{1});
  EXPECT_EQ(refused(nothing_after(1, worker(1))), Position{2});
  EXPECT_EQ(refused(nothing_after(1, worker(2))), Position{3});
  EXPECT_EQ(refused(nothing_after(2, {}, {EventType::worker_reported_in})), Position{3});
}

TEST(Sequencer, nothing_after_counts_what_is_not_on_disk_yet) {
  SequencerSpec spec;
  spec.when(append(1)).then_accepted(1, 1);
  spec.when(append(2, {reported_in(2)}, {nothing_after(0)}))
      .then_refused(RefusalCode::condition_failed);
}

TEST(Sequencer, nothing_after_cannot_ask_about_what_is_to_come) {
  SequencerSpec{}
      .given(three_events)
      .when(append(9, {reported_in(9)}, {nothing_after(4)}))
      .then_refused(RefusalCode::invalid);
}

TEST(RecentHeadings, what_is_too_long_ago_is_forgotten_and_says_so) {
  RecentHeadings recent;
  for (std::uint64_t p = 1; p <= RecentHeadings::kept_max + 2; ++p) {
    recent.add(Position{p}, {.stream = worker(p)});
  }
  EXPECT_EQ(recent.forgotten(), Position{2});
  const std::vector<EventType> any;
  EXPECT_EQ(recent.first_match({.stream = worker(3), .types = any}, Position{2}), Position{3});
  EXPECT_EQ(recent.first_match({.stream = worker(2), .types = any}, Position{2}), std::nullopt);
}

}  // namespace
}  // namespace doorstep::event_log
