#include "common/domain/names.h"
#include "common/hash/sha256.h"
#include "common/json/event_json.h"
#include "common/json/writer.h"

namespace doorstep::json {
namespace {

void write_persons(Writer& to, const PersonCounts& persons) {
  to.key("persons").begin_object();
  to.field("registered", persons.registered).field("usual", persons.usual);
  to.field("present", persons.present).field("awayInCounty", persons.away_in_county);
  to.field("awayOutside", persons.away_outside).field("notVerified", persons.not_verified);
  to.end_object();
}

// The fields of one body, in the order of event.h.
class BodyWriter {
 public:
  explicit BodyWriter(Writer& to) : to_{to} {}

  void operator()(const AreaDefined& e) { to_.field("code", e.code).field("name", e.name); }
  void operator()(const CampaignOpened& e) {
    to_.field("campaign", e.campaign).field("name", e.name);
  }
  void operator()(const RoundOpened& e) {
    to_.field("round", e.round).field("campaign", e.campaign).field("number", e.number);
    to_.field("questionSet", e.question_set).field("riskList", e.risk_list);
    to_.field("deadline", e.deadline);
  }
  void operator()(const RoundClosed& e) { to_.field("round", e.round); }
  void operator()(const DwellingRegistered& e) {
    to_.field("dwelling", e.dwelling).field("state", name_of(e.state));
  }
  void operator()(const HouseholdRegistered& e) {
    to_.field("household", e.household).field("kind", name_of(e.kind));
    write_persons(to_, e.persons);
  }
  void operator()(const HouseholdPlaced& e) {
    to_.field("household", e.household).field("dwelling", e.dwelling);
    to_.field("area", e.area).field("from", e.from);
  }
  void operator()(const HouseholdWithdrawn& e) {
    to_.field("household", e.household).field("reason", name_of(e.reason));
  }
  void operator()(const WorkerRegistered& e) {
    to_.field("worker", e.worker).field("kind", name_of(e.kind)).field_if("home", e.home);
  }
  void operator()(const WorkerReportedIn& e) { to_.field("worker", e.worker); }
  void operator()(const WorkerStoodDown& e) { to_.field("worker", e.worker); }
  void operator()(const ResponsibilityTaken& e) {
    to_.field("responsibility", e.responsibility).field_if("household", e.household);
    to_.field("level", name_of(e.level)).field("role", name_of(e.role));
    to_.field("holderKind", name_of(e.holder.kind)).field("holder", e.holder.id);
    to_.field("from", e.from).field("basis", name_of(e.basis));
  }
  void operator()(const ResponsibilityReleased& e) {
    to_.field("responsibility", e.responsibility).field_if("household", e.household);
    to_.field("at", e.at).field("reason", name_of(e.reason));
  }
  void operator()(const VisitRecorded& e) {
    to_.field("visit", e.visit).field("household", e.household).field("round", e.round);
    to_.key("doneBy").begin_array();
    for (const WorkerId worker : e.done_by.workers()) to_.value(worker);
    to_.end_array().field_if("enteredBy", e.entered_by);
    to_.field("mode", name_of(e.mode)).field("started", e.started).field("ended", e.ended);
    to_.field("disposition", name_of(e.disposition));
    write_persons(to_, e.persons);
    to_.field("deviceSkewMs", e.device_skew_ms);
  }
  void operator()(const VisitRetracted& e) {
    to_.field("visit", e.visit).field("household", e.household).field("round", e.round);
    to_.field("reason", name_of(e.reason));
  }
  void operator()(const TaskOpened& e) {
    to_.field("task", e.task).field("kind", name_of(e.kind)).field("household", e.household);
    to_.field("round", e.round).field("ordinal", e.ordinal);
    to_.field("approach", name_of(e.approach)).field("reason", name_of(e.reason));
    to_.field("notBefore", e.not_before).field("notAfter", e.not_after);
    to_.field("priority", e.priority);
  }
  void operator()(const TaskGiven& e) {
    to_.field("task", e.task).field("household", e.household).field("to", e.to);
    to_.field("reason", name_of(e.reason));
  }
  void operator()(const TaskDone& e) {
    to_.field("task", e.task).field("household", e.household).field("visit", e.visit);
  }
  void operator()(const TaskCancelled& e) {
    to_.field("task", e.task).field("household", e.household).field("reason", name_of(e.reason));
  }
  void operator()(const DemonstrationMarked& e) {
    to_.field("starts", e.starts).field("speed", e.speed);
  }
  void operator()(const ProjectionDigestRecorded& e) {
    to_.field("projection", e.projection).field("version", e.version);
    to_.field("day", std::string_view{to_string(e.day)}).field("upto", e.upto);
    to_.field("sha256", std::string_view{to_hex(e.sha256)});
  }
  void operator()(const LogRestored& e) {
    to_.field("log", e.log).field("epoch", e.epoch).field("upto", e.upto);
    to_.field("root", std::string_view{to_hex(e.root)}).field("signature", e.signature);
  }
  void operator()(const Unknown&) {}

 private:
  Writer& to_;
};

void write_event(Writer& to, const Event& event) {
  const Envelope& envelope = event.envelope;
  to.begin_object().field("id", envelope.id).field("type", name_of(envelope.type));
  // A type that a newer program stored: its number is all that can be said.
  const bool is_known = is_listed(envelope.type);
  if (!is_known) to.field("typeNumber", static_cast<std::uint16_t>(envelope.type));
  to.field("stream", std::string_view{stream_name(envelope.stream)});
  to.field_if("area", envelope.area).field("happenedAt", envelope.happened_at);
  to.field_if("actor", envelope.actor).field_if("device", envelope.device);
  to.field("purpose", name_of(envelope.purpose));
  to.field_if("causation", envelope.causation).field_if("correlation", envelope.correlation);
  to.field("schemaVersion", envelope.schema_version);
  to.key("body");
  if (std::holds_alternative<Unknown>(event.body)) {
    to.null();
  } else {
    to.begin_object();
    std::visit(BodyWriter{to}, event.body);
    to.end_object();
  }
  to.end_object();
}

}  // namespace

std::string stream_name(StreamId stream) {
  std::string kind{name_of(stream.kind)};
  if (stream == system_stream) return kind;
  if (stream.kind == StreamKind::area && stream.id.high == 0) {
    return kind + "/" + to_string(AreaCode{stream.id.low});
  }
  return kind + "/" + to_string(stream.id);
}

std::optional<StreamId> parse_stream(std::string_view text) {
  if (text == name_of(StreamKind::system)) return system_stream;
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto kind = from_name<StreamKind>(text.substr(0, slash));
  const std::string_view name = text.substr(slash + 1);
  if (!kind) return std::nullopt;
  if (*kind == StreamKind::area) {
    if (const auto code = parse_area(name)) return stream_of(*code);
  }
  const auto id = parse_uuid(name);
  if (!id || id->is_nil()) return std::nullopt;
  return StreamId{*kind, *id};
}

std::string to_json(const Event& event) {
  Writer to;
  write_event(to, event);
  return to.take();
}

std::string to_json(const Recorded& recorded) {
  Writer to;
  to.begin_object().field("position", recorded.stamp.position);
  to.field("revision", number(recorded.stamp.revision));
  to.field("recordedAt", recorded.stamp.recorded_at).key("event");
  write_event(to, recorded.event);
  return to.end_object().take();
}

}  // namespace doorstep::json
