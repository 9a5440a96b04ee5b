#include "services/event_log/streams.h"

#include <algorithm>

namespace doorstep::event_log {

Streams::Streams(const Heads& heads) {
  table_.reserve(heads.size());
  heads.each([this](const StreamHead& head) {
    static_cast<void>(table_.find_or_insert(
        Entry{.id = head.stream.id, .held = KindAndEvents{head.stream.kind, head.events}}));
  });
}

std::uint64_t Streams::events_of(StreamId stream) const {
  const Entry* const entry =
      table_.find(Entry{.id = stream.id, .held = KindAndEvents{stream.kind}});
  return entry == nullptr ? 0 : entry->held.events();
}

void Streams::prefetch(StreamId stream) const {
  table_.prefetch(Entry{.id = stream.id, .held = KindAndEvents{stream.kind}});
}

Revision Streams::add(StreamId stream) {
  Entry& entry = table_.find_or_insert(Entry{.id = stream.id, .held = KindAndEvents{stream.kind}});
  const Revision revision{entry.held.events()};
  entry.held.add_event();
  return revision;
}

void Heads::prefetch(StreamId stream) const {
  table_.prefetch(Entry{.id = stream.id, .held = KindAndEvents{stream.kind}});
}

std::uint64_t Heads::add(StreamId stream, Position position) {
  Entry& entry = table_.find_or_insert(Entry{.id = stream.id, .held = KindAndEvents{stream.kind}});
  entry.held.add_event();
  const std::uint64_t before = number(entry.last);
  entry.last = position;
  return before == 0 ? 0 : number(position) - before;
}

std::optional<StreamHead> Heads::of(StreamId stream) const {
  const Entry* const entry =
      table_.find(Entry{.id = stream.id, .held = KindAndEvents{stream.kind}});
  if (entry == nullptr) return std::nullopt;
  return entry->head();
}

std::vector<StreamHead> Heads::sorted() const {
  std::vector<StreamHead> heads;
  heads.reserve(table_.size());
  each([&heads](const StreamHead& head) { heads.push_back(head); });
  std::ranges::sort(heads, {}, &StreamHead::stream);
  return heads;
}

bool Heads::put(const StreamHead& head) {
  if (head.stream.is_none() || head.events == 0 || number(head.last) < head.events) return false;
  const std::size_t before = table_.size();
  static_cast<void>(
      table_.find_or_insert(Entry{.id = head.stream.id,
                                  .held = KindAndEvents{head.stream.kind, head.events},
                                  .last = head.last}));
  return table_.size() > before;
}

}  // namespace doorstep::event_log
