#include "common/json/event_body_json.h"

#include "common/json/persons_json.h"

namespace doorstep::json {
namespace {

constexpr std::size_t name_bytes_max = 1024;  // as common/wire allows of one text

// The body being read: where its fields come from and where its text stays.
class BodyReader {
 public:
  BodyReader(ObjectReader& from, Texts& texts) : from_{from}, texts_{texts} {}

  template <class AnyId>
  AnyId id(std::string_view name, Need need = Need::required) {
    return from_.id<AnyId>(name, need);
  }
  template <class Word>
  Word word(std::string_view name) {
    return from_.word<Word>(name).value_or(Word{});
  }
  std::string_view text(std::string_view name) {
    const auto given = from_.text(name, Need::required, name_bytes_max);
    if (!given) return {};
    return *texts_.emplace_back(std::make_unique<std::string>(*given));
  }
  Instant time(std::string_view name) {
    return from_.time(name, Need::required).value_or(Instant{});
  }
  AreaCode area(std::string_view name, Need need = Need::required) {
    return from_.area(name, need).value_or(AreaCode{});
  }
  PersonCounts persons() { return read_persons(from_, Need::required).value_or(PersonCounts{}); }
  template <class Number>
  Number whole(std::string_view name, std::int64_t least, std::int64_t most) {
    return static_cast<Number>(from_.whole(name, Need::required, least, most).value_or(least));
  }
  ObjectReader& from() { return from_; }

 private:
  ObjectReader& from_;
  Texts& texts_;
};

Body read_round_opened(BodyReader& from) {
  return RoundOpened{.round = from.id<RoundId>("round"),
                     .campaign = from.id<CampaignId>("campaign"),
                     .number = from.whole<std::uint32_t>("number", 1, UINT32_MAX),
                     .question_set = from.text("questionSet"),
                     .risk_list = from.text("riskList"),
                     .deadline = from.time("deadline")};
}

Body read_responsibility_taken(BodyReader& from) {
  return ResponsibilityTaken{
      .responsibility = from.id<ResponsibilityId>("responsibility"),
      .household = from.id<HouseholdId>("household", Need::optional),
      .level = from.word<ResponsibilityLevel>("level"),
      .role = from.word<ResponsibilityRole>("role"),
      .holder = {from.word<HolderKind>("holderKind"), from.id<WorkerId>("holder").value},
      .from = from.time("from"),
      .basis = from.word<ResponsibilityBasis>("basis")};
}

Body read_visit(BodyReader& from, EventId id) {
  VisitRecorded visit{
      .visit = from.id<VisitId>("visit", Need::optional),
      .household = from.id<HouseholdId>("household"),
      .round = from.id<RoundId>("round"),
      .entered_by = from.id<WorkerId>("enteredBy", Need::optional),
      .mode = from.word<VisitMode>("mode"),
      .started = from.time("started"),
      .ended = from.time("ended"),
      .disposition = from.word<Disposition>("disposition"),
      .persons = from.persons(),
      .device_skew_ms = static_cast<std::int32_t>(
          from.from().whole("deviceSkewMs", Need::optional, INT32_MIN, INT32_MAX).value_or(0))};
  if (visit.visit.is_nil()) visit.visit = VisitId{id.value};
  if (visit.visit.value != id.value) {
    from.from().add("visit", "contradiction",
                    {"应与事件的 id 相同", "must be the same as the event's id"});
  }
  if (const auto workers = from.from().uuids("doneBy", Need::required, 1, DoneBy::workers_max)) {
    for (const Uuid worker : *workers) visit.done_by.add(WorkerId{worker});
  }
  return visit;
}

Body read_task_opened(BodyReader& from) {
  return TaskOpened{.task = from.id<TaskId>("task"),
                    .kind = from.word<TaskKind>("kind"),
                    .household = from.id<HouseholdId>("household"),
                    .round = from.id<RoundId>("round"),
                    .ordinal = from.whole<std::uint16_t>("ordinal", 1, UINT16_MAX),
                    .approach = from.word<TaskApproach>("approach"),
                    .reason = from.word<TaskReason>("reason"),
                    .not_before = from.time("notBefore"),
                    .not_after = from.time("notAfter"),
                    .priority = from.whole<std::uint8_t>("priority", 1, 9)};
}

std::array<std::uint8_t, 32> read_hash(BodyReader& from, const char* name) {
  std::array<std::uint8_t, 32> hash{};
  const std::string_view hex = from.text(name);
  bool good = hex.size() == 2 * hash.size();
  for (std::size_t i = 0; good && i < hex.size(); ++i) {
    const std::size_t value = std::string_view{"0123456789abcdef"}.find(hex[i]);
    good = value != std::string_view::npos;
    hash[i / 2] = static_cast<std::uint8_t>((hash[i / 2] << 4) | (value & 0xf));
  }
  if (!good) {
    from.from().add(name, "notAHash",
                    {"应为 64 位小写十六进制", "must be 64 lower-case hexadecimal digits"});
  }
  return hash;
}

Body read_digest(BodyReader& from) {
  ProjectionDigestRecorded digest{.projection = from.text("projection"),
                                  .version = from.whole<std::uint32_t>("version", 0, UINT32_MAX)};
  const auto day = parse_day(from.text("day"));
  if (day) {
    digest.day = *day;
  } else {
    from.from().add("day", "notADay", {"应为日期，如 2022-03-23", "must be a day: 2022-03-23"});
  }
  digest.upto = Position{from.whole<std::uint64_t>("upto", 0, INT64_MAX)};
  digest.sha256 = read_hash(from, "sha256");
  return digest;
}

Body read_restored(BodyReader& from) {
  return LogRestored{.log = from.id<LogId>("log"),
                     .epoch = from.whole<std::uint64_t>("epoch", 1, INT64_MAX),
                     .upto = Position{from.whole<std::uint64_t>("upto", 0, INT64_MAX)},
                     .root = read_hash(from, "root"),
                     .signature = from.text("signature")};
}

Body read_roster_body(EventType type, BodyReader& from) {
  switch (type) {
    case EventType::area_defined:
      return AreaDefined{.code = from.area("code"), .name = from.text("name")};
    case EventType::campaign_opened:
      return CampaignOpened{.campaign = from.id<CampaignId>("campaign"), .name = from.text("name")};
    case EventType::round_opened:
      return read_round_opened(from);
    case EventType::round_closed:
      return RoundClosed{.round = from.id<RoundId>("round")};
    case EventType::dwelling_registered:
      return DwellingRegistered{.dwelling = from.id<DwellingId>("dwelling"),
                                .state = from.word<DwellingState>("state")};
    case EventType::household_registered:
      return HouseholdRegistered{.household = from.id<HouseholdId>("household"),
                                 .kind = from.word<HouseholdKind>("kind"),
                                 .persons = from.persons()};
    case EventType::household_placed:
      return HouseholdPlaced{.household = from.id<HouseholdId>("household"),
                             .dwelling = from.id<DwellingId>("dwelling"),
                             .area = from.area("area"),
                             .from = from.time("from")};
    case EventType::household_withdrawn:
      return HouseholdWithdrawn{.household = from.id<HouseholdId>("household"),
                                .reason = from.word<WithdrawalReason>("reason")};
    case EventType::worker_registered:
      return WorkerRegistered{.worker = from.id<WorkerId>("worker"),
                              .kind = from.word<WorkerKind>("kind"),
                              .home = from.area("home", Need::optional)};
    case EventType::worker_reported_in:
      return WorkerReportedIn{.worker = from.id<WorkerId>("worker")};
    case EventType::worker_stood_down:
      return WorkerStoodDown{.worker = from.id<WorkerId>("worker")};
    default:
      return Unknown{};
  }
}

}  // namespace

Body read_body(EventType type, EventId id, ObjectReader& object, Texts& texts) {
  BodyReader from{object, texts};
  switch (type) {
    case EventType::responsibility_taken:
      return read_responsibility_taken(from);
    case EventType::responsibility_released:
      return ResponsibilityReleased{.responsibility = from.id<ResponsibilityId>("responsibility"),
                                    .household = from.id<HouseholdId>("household", Need::optional),
                                    .at = from.time("at"),
                                    .reason = from.word<ReleaseReason>("reason")};
    case EventType::visit_recorded:
      return read_visit(from, id);
    case EventType::visit_retracted:
      return VisitRetracted{.visit = from.id<VisitId>("visit"),
                            .household = from.id<HouseholdId>("household"),
                            .round = from.id<RoundId>("round"),
                            .reason = from.word<RetractionReason>("reason")};
    case EventType::task_opened:
      return read_task_opened(from);
    case EventType::task_given:
      return TaskGiven{.task = from.id<TaskId>("task"),
                       .household = from.id<HouseholdId>("household"),
                       .to = from.id<WorkerId>("to"),
                       .reason = from.word<GivenReason>("reason")};
    case EventType::task_done:
      return TaskDone{.task = from.id<TaskId>("task"),
                      .household = from.id<HouseholdId>("household"),
                      .visit = from.id<VisitId>("visit")};
    case EventType::task_cancelled:
      return TaskCancelled{.task = from.id<TaskId>("task"),
                           .household = from.id<HouseholdId>("household"),
                           .reason = from.word<CancellationReason>("reason")};
    case EventType::demonstration_marked:
      return DemonstrationMarked{.starts = from.time("starts"),
                                 .speed = from.whole<std::uint32_t>("speed", 1, UINT32_MAX)};
    case EventType::projection_digest_recorded:
      return read_digest(from);
    case EventType::log_restored:
      return read_restored(from);
    default:
      return read_roster_body(type, from);
  }
}

}  // namespace doorstep::json
