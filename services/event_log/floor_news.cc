#include "services/event_log/floor_news.h"

#include <string>

namespace doorstep::event_log {

wire::Refused FloorNews::needed_by(const wire::Consumer& reader) {
  const std::string kept = std::to_string(number(*reader.kept));
  return {.code = wire::RefusalCode::still_needed,
          .message = "move the floor: " + reader.name + " (account " + reader.account +
                     (reader.connected ? ")" : "), which went away,") +
                     " has its state on disk up to position " + kept +
                     ", and its next start asks for what comes after. Stop and start it, or wait "
                     "for its next snapshot, the day's first at the latest; then ask again. "
                     "`doorstep consumer ls` shows what each reader has kept",
          .position = *reader.kept};
}

}  // namespace doorstep::event_log
