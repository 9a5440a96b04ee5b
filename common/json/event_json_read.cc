#include <algorithm>

#include "common/domain/names.h"
#include "common/json/event_body_json.h"
#include "common/json/event_json.h"
#include "common/json/reader.h"

namespace doorstep::json {
namespace {

constexpr std::size_t events_max = 4096;  // in one line, as in one append request

// The stream that a body speaks about, where it says so itself.
std::optional<StreamId> stream_of_body(const Body& body, AreaCode area) {
  using Found = std::optional<StreamId>;
  return std::visit(overloaded{
                        [](const AreaDefined& e) -> Found { return stream_of(e.code); },
                        [](const CampaignOpened& e) -> Found { return stream_of(e.campaign); },
                        [](const RoundOpened& e) -> Found { return stream_of(e.campaign); },
                        [](const RoundClosed&) -> Found { return std::nullopt; },
                        [](const DwellingRegistered& e) -> Found { return stream_of(e.dwelling); },
                        [](const WorkerRegistered& e) -> Found { return stream_of(e.worker); },
                        [](const WorkerReportedIn& e) -> Found { return stream_of(e.worker); },
                        [](const WorkerStoodDown& e) -> Found { return stream_of(e.worker); },
                        [](const DemonstrationMarked&) -> Found { return system_stream; },
                        [](const ProjectionDigestRecorded&) -> Found { return system_stream; },
                        [](const LogRestored&) -> Found { return system_stream; },
                        [](const Unknown&) -> Found { return std::nullopt; },
                        [&](const auto& e) -> Found {
                          if (!e.household.is_nil()) return stream_of(e.household);
                          return area.is_known() ? Found{stream_of(area)} : std::nullopt;
                        },
                    },
                    body);
}

Purpose purpose_of(EventType type) {
  switch (type) {
    case EventType::campaign_opened:
    case EventType::round_opened:
    case EventType::round_closed:
    case EventType::visit_recorded:
    case EventType::visit_retracted:
      return Purpose::screening;
    case EventType::worker_registered:
    case EventType::worker_reported_in:
    case EventType::worker_stood_down:
      return Purpose::duty;
    case EventType::responsibility_taken:
    case EventType::responsibility_released:
      return Purpose::organisation;
    case EventType::task_opened:
    case EventType::task_given:
    case EventType::task_done:
    case EventType::task_cancelled:
      return Purpose::work;
    case EventType::demonstration_marked:
    case EventType::projection_digest_recorded:
    case EventType::log_restored:
      return Purpose::system;
    default:
      return Purpose::roster;
  }
}

AreaCode area_of_body(const Body& body) {
  if (const auto* defined = std::get_if<AreaDefined>(&body)) return defined->code;
  if (const auto* placed = std::get_if<HouseholdPlaced>(&body)) return placed->area;
  if (const auto* worker = std::get_if<WorkerRegistered>(&body)) return worker->home;
  return {};
}

void read_stream(ObjectReader& from, Event& event) {
  if (const auto name = from.text("stream", Need::optional, 128)) {
    const auto stream = parse_stream(*name);
    if (stream) {
      event.envelope.stream = *stream;
    } else {
      from.add("stream", "notAStream",
               {"应为 类别/编号，如 household/<UUID>、area/431224100",
                "must be kind/id, such as household/<UUID> or area/431224100"});
    }
    return;
  }
  const auto stream = stream_of_body(event.body, event.envelope.area);
  if (stream) {
    event.envelope.stream = *stream;
  } else {
    from.add("stream", "missing", {"缺少此项，请填写", "is missing: please fill it in"});
  }
}

Event read_event(ObjectReader& from, Texts& texts) {
  Event event;
  Envelope& envelope = event.envelope;
  envelope.id = from.id<EventId>("id");
  envelope.type = from.word<EventType>("type").value_or(EventType{});
  envelope.happened_at = from.time("happenedAt", Need::required).value_or(Instant{});
  envelope.actor = from.id<ActorId>("actor", Need::optional);
  envelope.device = from.id<DeviceId>("device", Need::optional);
  envelope.causation = from.id<EventId>("causation", Need::optional);
  envelope.correlation = from.id<EventId>("correlation", Need::optional);
  envelope.purpose =
      from.word<Purpose>("purpose", Need::optional).value_or(purpose_of(envelope.type));
  envelope.schema_version = static_cast<std::uint16_t>(
      from.whole("schemaVersion", Need::optional, 1, UINT16_MAX).value_or(1));
  const auto area = from.area("area", Need::optional);
  auto body = from.object("body", Need::required);
  if (body && envelope.type != EventType{}) {
    event.body = read_body(envelope.type, envelope.id, *body, texts);
    body->finish();
    envelope.area = area.value_or(area_of_body(event.body));
    read_stream(from, event);
  } else {
    static_cast<void>(from.text("stream", Need::optional, 128));
  }
  from.finish();
  return event;
}

// As it was read from a log. Where it stood there says nothing about where it will stand.
void read_recorded(ObjectReader& from, ParsedEvents& parsed) {
  static_cast<void>(from.whole("position", Need::optional, 1, INT64_MAX));
  static_cast<void>(from.whole("revision", Need::optional, 0, INT64_MAX));
  static_cast<void>(from.time("recordedAt", Need::optional));
  auto event = from.object("event", Need::required);
  from.finish();
  if (event) parsed.events.push_back(read_event(*event, parsed.texts));
}

// /events/1/body/mode → events[1].body.mode
std::string as_path(std::string_view pointer) {
  std::string path;
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    const std::string_view part = pointer.substr(0, end);
    const bool is_index =
        !part.empty() && part.find_first_not_of("0123456789") == std::string_view::npos;
    if (is_index) {
      path.append("[").append(part).append("]");
    } else {
      if (!path.empty()) path += '.';
      path += part;
    }
    pointer.remove_prefix(end);
  }
  return path;
}

std::string summary(const std::vector<FieldProblem>& problems) {
  std::string text;
  for (const FieldProblem& problem : problems) {
    if (!text.empty()) text += "; ";
    const std::string path = as_path(problem.pointer);
    text += (path.empty() ? "the line" : path) + ": " + problem.detail.en;
  }
  return text;
}

}  // namespace

Result<ParsedEvents> events_from_json(std::string_view line) {
  const auto document = Document::parse(line);
  if (!document) return failure(ErrorCode::invalid, "not JSON: " + document.error().message);
  std::vector<FieldProblem> problems;
  ParsedEvents parsed;
  auto root = document->object(problems);
  if (root && root->has("event")) {
    read_recorded(*root, parsed);
  } else if (root && root->has("events")) {
    auto events = root->objects("events", Need::required, events_max);
    root->finish();
    if (events && events->empty()) {
      root->add("events", "outOfRange", {"至少一条", "must have at least one element"});
    }
    if (events) {
      for (ObjectReader& event : *events) {
        parsed.events.push_back(read_event(event, parsed.texts));
      }
    }
  } else if (root) {
    parsed.events.push_back(read_event(*root, parsed.texts));
  }
  if (!problems.empty()) return failure(ErrorCode::invalid, summary(problems));
  return parsed;
}

}  // namespace doorstep::json
