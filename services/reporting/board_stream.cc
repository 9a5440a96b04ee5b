#include "services/reporting/board_stream.h"

#include <algorithm>
#include <utility>

#include "common/json/clock_json.h"
#include "common/json/writer.h"

namespace doorstep::reporting {
namespace {

constexpr Milliseconds tick_max{1'000};
// Without a board open, changes are followed for those that come back after a break.
constexpr Milliseconds tick_without_streams{1'000};
// How finely heartbeats are spread.
constexpr Milliseconds beat_every{500};

void write_instant(json::Writer& to, std::string_view name, Instant at) {
  to.key(name);
  if (at == Instant{}) {
    to.null();
  } else {
    to.value(at);
  }
}

}  // namespace

bool BoardStream::accepts(const OpenStream& asked) const {
  return streams_.size() < limits_.streams_max &&
         areas_.size() + asked.areas.size() <= limits_.areas_max;
}

void BoardStream::open(HttpToken token, const OpenStream& asked, Now now) {
  http_.open_stream(token);
  const auto [entry, is_new] = groups_.try_emplace(asked.areas);
  if (is_new) {
    for (const AreaCode area : asked.areas) areas_.add(area);
  }
  entry->second.streams.insert(token);
  entry->second.waiting_for_all.insert(token);
  streams_.emplace(
      token, Stream{.areas = asked.areas, .since = asked.since, .heard_from_us = now.monotonic});
  has_newcomers_ = true;
  // The first board does not wait for the long tick of before.
  next_tick_ = std::min(next_tick_, now.monotonic + tick());
}

void BoardStream::close(HttpToken token) {
  const auto stream = streams_.find(token);
  if (stream == streams_.end()) return;
  const auto group = groups_.find(stream->second.areas);
  group->second.streams.erase(token);
  group->second.waiting_for_all.erase(token);
  group->second.have_all.erase(token);
  if (group->second.streams.empty()) {
    for (const AreaCode area : group->first) areas_.remove(area);
    groups_.erase(group);
  }
  streams_.erase(stream);
}

Work BoardStream::step(Now now, const Freshness& freshness) {
  Work work = Work::idle;
  areas_.refresh(now);
  begin_again_with_another_edition();
  if (areas_.is_complete()) {
    const bool is_tick = now.monotonic >= next_tick_;
    if (is_tick) {
      show_changes(now, freshness);
      areas_.settle();
      next_tick_ = now.monotonic + tick();
      areas_.look_for_changes();
    }
    if (has_newcomers_) {
      show_all_to_newcomers(now, freshness);
      work = Work::done;
    }
    for (auto& [areas, group] : groups_) group.all.reset();
  }
  if (now.monotonic >= next_beat_) {
    beat(now, freshness);
    next_beat_ = now.monotonic + beat_every;
  }
  for (const HttpToken token : std::exchange(gone_, {})) close(token);
  return work;
}

// What a board shows of another log, or of one that was put back, has to go as a whole: changes
// since a position of that one say nothing about this one.
void BoardStream::begin_again_with_another_edition() {
  if (areas_.edition() == shown_edition_) return;
  shown_edition_ = areas_.edition();
  for (auto& [areas, group] : groups_) {
    group.all.reset();
    group.have_all.clear();
    group.waiting_for_all = group.streams;
    has_newcomers_ = true;
  }
}

Milliseconds BoardStream::tick() const {
  if (streams_.empty()) return tick_without_streams;
  const auto times = static_cast<std::int64_t>(streams_.size() / limits_.streams_per_tick);
  return std::min(limits_.tick * std::max<std::int64_t>(times, 1), tick_max);
}

void BoardStream::show_changes(Now now, const Freshness& freshness) {
  for (auto& [areas, group] : groups_) {
    const auto have_all = std::exchange(group.have_all, {});
    const Frame frame = changes_of(areas, freshness);
    if (!frame) continue;
    for (const HttpToken token : group.streams) {
      if (!have_all.contains(token) && !group.waiting_for_all.contains(token)) {
        send(token, frame, now, freshness);
      }
    }
  }
}

void BoardStream::show_all_to_newcomers(Now now, const Freshness& freshness) {
  has_newcomers_ = false;
  for (auto& [areas, group] : groups_) {
    for (const HttpToken token : std::exchange(group.waiting_for_all, {})) {
      Stream& stream = streams_.at(token);
      const bool has_seen = has_seen_all(stream);
      stream.since.reset();
      group.have_all.insert(token);
      if (!has_seen) send(token, all_of(areas, group, freshness), now, freshness);
    }
  }
}

bool BoardStream::has_seen_all(const Stream& stream) const {
  if (!stream.since || stream.since->edition != to_text(areas_.edition())) return false;
  return std::ranges::all_of(stream.areas, [&](AreaCode area) {
    return areas_.is_unchanged_since(area, stream.since->position);
  });
}

BoardStream::Frame BoardStream::changes_of(const std::vector<AreaCode>& areas,
                                           const Freshness& now) const {
  std::vector<const WatchedAreas::Shown*> changed;
  for (const AreaCode area : areas) {
    const WatchedAreas::Shown& shown = areas_.shown(area);
    if (shown.is_new && !shown.json.empty()) changed.push_back(&shown);
  }
  return changed.empty() ? nullptr : frame_of(changed, now, false);
}

const BoardStream::Frame& BoardStream::all_of(const std::vector<AreaCode>& areas, Group& group,
                                              const Freshness& now) const {
  if (group.all) return group.all;
  std::vector<const WatchedAreas::Shown*> all;
  for (const AreaCode area : areas) {
    const WatchedAreas::Shown& shown = areas_.shown(area);
    if (!shown.json.empty()) all.push_back(&shown);
  }
  group.all = frame_of(all, now, true);
  return group.all;
}

BoardStream::Frame BoardStream::frame_of(const std::vector<const WatchedAreas::Shown*>& areas,
                                         const Freshness& now, bool is_whole) const {
  // Before the first answer about changes nothing is known of what lies between areas asked one by
  // one.
  Position position = areas_.position();
  if (position == Position{} && !areas.empty()) {
    position = std::ranges::min(areas, {}, &WatchedAreas::Shown::as_of)->as_of;
  }
  json::Writer data;
  const std::string edition = to_text(areas_.edition());
  data.begin_object().field("asOf", position).field("edition", edition);
  write_instant(data, "recordedAt", now.latest().recorded_at);
  data.field("head", now.latest().head).key("areas").begin_array();
  for (const WatchedAreas::Shown* area : areas) data.raw(area->json);
  data.end_array();
  json::write_clock(data, "clock", now.clock());
  data.end_object();
  std::string frame = is_whole ? "retry: 2000\n" : "";
  frame += "id: " + to_text(edition, std::to_string(number(position)));
  frame += "\nevent: areas\ndata: ";
  frame += data.take() + "\n\n";
  return std::make_shared<const std::string>(std::move(frame));
}

void BoardStream::send(HttpToken token, const Frame& frame, Now now, const Freshness& freshness) {
  Stream& stream = streams_.at(token);
  stream.heard_from_us = now.monotonic;
  ++counts_.frames;
  switch (http_.push(token, frame)) {
    case Sent::sent:
      return;
    case Sent::gone:
      gone_.push_back(token);
      return;
    case Sent::full: {
      // The frame before was not taken and is lost: only a whole one makes up for it.
      ++counts_.replaced;
      Group& group = groups_.at(stream.areas);
      if (!areas_.is_complete()) {
        group.waiting_for_all.insert(token);
        has_newcomers_ = true;
        return;
      }
      const Frame& all = all_of(stream.areas, group, freshness);
      if (all != frame && http_.push(token, all) == Sent::gone) gone_.push_back(token);
    }
  }
}

void BoardStream::beat(Now now, const Freshness& freshness) {
  Frame frame;
  for (const auto& [token, stream] : streams_) {
    if (now.monotonic - stream.heard_from_us < limits_.heartbeat) continue;
    if (!frame) {
      const Counted& latest = freshness.latest();
      json::Writer data;
      data.begin_object().field("asOf", latest.as_of).field("head", latest.head);
      data.field("edition", to_text(latest.edition));
      write_instant(data, "recordedAt", latest.recorded_at);
      data.field("now", now.wall);
      data.field("late", freshness.judge(now.monotonic) != Condition::fresh);
      json::write_clock(data, "clock", freshness.clock());
      data.end_object();
      frame =
          std::make_shared<const std::string>("event: heartbeat\ndata: " + data.take() + "\n\n");
    }
    ++counts_.heartbeats;
    send(token, frame, now, freshness);
  }
}

}  // namespace doorstep::reporting
