#include "services/intake/stored_events.h"

#include "common/domain/assert.h"
#include "common/wire/event_codec.h"

namespace doorstep::intake {

void StoredEventReader::read(Position first, Position last, Now now, Answered answered) {
  DOORSTEP_ASSERT(accepts());
  const runtime::FollowId id = follower_.follow({.from_exclusive = Position{number(first) - 1},
                                                 .until = last,
                                                 .consumer = "intake, looking back"});
  reads_.emplace(id, Read{.last = last, .started = now.monotonic, .answered = std::move(answered)});
}

bool StoredEventReader::advance(runtime::FollowId id, Read& read, Now now,
                                std::expected<StoredEvents, wire::Refused>& result) {
  while (auto batch = follower_.next(id)) {
    for (const wire::Record& record : batch->records()) {
      if (record.stamp.position > read.last) break;
      auto event = wire::decode_event(record.event);
      if (event) read.so_far.events.push_back(std::move(*event));
    }
    if (batch->block) read.so_far.blocks.push_back(std::move(batch->block));
    if (batch->to_inclusive >= read.last) {
      result = std::move(read.so_far);
      return true;
    }
  }
  const auto ended = follower_.ended(id);
  if (ended) {
    result = std::unexpected(*ended);
    return true;
  }
  if (now.monotonic - read.started < give_up_after) return false;
  result = std::unexpected(wire::Refused{.code = wire::RefusalCode::no_answer});
  return true;
}

Work StoredEventReader::step(Now now) {
  std::vector<std::pair<Answered, std::expected<StoredEvents, wire::Refused>>> over;
  for (auto at = reads_.begin(); at != reads_.end();) {
    std::expected<StoredEvents, wire::Refused> result;
    if (!advance(at->first, at->second, now, result)) {
      ++at;
      continue;
    }
    follower_.forget(at->first);
    over.emplace_back(std::move(at->second.answered), std::move(result));
    at = reads_.erase(at);
  }
  for (auto& [answered, result] : over) answered(std::move(result));
  return over.empty() ? Work::idle : Work::done;
}

}  // namespace doorstep::intake
