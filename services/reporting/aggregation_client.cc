#include "services/reporting/aggregation_client.h"

#include <utility>

namespace doorstep::reporting {
namespace {

constexpr int answers_per_step_max = 512;
// A watch is silent as long as nothing changes: asking again now and then finds an aggregation that
// was restarted meanwhile.
constexpr Milliseconds watch_again_after{2'000};

}  // namespace

void AggregationClient::ask(decltype(wire::Question::what) what, Answered answered) {
  submit(std::move(what), std::move(answered), false);
}

void AggregationClient::watch(Position after, Answered answered) {
  submit(wire::Watch{.after = after}, std::move(answered), true);
}

void AggregationClient::submit(decltype(wire::Question::what) what, Answered answered,
                               bool waits_for_change) {
  if (pending_.size() >= limits_.in_flight_max) {
    refused_.push_back(std::move(answered));
    return;
  }
  const std::uint64_t number = next_number_++;
  const wire::Question question{.number = number, .what = std::move(what)};
  pending_.emplace(number, Pending{.frame = wire::encode(question),
                                   .answered = std::move(answered),
                                   .waits_for_change = waits_for_change});
}

Work AggregationClient::step(Now now) {
  Work work = tell_refused() ? Work::done : Work::idle;
  for (int taken = 0; taken < answers_per_step_max; ++taken) {
    const auto message = aggregation_.receive();
    if (!message) break;
    work = Work::done;
    auto answer = wire::decode_answer(message->bytes);
    if (answer) accept(*std::move(answer), now);
  }
  send_due(now);
  return work;
}

void AggregationClient::accept(wire::Answer answer, Now now) {
  heard_ = Heard{now.monotonic, answer.as_of, answer.recorded_at, answer.head, answer.edition};
  const auto found = pending_.find(answer.number);
  if (found == pending_.end()) return;  // asked twice, answered twice
  Answered answered = std::move(found->second.answered);
  pending_.erase(found);
  answered(std::move(answer));
}

bool AggregationClient::tell_refused() {
  std::vector<Answered> refused = std::exchange(refused_, {});
  for (Answered& answered : refused) {
    answered(failure(ErrorCode::busy, "too many questions to aggregation at once"));
  }
  return !refused.empty();
}

void AggregationClient::send_due(Now now) {
  std::vector<std::uint64_t> overdue;
  for (auto& [number, pending] : pending_) {
    if (!pending.first_asked) pending.first_asked = now.monotonic;
    const Milliseconds age = now.monotonic - *pending.first_asked;
    if (!pending.waits_for_change && age >= limits_.give_up_after) {
      overdue.push_back(number);
      continue;
    }
    const Milliseconds patience =
        pending.waits_for_change ? watch_again_after : limits_.ask_again_after;
    if (pending.asked && now.monotonic - *pending.asked < patience) continue;
    if (aggregation_.send(the_server, pending.frame) != Sent::sent) break;
    pending.asked = now.monotonic;
  }
  give_up(overdue);
}

void AggregationClient::give_up(const std::vector<std::uint64_t>& numbers) {
  for (const std::uint64_t number : numbers) {
    auto pending = pending_.extract(number);
    pending.mapped().answered(failure(ErrorCode::unavailable, "aggregation does not answer"));
  }
}

}  // namespace doorstep::reporting
