#include "services/event_log/streams.h"

#include <algorithm>
#include <utility>

namespace doorstep::event_log {

std::uint64_t Streams::events_of(StreamId stream) const {
  const Entry* const entry =
      table_.find(Entry{.id = stream.id, .kind = std::to_underlying(stream.kind)});
  return entry == nullptr ? 0 : entry->events;
}

void Streams::prefetch(StreamId stream) const {
  table_.prefetch(Entry{.id = stream.id, .kind = std::to_underlying(stream.kind)});
}

Revision Streams::add(StreamId stream) {
  Entry& entry =
      table_.find_or_insert(Entry{.id = stream.id, .kind = std::to_underlying(stream.kind)});
  return Revision{entry.events++};
}

void StreamPositions::add(StreamId stream) {
  Entry& entry =
      table_.find_or_insert(Entry{.id = stream.id, .kind = std::to_underlying(stream.kind)});
  before_.push_back(entry.last);
  entry.last = Position{before_.size()};
}

std::vector<Position> StreamPositions::of(StreamId stream, Position after) const {
  std::vector<Position> positions;
  const Entry* const entry =
      table_.find(Entry{.id = stream.id, .kind = std::to_underlying(stream.kind)});
  if (entry == nullptr) return positions;
  for (Position at = entry->last; at > after; at = before_[number(at) - 1]) positions.push_back(at);
  std::ranges::reverse(positions);
  return positions;
}

}  // namespace doorstep::event_log
