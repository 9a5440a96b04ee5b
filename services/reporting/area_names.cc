#include "services/reporting/area_names.h"

#include <algorithm>
#include <utility>

namespace doorstep::reporting {

void AreaNames::learn(const wire::Answer& answer, Now now) {
  if (answer.edition != edition_) names_.clear();
  edition_ = answer.edition;
  const auto* const areas = std::get_if<wire::Areas>(&answer.what);
  if (!areas) return;
  for (const wire::AreaView& area : areas->areas) names_[area.code] = {area.name, now.monotonic};
}

void AreaNames::need_above(AreaCode area, Now now, std::move_only_function<void()> then) {
  std::vector<AreaCode> missing;
  for (AreaCode above = parent(area); above.is_known(); above = parent(above)) {
    const auto found = names_.find(above);
    const bool is_old = found != names_.end() && now.monotonic - found->second.learnt > kept_for;
    if (found == names_.end() || is_old) missing.push_back(above);
  }
  if (missing.empty()) return then();
  const std::uint64_t need = next_need_++;
  needs_.emplace(need, Need{.missing = missing.size(), .then = std::move(then)});
  for (const AreaCode code : missing) ask_for(code, need, now);
}

void AreaNames::ask_for(AreaCode area, std::uint64_t need, Now now) {
  aggregation_.ask(wire::AskArea{.area = area},
                   [this, area, need, now](const Result<wire::Answer>& answer) {
                     if (answer) {
                       learn(*answer, now);
                       // Nobody has defined it: asking each time would not help.
                       names_.try_emplace(area, Name{.learnt = now.monotonic});
                     }
                     const auto found = needs_.find(need);
                     if (--found->second.missing > 0) return;
                     auto then = std::move(found->second.then);
                     needs_.erase(found);
                     then();
                   });
}

std::vector<json::AreaName> AreaNames::path_to(AreaCode area) const {
  std::vector<json::AreaName> path;
  for (AreaCode above = parent(area); above.is_known(); above = parent(above)) {
    const auto found = names_.find(above);
    if (found != names_.end() && !found->second.text.empty()) {
      path.push_back({above, found->second.text});
    }
  }
  std::ranges::reverse(path);
  return path;
}

}  // namespace doorstep::reporting
