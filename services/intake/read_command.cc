#include "services/intake/read_command.h"

#include "common/json/persons_json.h"
#include "common/json/reader.h"

namespace doorstep::intake {
namespace {

using json::Need;
using json::ObjectReader;

constexpr std::size_t name_bytes_max = 300;
constexpr std::int64_t round_number_max = 100'000;

EventId own_id(ObjectReader& from) { return from.id<EventId>("id"); }

Instant time(ObjectReader& from, std::string_view name) {
  return from.time(name, Need::required).value_or(Instant{});
}

std::string text(ObjectReader& from, std::string_view name) {
  return std::string{from.text(name, Need::required, name_bytes_max).value_or("")};
}

template <class Word>
Word word(ObjectReader& from, std::string_view name) {
  return from.word<Word>(name).value_or(Word{});
}

Command read_visit(ObjectReader& from) {
  RecordVisit visit{.id = own_id(from),
                    .household = from.id<HouseholdId>("household"),
                    .round = from.id<RoundId>("round", Need::optional)};
  const auto done_by = from.uuids("doneBy", Need::required, 1, DoneBy::workers_max);
  for (const Uuid worker : done_by.value_or(std::vector<Uuid>{})) {
    visit.done_by.add(WorkerId{worker});
  }
  visit.entered_by = from.id<WorkerId>("enteredBy", Need::optional);
  visit.mode = word<VisitMode>(from, "mode");
  visit.started = time(from, "started");
  visit.ended = time(from, "ended");
  visit.disposition = word<Disposition>(from, "disposition");
  visit.persons = json::read_persons(from, Need::optional);
  visit.area = from.area("area", Need::optional).value_or(AreaCode{});
  visit.device = from.id<DeviceId>("device", Need::optional);
  visit.happened_at = from.time("happenedAt", Need::optional);
  visit.sent_at = from.time("sentAt", Need::optional);
  return visit;
}

Command read_household(ObjectReader& from) {
  return RegisterHousehold{
      .id = own_id(from),
      .household = from.id<HouseholdId>("household"),
      .dwelling = from.id<DwellingId>("dwelling"),
      .kind = word<HouseholdKind>(from, "kind"),
      .area = from.area("area", Need::required).value_or(AreaCode{}),
      .persons = json::read_persons(from, Need::required).value_or(PersonCounts{}),
      .happened_at = time(from, "happenedAt"),
      .actor = from.id<ActorId>("actor", Need::optional)};
}

Command read_round(ObjectReader& from) {
  OpenRound round{.id = own_id(from),
                  .round = from.id<RoundId>("round"),
                  .campaign = from.id<CampaignId>("campaign"),
                  .question_set = text(from, "questionSet"),
                  .risk_list = text(from, "riskList"),
                  .deadline = from.time("deadline", Need::optional),
                  .happened_at = from.time("happenedAt", Need::optional)};
  if (const auto number = from.whole("number", Need::optional, 1, round_number_max)) {
    round.number = static_cast<std::uint32_t>(*number);
  }
  return round;
}

Command read(const WriteRoute& route, ObjectReader& from) {
  switch (route.what) {
    case Write::visit:
      return read_visit(from);
    case Write::retraction:
      return RetractVisit{.id = own_id(from),
                          .visit = VisitId{route.subject},
                          .reason = word<RetractionReason>(from, "reason"),
                          .happened_at = time(from, "happenedAt"),
                          .actor = from.id<ActorId>("actor", Need::optional)};
    case Write::household:
      return read_household(from);
    case Write::withdrawal:
      return WithdrawHousehold{.id = own_id(from),
                               .household = HouseholdId{route.subject},
                               .reason = word<WithdrawalReason>(from, "reason"),
                               .happened_at = time(from, "happenedAt"),
                               .actor = from.id<ActorId>("actor", Need::optional)};
    case Write::campaign:
      return OpenCampaign{.id = own_id(from),
                          .campaign = from.id<CampaignId>("campaign"),
                          .name = text(from, "name"),
                          .area = from.area("area", Need::required).value_or(AreaCode{}),
                          .happened_at = from.time("happenedAt", Need::optional)};
    case Write::round:
      return read_round(from);
    case Write::round_closing:
      return CloseRound{.id = own_id(from),
                        .round = RoundId{route.subject},
                        .happened_at = from.time("happenedAt", Need::optional)};
    case Write::report_in:
      return ReportIn{.id = own_id(from),
                      .worker = WorkerId{route.subject},
                      .happened_at = time(from, "happenedAt")};
    case Write::stand_down:
      return StandDown{.id = own_id(from),
                       .worker = WorkerId{route.subject},
                       .happened_at = time(from, "happenedAt")};
    case Write::release:
      break;
  }
  return ReleaseResponsibility{.id = own_id(from),
                               .responsibility = ResponsibilityId{route.subject},
                               .reason = word<ReleaseReason>(from, "reason"),
                               .happened_at = time(from, "happenedAt")};
}

}  // namespace

std::expected<Command, json::Problem> read_command(const WriteRoute& route, std::string_view body) {
  const auto document = json::Document::parse(body);
  if (!document) return std::unexpected(json::not_json(document.error().message));
  std::vector<FieldProblem> problems;
  auto object = document->object(problems);
  Command command;
  if (object) {
    command = read(route, *object);
    object->finish();
  }
  if (!problems.empty()) return std::unexpected(json::invalid_fields(std::move(problems)));
  return command;
}

}  // namespace doorstep::intake
