#include "tests/bench/race/ours_read.h"

#include "common/runtime/log_follower.h"
#include "common/wire/event_codec.h"
#include "tests/bench/race/payload.h"

namespace doorstep::bench {
namespace {

// Gives every batch of a subscription to `take` until it is over.
template <class Take>
void follow(Connections& feed, runtime::LogFollower::Settings settings, Take take) {
  runtime::LogFollower follower{feed.messages(0)};
  const auto id = follower.follow(std::move(settings));
  while (true) {
    const bool is_idle = follower.step(feed.now()) == Work::idle;
    bool took = false;
    while (const auto batch = follower.next(id)) {
      took = true;
      take(*batch);
    }
    if (const auto why = follower.ended(id)) {
      must(why->code == wire::RefusalCode::done, "feed: " + why->message);
      return;
    }
    if (is_idle && !took) feed.wait();
  }
}

}  // namespace

Figures read_ours(const runtime::DataFolder& folder) {
  const Position head = describe(folder).head;
  Connections feed{folder, folder.endpoints().log_feed, 1};
  Figures figures;
  const double start = now_seconds();
  follow(feed, {.until = head, .consumer = "race"}, [&](const runtime::FeedBatch& batch) {
    for (const auto& record : batch.records()) {
      must(wire::decode_event(record.event).has_value(), "an event does not decode");
      ++figures.events;
    }
  });
  figures.seconds = now_seconds() - start;
  return figures;
}

Figures read_histories(const runtime::DataFolder& folder, std::size_t households) {
  const Position head = describe(folder).head;
  Connections feed{folder, folder.endpoints().log_feed, 1};
  Figures figures;
  const double start = now_seconds();
  for (std::size_t i = 0; i < households; ++i) {
    const HouseholdId household{household_of(i * 7'919 % Payloads::households)};
    const double before = now_seconds();
    follow(feed,
           {.until = head, .filter = {.stream = stream_of(household)}, .consumer = "race-history"},
           [&](const runtime::FeedBatch& batch) {
             figures.events += static_cast<double>(batch.records().size());
           });
    figures.durations.push_back(now_seconds() - before);
  }
  figures.seconds = now_seconds() - start;
  return figures;
}

void read_slowly(const runtime::DataFolder& folder, double per_second) {
  Connections feed{folder, folder.endpoints().log_feed, 1};
  runtime::LogFollower follower{feed.messages(0)};
  // The least credit there is: the log may send it one block at a time.
  const auto id = follower.follow({.consumer = "race-slow", .credit_events = 1, .credit_bytes = 1});
  double due = now_seconds();
  while (true) {
    static_cast<void>(follower.step(feed.now()));
    if (now_seconds() >= due) {
      const auto batch = follower.next(id);
      const double events = batch ? static_cast<double>(batch->records().size()) : 0;
      due = now_seconds() + events / per_second;
    }
    feed.wait(Milliseconds{50});
  }
}

void read_again_and_again(const runtime::DataFolder& folder) {
  while (true) static_cast<void>(read_ours(folder));
}

}  // namespace doorstep::bench
