// Events as JSON, one object a line (docs/formats/event_json.md): what the command line prints and
// takes, and what the household's history shows. Ids, codes and 64-bit values are strings,
// positions and counts numbers, times RFC 3339, words the names of names.h.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"

namespace doorstep::json {

// "household/0197…", "area/431224100", "system": as events, URLs and the command line name a
// stream.
[[nodiscard]] std::string stream_name(StreamId stream);
[[nodiscard]] std::optional<StreamId> parse_stream(std::string_view text);

// {"position":…,"revision":…,"recordedAt":…,"event":{"id":…,"type":…,…,"body":{…}}}
[[nodiscard]] std::string to_json(const Recorded& recorded);
[[nodiscard]] std::string to_json(const Event& event);

// Owns the text that its events point into.
struct ParsedEvents {
  std::vector<Event> events{};
  std::vector<std::unique_ptr<std::string>> texts{};
};

// A line of `event append`: one event object, {"events":[…]} for a batch, or a recorded event as it
// was printed, whose stamp is left out. Strict: unknown
// fields, wrong types, words and values out of range are errors that name the field
// ("events[1].body.mode: …").
[[nodiscard]] Result<ParsedEvents> events_from_json(std::string_view line);

}  // namespace doorstep::json
