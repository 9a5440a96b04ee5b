// One message of every kind of both protocols, for round trips and golden frames.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "common/wire/board_protocol.h"
#include "common/wire/log_protocol.h"
#include "tests/support/golden.h"
#include "tests/support/sample_events.h"

namespace doorstep::test {

template <class Message>
using Named = std::vector<std::pair<std::string, Message>>;

[[nodiscard]] inline Sha256 sample_hash() {
  Sha256 hash{};
  for (std::size_t i = 0; i < hash.size(); ++i) hash[i] = static_cast<std::uint8_t>(i + 1);
  return hash;
}

// A visit and a task, as they have been in the golden frames since version 1.0: to a frame, events
// are bytes, so these stay what they are in whatever layout events are written.
[[nodiscard]] inline std::vector<Bytes> sample_event_bytes() {
  return {from_hex_lines("000000002f00000000000000030007002800010004000200042bea799a339900"
                         "80c9dbb37f01000018000000020000001c000000020000002000000002000000"
                         "240000000200000028000000020000002c000000020000003000000003000600"
                         "0170002ca1b47f0101000000000000800a70002ca1b47f010a00000000000080"
                         "0270002ca1b47f0102000000000000800370002ca1b47f010300000000000080"
                         "0470002ca1b47f0104000000000000800570002ca1b47f010500000000000080"
                         "0508000024faffff80c9dbb37f010000605de0b37f0100001400000002000000"
                         "18000000020000001c0000000200000021000000270000003000000002000000"
                         "34000000020000000170002ca1b47f0101000000000000800a70002ca1b47f01"
                         "0a000000000000800b70002ca1b47f010b000000000000800800000002000000"
                         "0c70002ca1b47f010c000000000000800d70002ca1b47f010d00000000000080"
                         "0e70002ca1b47f010e0000000000008005000400020001000100030000000000"),
          from_hex_lines("000000002000000000000000030007003400010004000400042bea799a339900"
                         "80c9dbb37f01000018000000020000001c000000020000002000000002000000"
                         "240000000200000028000000020000002c000000020000003000000000000300"
                         "0170002ca1b47f0101000000000000800a70002ca1b47f010a00000000000080"
                         "0270002ca1b47f0102000000000000800370002ca1b47f010300000000000080"
                         "0470002ca1b47f0104000000000000800570002ca1b47f010500000000000080"
                         "08000000020000000c0000000200000010000000020000001770002ca1b47f01"
                         "17000000000000800a70002ca1b47f010a000000000000800670002ca1b47f01"
                         "0600000000000080")};
}

[[nodiscard]] inline Named<wire::Request> sample_requests() {
  const StreamId stream = stream_of(sample_id<HouseholdId>(10));
  const wire::Append append{.append_id = sample_id<AppendId>(1),
                            .conditions = {{stream, wire::Expectation::exact, Revision{7}},
                                           {system_stream, wire::Expectation::none, {}}},
                            .events = sample_event_bytes()};
  const wire::Credit credit{.events = 65'536, .bytes = 8'388'608, .cursor = Position{12}};
  const wire::Subscribe subscribe{
      .from_exclusive = Position{12},
      .until = Position{99},
      .filter = {.area = sample_village,
                 .types = {EventType::visit_recorded, EventType::visit_retracted},
                 .stream = stream},
      .credit = credit,
      .consumer = "aggregation"};
  wire::Append unless_visited = append;
  unless_visited.conditions = {{.stream = stream,
                                .expect = wire::Expectation::nothing_after,
                                .after = Position{40},
                                .types = {EventType::visit_recorded},
                                .area = sample_village}};
  wire::Subscribe from_a_cursor = subscribe;
  from_a_cursor.log = sample_id<LogId>(30);
  from_a_cursor.epoch = Epoch{2};
  from_a_cursor.root = sample_hash();
  wire::Subscribe bare = from_a_cursor;
  bare.bare = true;
  wire::Credit with_kept = credit;
  with_kept.kept = Position{7};
  wire::Subscribe kept_at_the_start = subscribe;
  kept_at_the_start.credit.kept = Position{};
  return {
      {"request_describe", {1, wire::Describe{}}},
      {"request_append", {2, append}},
      {"request_lookup", {3, wire::Lookup{sample_id<AppendId>(1)}}},
      {"request_subscribe", {4, subscribe}},
      {"request_credit", {5, credit}},
      {"request_unsubscribe", {6, wire::Unsubscribe{}}},
      {"request_append_if_nothing_matched", {7, unless_visited}},
      {"request_subscribe_from_a_cursor", {8, from_a_cursor}},
      {"request_checkpoint", {9, wire::AskCheckpoint{}}},
      {"request_prove_inclusion", {10, wire::Prove{.position = Position{42}, .size = 50}}},
      {"request_prove_consistency", {11, wire::Prove{.old = 42, .size = 50}}},
      {"request_consumers", {12, wire::AskConsumers{}}},
      {"request_move_floor", {13, wire::MoveFloor{Position{40}}}},
      {"request_credit_with_kept", {14, with_kept}},
      {"request_subscribe_with_kept", {15, kept_at_the_start}},
      {"request_subscribe_to_bare_blocks", {16, bare}},
  };
}

[[nodiscard]] inline Named<wire::Reply> sample_replies() {
  const wire::Refused refused{.code = wire::RefusalCode::wrong_revision,
                              .message = "the stream has 9 events",
                              .stream = stream_of(sample_id<HouseholdId>(10)),
                              .actual = 9,
                              .retry_after_ms = 250};
  const wire::Appended appended{Position{41}, Position{42}, true};
  const wire::Batch batch{3,
                          Position{40},
                          Position{42},
                          Position{50},
                          Bytes(20, std::byte{0xab}),
                          "a note\n\n\u2014 its signature\n"};
  const wire::Proof proof{.size = 50,
                          .hashes = {sample_hash(), Sha256{}},
                          .record = Bytes(16, std::byte{0xcd}),
                          .checkpoint = "a note\n\n\u2014 its signature\n"};
  const wire::Consumer reader{.account = "aggregation",
                              .name = "coverage",
                              .cursor = Position{40},
                              .sent = Position{42},
                              .head = Position{50},
                              .credit_events = 65'536,
                              .credit_bytes = 8'388'608,
                              .silent = Milliseconds{250},
                              .connected = true};
  wire::Consumer with_kept = reader;
  with_kept.kept = Position{30};
  const wire::Refused still_needed{.code = wire::RefusalCode::still_needed,
                                   .message = "intake has its state up to position 30",
                                   .position = Position{30}};
  const wire::Refused failed{.code = wire::RefusalCode::condition_failed,
                             .message = "something was recorded",
                             .position = Position{41}};
  return {
      {"reply_described",
       {1, wire::Described{sample_id<LogId>(30), Epoch{2}, Position{42}, sample_time, sample_hash(),
                           Position{}}}},
      {"reply_appended", {2, appended}},
      {"reply_refused", {3, refused}},
      {"reply_found", {4, wire::Found{appended}}},
      {"reply_found_nothing", {5, wire::Found{}}},
      {"reply_batch",
       {6, wire::Batch{3, Position{40}, Position{42}, Position{50}, Bytes(20, std::byte{0xab})}}},
      {"reply_ended", {7, wire::Ended{refused}}},
      {"reply_batch_with_a_checkpoint", {8, batch}},
      {"reply_checkpoint", {9, wire::CheckpointNote{"a note\n\n\u2014 its signature\n"}}},
      {"reply_proof", {10, proof}},
      {"reply_consumers", {11, wire::Consumers{{reader, wire::Consumer{}}}}},
      {"reply_floor_moved", {12, wire::FloorMoved{Position{40}}}},
      {"reply_condition_failed", {13, failed}},
      {"reply_consumers_with_kept", {14, wire::Consumers{{with_kept}}}},
      {"reply_still_needed", {15, still_needed}},
  };
}

[[nodiscard]] inline Named<wire::Question> sample_questions() {
  const auto round = sample_id<RoundId>(11);
  const auto household = sample_id<HouseholdId>(10);
  return {
      {"question_area", {1, wire::AskArea{sample_village, round}}},
      {"question_children", {2, wire::AskChildren{sample_village, {}}}},
      {"question_households", {3, wire::AskHouseholds{sample_grid, round, household, 50}}},
      {"question_household", {4, wire::AskHousehold{household, round}}},
      {"question_tasks", {5, wire::AskTasks{sample_grid, TaskState::given, 77, 20}}},
      {"question_rounds", {6, wire::AskRounds{}}},
      {"question_digest", {7, wire::AskDigest{}}},
      {"question_watch", {8, wire::Watch{Position{42}}}},
  };
}

[[nodiscard]] inline Tally sample_tally() {
  Tally tally{.untouched = 90, .off_roster = 2, .persons_usual = 2100, .persons_not_verified = 400};
  tally.by_disposition = {0, 600, 10, 20, 5, 2, 2, 1, 12, 60, 3, 5, 2};
  tally.withdrawn = {0, 2, 1, 1, 0, 0};
  return tally;
}

[[nodiscard]] inline wire::HouseholdView sample_household_view() {
  return {.household = sample_id<HouseholdId>(10),
          .area = sample_grid,
          .kind = HouseholdKind::family,
          .withdrawn = WithdrawalReason::moved_away,
          .on_roster = false,
          .disposition = Disposition::no_answer,
          .decided_by = Position{1201},
          .happened_at = sample_time,
          .visits = 2,
          .persons = sample_persons,
          .lead = {HolderKind::worker, sample_id<WorkerId>(12).value}};
}

[[nodiscard]] inline Task sample_task() {
  return {.id = sample_id<TaskId>(23),
          .kind = TaskKind::screening,
          .household = sample_id<HouseholdId>(10),
          .round = sample_id<RoundId>(11),
          .area = sample_grid,
          .ordinal = 2,
          .approach = TaskApproach::phone,
          .reason = TaskReason::nobody_home,
          .not_before = sample_time,
          .not_after = sample_time + Milliseconds{3'600'000},
          .priority = 5,
          .state = TaskState::given,
          .given_to = sample_id<WorkerId>(12),
          .given_reason = GivenReason::lead_of_household,
          .done_by = sample_id<VisitId>(6),
          .opened_at = Position{10},
          .changed_at = Position{11}};
}

[[nodiscard]] inline wire::RoundView sample_round_view() {
  return {.round = {.id = sample_id<RoundId>(11),
                    .campaign = sample_id<CampaignId>(21),
                    .number = 2,
                    .question_set = "screening-2022-03",
                    .risk_list = "risk-list-5",
                    .opened_at = sample_time,
                    .deadline = sample_time + Milliseconds{86'400'000},
                    .open = true},
          .campaign_name = "全县核酸筛查"};
}

[[nodiscard]] inline Named<wire::Answer> sample_answers() {
  const wire::AreaView area{.code = sample_village,
                            .name = "警予社区",
                            .children = 7,
                            .round = sample_id<RoundId>(11),
                            .tally = sample_tally()};
  const auto answer = [](std::uint64_t number, auto what) {
    return wire::Answer{number, Position{1234}, sample_time, Position{1240}, std::move(what)};
  };
  return {
      {"answer_areas", answer(1, wire::Areas{{area, wire::AreaView{.code = sample_grid}}})},
      {"answer_households",
       answer(2, wire::HouseholdPage{{sample_household_view()}, sample_id<HouseholdId>(10)})},
      {"answer_tasks", answer(3, wire::TaskPage{{sample_task()}, 78, {0, 1, 2, 3, 4}})},
      {"answer_rounds", answer(4, wire::Rounds{{sample_round_view()}})},
      {"answer_digest", answer(5, wire::DigestView{"coverage", 3, sample_hash()})},
      {"answer_changed", answer(6, wire::Changed{{sample_village, sample_grid}})},
      {"answer_not_found", answer(7, wire::NotFound{"no such area"})},
      {"answer_invalid", answer(8, wire::Invalid{"limit must be 1 to 1000"})},
      {"answer_of_an_edition",
       wire::Answer{.what = wire::Changed{}, .edition = {sample_id<LogId>(30), Epoch{2}, 1}}},
  };
}

}  // namespace doorstep::test
