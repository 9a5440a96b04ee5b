#include "services/reporting/history_reader.h"

#include <algorithm>
#include <utility>

#include "common/json/event_json.h"
#include "common/wire/event_codec.h"

namespace doorstep::reporting {

void HistoryReader::read(const AskHistory& asked, const wire::Edition& of, Position head, Now now,
                         Answered answered) {
  if (readings_.size() >= limits_.reads_max) {
    refused_.push_back(std::move(answered));
    return;
  }
  Reading reading{
      .asked = asked, .head = head, .started = now.monotonic, .answered = std::move(answered)};
  // One more than the page holds says whether there is another.
  const runtime::FollowId id =
      follower_.follow({.cursor = runtime::Cursor{.log = of.log,
                                                  .epoch = of.epoch,
                                                  .position = std::min(asked.after, head)},
                        .until = head,
                        .filter = {.stream = stream_of(asked.household)},
                        .consumer = "reporting-history",
                        .credit_events = asked.limit + 1});
  readings_.emplace(id, std::move(reading));
}

Work HistoryReader::step(Now now) {
  Work work = refused_.empty() ? Work::idle : Work::done;
  for (Answered& answered : std::exchange(refused_, {})) {
    answered(failure(ErrorCode::busy, "too many histories are being read"));
  }
  std::vector<std::pair<Answered, Result<History>>> finished;
  for (auto at = readings_.begin(); at != readings_.end();) {
    auto outcome = advance(at->first, at->second, now);
    if (!outcome) {
      ++at;
      continue;
    }
    follower_.forget(at->first);
    finished.emplace_back(std::move(at->second.answered), *std::move(outcome));
    at = readings_.erase(at);
    work = Work::done;
  }
  for (auto& [answered, outcome] : finished) answered(std::move(outcome));
  return work;
}

std::optional<Result<History>> HistoryReader::advance(runtime::FollowId id, Reading& reading,
                                                      Now now) {
  if (reading.asked.after >= reading.head) return History{.as_of = reading.head};
  while (const auto batch = follower_.next(id)) {
    if (const auto taken = take(*batch, reading); !taken) return std::unexpected{taken.error()};
    if (reading.events.size() > reading.asked.limit) return page_of(reading);
  }
  if (follower_.position(id) >= reading.head) return page_of(reading);
  if (const auto ended = follower_.ended(id)) {
    if (ended->code == wire::RefusalCode::done) return page_of(reading);
    return failure(ErrorCode::unavailable, "the log refuses to be read: " + ended->message);
  }
  if (now.monotonic - reading.started > limits_.patience) {
    return failure(ErrorCode::unavailable, "the log does not answer");
  }
  return std::nullopt;
}

Outcome HistoryReader::take(const runtime::FeedBatch& batch, Reading& reading) {
  for (const wire::Record& record : batch.records()) {
    const Position position = record.stamp.position;
    if (position <= reading.asked.after || position > reading.head) continue;
    auto event = wire::decode_event(record.event);
    if (!event) return std::unexpected{event.error()};
    const Recorded recorded{record.stamp, *std::move(event)};
    reading.events.emplace_back(position, json::to_json(recorded));
  }
  return {};
}

History HistoryReader::page_of(Reading& reading) {
  History history{.as_of = reading.head};
  const bool has_more = reading.events.size() > reading.asked.limit;
  if (has_more) reading.events.resize(reading.asked.limit);
  for (auto& [position, json] : reading.events) history.events.push_back(std::move(json));
  if (has_more) history.next = reading.events.back().first;
  return history;
}

}  // namespace doorstep::reporting
