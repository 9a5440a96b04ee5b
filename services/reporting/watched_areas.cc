#include "services/reporting/watched_areas.h"

#include <algorithm>
#include <utility>

#include "services/reporting/answers_json.h"

namespace doorstep::reporting {

void WatchedAreas::add(AreaCode area) {
  Watched& watched = areas_[area];
  if (watched.count++ == 0) dirty_.insert(area);
}

void WatchedAreas::remove(AreaCode area) {
  const auto found = areas_.find(area);
  if (found == areas_.end() || --found->second.count > 0) return;
  areas_.erase(found);
  dirty_.erase(area);
}

void WatchedAreas::look_for_changes() {
  if (is_looking_) return;
  is_looking_ = true;
  aggregation_.watch(position_, [this](const Result<wire::Answer>& answer) {
    is_looking_ = false;
    if (answer) changed(*answer);
  });
}

bool WatchedAreas::take_edition(const wire::Answer& answer) {
  if (answer.edition == edition_) return false;
  edition_ = answer.edition;
  position_ = {};
  known_from_ = {};
  changed_at_.clear();
  for (auto& [area, watched] : areas_) {
    watched.shown = {};
    dirty_.insert(area);
  }
  return true;
}

void WatchedAreas::changed(const wire::Answer& answer) {
  take_edition(answer);
  const auto* const changed = std::get_if<wire::Changed>(&answer.what);
  if (!changed) return;
  if (position_ == Position{}) known_from_ = answer.as_of;
  position_ = std::max(position_, answer.as_of);
  for (const AreaCode area : changed->areas) {
    changed_at_[area] = answer.as_of;
    if (areas_.contains(area)) dirty_.insert(area);
  }
}

void WatchedAreas::refresh(Now now) {
  for (const AreaCode area : std::exchange(dirty_, {})) {
    ++asked_;
    aggregation_.ask(wire::AskArea{.area = area}, [this, area, now](Result<wire::Answer> answer) {
      if (!answer) {  // aggregation is away: ask again at the next tick
        --asked_;
        if (areas_.contains(area)) dirty_.insert(area);
        return;
      }
      names_.learn(*answer, now);
      names_.need_above(area, now, [this, area, said = *std::move(answer)] {
        --asked_;
        answered(area, said);
      });
    });
  }
}

void WatchedAreas::answered(AreaCode area, const wire::Answer& answer) {
  if (take_edition(answer)) dirty_.erase(area);
  const auto found = areas_.find(area);
  if (found == areas_.end()) return;  // nobody watches it any more
  const auto* const areas = std::get_if<wire::Areas>(&answer.what);
  Shown& shown = found->second.shown;
  if (answer.as_of < shown.as_of) return;
  shown.as_of = answer.as_of;
  shown.is_new = true;
  shown.json.clear();
  if (areas && areas->areas.size() == 1) {
    shown.json = area_json(areas->areas.front(), names_, json::as_of(answer));
  }
}

void WatchedAreas::settle() {
  for (auto& [area, watched] : areas_) watched.shown.is_new = false;
}

bool WatchedAreas::is_unchanged_since(AreaCode area, Position since) const {
  if (position_ == Position{} || since < known_from_ || since > position_) return false;
  const auto found = changed_at_.find(area);
  return found == changed_at_.end() || found->second <= since;
}

}  // namespace doorstep::reporting
