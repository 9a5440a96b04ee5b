#include "services/event_log/heading.h"

#include <algorithm>

namespace doorstep::event_log {

bool matches(const Wanted& wanted, const Heading& heading) {
  if (wanted.area.is_known() && !contains(wanted.area, heading.area)) return false;
  if (!wanted.stream.is_none() && wanted.stream != heading.stream) return false;
  return wanted.types.empty() ||
         std::ranges::find(wanted.types, heading.type) != wanted.types.end();
}

}  // namespace doorstep::event_log
