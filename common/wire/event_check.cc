#include <string>
#include <string_view>

#include "common/domain/names.h"
#include "common/wire/event_body.h"
#include "common/wire/event_codec.h"
#include "common/wire/utf8.h"

namespace doorstep::wire {
namespace {

constexpr std::string_view no_body = "body";

// What the first missing or impossible field of a body is called; empty: the body is complete.
class BodyChecker {
 public:
  std::string_view operator()(const AreaDefined& e) const {
    return first({{"code", e.code.is_known() && is_code(e.code)}, {"name", text(e.name)}});
  }
  std::string_view operator()(const CampaignOpened& e) const {
    return first({{"campaign", present(e.campaign)}, {"name", text(e.name)}});
  }
  std::string_view operator()(const RoundOpened& e) const {
    return first({{"round", present(e.round)},
                  {"campaign", present(e.campaign)},
                  {"questionSet", text(e.question_set)},
                  {"riskList", text(e.risk_list)},
                  {"deadline", time(e.deadline)}});
  }
  std::string_view operator()(const RoundClosed& e) const {
    return first({{"round", present(e.round)}});
  }
  std::string_view operator()(const DwellingRegistered& e) const {
    return first({{"dwelling", present(e.dwelling)}, {"state", present(e.state)}});
  }
  std::string_view operator()(const HouseholdRegistered& e) const {
    return first({{"household", present(e.household)}, {"kind", present(e.kind)}});
  }
  std::string_view operator()(const HouseholdPlaced& e) const {
    return first({{"household", present(e.household)},
                  {"dwelling", present(e.dwelling)},
                  {"area", e.area.is_known() && is_code(e.area)},
                  {"from", time(e.from)}});
  }
  std::string_view operator()(const HouseholdWithdrawn& e) const {
    return first({{"household", present(e.household)}, {"reason", present(e.reason)}});
  }
  std::string_view operator()(const WorkerRegistered& e) const {
    return first(
        {{"worker", present(e.worker)}, {"kind", present(e.kind)}, {"home", is_code(e.home)}});
  }
  std::string_view operator()(const WorkerReportedIn& e) const {
    return first({{"worker", present(e.worker)}});
  }
  std::string_view operator()(const WorkerStoodDown& e) const {
    return first({{"worker", present(e.worker)}});
  }
  std::string_view operator()(const ResponsibilityTaken& e) const {
    return first({{"responsibility", present(e.responsibility)},
                  {"level", present(e.level)},
                  {"role", present(e.role)},
                  {"holderKind", present(e.holder.kind)},
                  {"holder", !e.holder.id.is_nil()},
                  {"basis", present(e.basis)},
                  {"from", time(e.from)}});
  }
  std::string_view operator()(const ResponsibilityReleased& e) const {
    return first({{"responsibility", present(e.responsibility)},
                  {"reason", present(e.reason)},
                  {"at", time(e.at)}});
  }
  std::string_view operator()(const VisitRecorded& e) const {
    return first({{"visit", present(e.visit)},
                  {"household", present(e.household)},
                  {"round", present(e.round)},
                  {"doneBy", !e.done_by.workers().empty() && present(e.done_by.workers()[0])},
                  {"mode", present(e.mode)},
                  {"disposition", present(e.disposition)},
                  {"started", time(e.started)},
                  {"ended", time(e.ended)}});
  }
  std::string_view operator()(const VisitRetracted& e) const {
    return first({{"visit", present(e.visit)},
                  {"household", present(e.household)},
                  {"round", present(e.round)},
                  {"reason", present(e.reason)}});
  }
  std::string_view operator()(const TaskOpened& e) const {
    return first({{"task", present(e.task)},
                  {"household", present(e.household)},
                  {"round", present(e.round)},
                  {"kind", present(e.kind)},
                  {"approach", present(e.approach)},
                  {"reason", present(e.reason)},
                  {"notBefore", time(e.not_before)},
                  {"notAfter", time(e.not_after)}});
  }
  std::string_view operator()(const TaskGiven& e) const {
    return first({{"task", present(e.task)},
                  {"household", present(e.household)},
                  {"to", present(e.to)},
                  {"reason", present(e.reason)}});
  }
  std::string_view operator()(const TaskDone& e) const {
    return first({{"task", present(e.task)},
                  {"household", present(e.household)},
                  {"visit", present(e.visit)}});
  }
  std::string_view operator()(const TaskCancelled& e) const {
    return first({{"task", present(e.task)},
                  {"household", present(e.household)},
                  {"reason", present(e.reason)}});
  }
  std::string_view operator()(const DemonstrationMarked& e) const {
    return first({{"starts", time(e.starts)}, {"speed", e.speed > 0}});
  }
  std::string_view operator()(const ProjectionDigestRecorded& e) const {
    return first({{"projection", !e.projection.empty() && text(e.projection)},
                  {"day", is_recordable(e.day)}});
  }
  std::string_view operator()(const LogRestored& e) const {
    return first({{"log", present(e.log)},
                  {"epoch", e.epoch > 0},
                  {"signature", !e.signature.empty() && text(e.signature)}});
  }
  std::string_view operator()(const Unknown&) const { return no_body; }

 private:
  struct Field {
    std::string_view name{};
    bool good{};
  };
  static std::string_view first(std::initializer_list<Field> fields) {
    for (const Field& field : fields) {
      if (!field.good) return field.name;
    }
    return {};
  }
  template <class Tag>
  static bool present(Id<Tag> id) {
    return !id.is_nil();
  }
  template <class Word>
    requires std::is_enum_v<Word>
  static bool present(Word word) {
    return is_listed(word);
  }
  static bool text(std::string_view bytes) {
    return bytes.size() <= text_bytes_max && is_utf8_text(bytes);
  }

 public:
  static bool time(Instant at) { return is_recordable(at); }
};

std::string problem_of(const Event& event) {
  const Envelope& envelope = event.envelope;
  if (envelope.id.is_nil()) return "id";
  if (envelope.type == EventType{}) return "type";
  if (!is_listed(envelope.stream.kind) || envelope.stream.id.is_nil()) return "stream";
  if (!is_listed(envelope.purpose)) return "purpose";
  if (!is_code(envelope.area)) return "area";
  if (!BodyChecker::time(envelope.happened_at)) return "happenedAt";
  if (!is_listed(envelope.type)) return {};
  const std::string_view field = std::visit(BodyChecker{}, event.body);
  if (field.empty() || field == no_body) return std::string{field};
  return "body." + std::string{field};
}

}  // namespace

Result<Envelope> check_event(BytesView bytes) {
  if (bytes.size() > event_bytes_max) {
    return failure(ErrorCode::too_large, "event of " + std::to_string(bytes.size()) +
                                             " bytes: at most " + std::to_string(event_bytes_max));
  }
  const auto event = decode_whole(bytes);
  if (!event) return std::unexpected(event.error());
  const std::string field = problem_of(*event);
  if (!field.empty()) {
    return failure(ErrorCode::invalid, "event " + to_string(event->envelope.id) + ": " + field +
                                           " is missing, malformed or out of range");
  }
  return event->envelope;
}

}  // namespace doorstep::wire
