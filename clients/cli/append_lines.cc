#include "clients/cli/append_lines.h"

#include "common/json/event_json.h"
#include "common/json/writer.h"
#include "common/wire/event_codec.h"

namespace doorstep::cli {
namespace {

constexpr std::size_t lines_max = 4096;  // decided or not, until they are written

std::string_view name_of(wire::RefusalCode code) {
  switch (code) {
    case wire::RefusalCode::invalid:
      return "invalid";
    case wire::RefusalCode::wrong_revision:
      return "wrongRevision";
    case wire::RefusalCode::id_conflict:
      return "idConflict";
    case wire::RefusalCode::too_large:
      return "tooLarge";
    case wire::RefusalCode::denied:
      return "denied";
    case wire::RefusalCode::busy:
      return "busy";
    case wire::RefusalCode::draining:
      return "draining";
    case wire::RefusalCode::damaged:
      return "damaged";
    case wire::RefusalCode::ahead_of_log:
      return "aheadOfLog";
    case wire::RefusalCode::done:
      return "done";
    case wire::RefusalCode::condition_failed:
      return "conditionFailed";
    case wire::RefusalCode::reread:
      return "reread";
    case wire::RefusalCode::cursor_below_floor:
      return "cursorBelowFloor";
    case wire::RefusalCode::epoch_changed:
      return "epochChanged";
    case wire::RefusalCode::still_needed:
      return "stillNeeded";
    case wire::RefusalCode::no_answer:
      return "noAnswer";
  }
  return "unknown";
}

std::string acknowledgement(AppendId id, const wire::Appended& appended) {
  json::Writer json;
  json.begin_object()
      .field("appendId", to_string(id))
      .field("first", number(appended.first))
      .field("last", number(appended.last))
      .field("duplicate", appended.duplicate);
  return json.end_object().take();
}

}  // namespace

bool AppendLines::accepts() const {
  return !has_given_up() && client_.accepts() && lines_.size() < lines_max;
}

void AppendLines::take(std::string_view line) {
  ++count_;
  if (line.find_first_not_of(" \t\r") == std::string_view::npos) return;
  lines_.push_back({.number = count_});
  Line& slot = lines_.back();
  const auto refuse_now = [&slot](wire::RefusalCode code, std::string message) {
    slot.answer = std::unexpected(wire::Refused{.code = code, .message = std::move(message)});
  };
  const auto parsed = json::events_from_json(line);
  if (!parsed) return refuse_now(wire::RefusalCode::invalid, parsed.error().message);
  if (parsed->events.empty()) {
    return refuse_now(wire::RefusalCode::invalid, "a batch needs at least one event");
  }
  if (parsed->events.size() > wire::append_events_max) {
    return refuse_now(wire::RefusalCode::too_large, "a batch holds at most " +
                                                        std::to_string(wire::append_events_max) +
                                                        " events; send it in parts");
  }
  // A single event's request has its id; a batch goes under that of its first event.
  slot.append_id = {parsed->events.front().envelope.id.value};
  wire::Append append{.append_id = slot.append_id};
  for (const Event& event : parsed->events) append.events.push_back(wire::encode_event(event));
  client_.append(append, [&slot](std::expected<wire::Appended, wire::Refused> answer) {
    slot.answer = std::move(answer);
  });
}

void AppendLines::write_decided() {
  while (!lines_.empty() && lines_.front().answer) {
    const Line& line = lines_.front();
    if (const auto& answer = *line.answer) {
      sinks_.acknowledged(acknowledgement(line.append_id, *answer));
    } else {
      refuse(line.number, name_of(answer.error().code), answer.error().message);
      if (answer.error().code == wire::RefusalCode::no_answer) {
        exit_code_ = ExitCode::unavailable;
      } else if (exit_code_ == ExitCode::ok) {
        exit_code_ = ExitCode::failed;
      }
    }
    lines_.pop_front();
  }
}

void AppendLines::refuse(std::uint64_t number, std::string_view code, std::string_view message) {
  json::Writer json;
  json.begin_object().field("line", number).field("code", code).field("message", message);
  sinks_.refused(json.end_object().take());
}

}  // namespace doorstep::cli
