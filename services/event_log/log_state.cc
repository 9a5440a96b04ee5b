#include "services/event_log/log_state.h"

#include <string>

#include "common/wire/event_codec.h"

namespace doorstep::event_log {
namespace {

std::unexpected<Error> damaged_at(Position position, const char* what) {
  return failure(ErrorCode::damaged,
                 "the record at position " + std::to_string(number(position)) + " " + what);
}

}  // namespace

Result<Heading> heading_in(const wire::Record& record) {
  const auto envelope = wire::decode_envelope(record.event);
  if (!envelope) return damaged_at(record.stamp.position, "holds no event");
  return heading_of(*envelope);
}

Result<Heading> follow(LogState& state, const wire::Record& record) {
  const Stamp& stamp = record.stamp;
  if (stamp.position != next(state.head)) return damaged_at(next(state.head), "is missing");
  if (stamp.recorded_at < state.recorded_at) {
    return damaged_at(stamp.position, "was recorded before the one that it follows");
  }
  auto heading = heading_in(record);
  if (!heading) return heading;
  if (state.streams.add(heading->stream) != stamp.revision) {
    return damaged_at(stamp.position, "has a revision that its stream does not have");
  }
  state.head = stamp.position;
  state.recorded_at = stamp.recorded_at;
  state.recent.add(state.head, *heading);
  return heading;
}

}  // namespace doorstep::event_log
