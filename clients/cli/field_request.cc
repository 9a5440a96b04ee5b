#include "clients/cli/field_request.h"

#include "common/domain/names.h"
#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

void write_persons(json::Writer& json, const PersonCounts& persons) {
  json.key("persons")
      .begin_object()
      .field("registered", persons.registered)
      .field("usual", persons.usual)
      .field("present", persons.present)
      .field("awayInCounty", persons.away_in_county)
      .field("awayOutside", persons.away_outside)
      .field("notVerified", persons.not_verified)
      .end_object();
}

class Requests {
 public:
  Requests(const FieldAction& action, Instant now) : action_{action}, now_{now} {
    json_.begin_object().field("id", action.id);
  }

  FieldRequest operator()(const VisitRecorded& visit) {
    const Milliseconds skew{action_.skew_ms};
    json_.field("household", visit.household).field("round", visit.round);
    json_.key("doneBy").begin_array();
    for (const WorkerId worker : visit.done_by.workers()) json_.value(worker);
    json_.end_array();
    json_.field_if("enteredBy", visit.entered_by)
        .field("mode", name_of(visit.mode))
        .field("started", visit.started + skew)
        .field("ended", visit.ended + skew)
        .field("disposition", name_of(visit.disposition));
    const Answer answer = answer_of(visit.disposition);
    if (answer == Answer::screened || answer == Answer::partial)
      write_persons(json_, visit.persons);
    json_.field_if("area", action_.area).field_if("device", action_.device);
    json_.field("happenedAt", action_.happened_at + skew);
    if (!action_.device.is_nil()) json_.field("sentAt", now_ + skew);
    return finish("/v1/visits");
  }

  FieldRequest operator()(const VisitRetracted& retracted) {
    json_.field("reason", name_of(retracted.reason));
    write_when_and_who();
    return finish("/v1/visits/" + to_string(retracted.visit) + "/retract");
  }

  FieldRequest operator()(const Registration& found) {
    json_.field("household", found.household)
        .field("dwelling", found.dwelling)
        .field("kind", name_of(found.kind))
        .field("area", found.area);
    write_persons(json_, found.persons);
    write_when_and_who();
    return finish("/v1/households");
  }

  FieldRequest operator()(const HouseholdWithdrawn& withdrawn) {
    json_.field("reason", name_of(withdrawn.reason));
    write_when_and_who();
    return finish("/v1/households/" + to_string(withdrawn.household) + "/withdraw");
  }

  FieldRequest operator()(const WorkerReportedIn& worker) {
    json_.field("happenedAt", action_.happened_at);
    return finish("/v1/workers/" + to_string(worker.worker) + "/report-in");
  }

  FieldRequest operator()(const WorkerStoodDown& worker) {
    json_.field("happenedAt", action_.happened_at);
    return finish("/v1/workers/" + to_string(worker.worker) + "/stand-down");
  }

 private:
  // Only a visit's times are measured against the phone's clock; the rest states the county's.
  void write_when_and_who() {
    json_.field("happenedAt", action_.happened_at).field("actor", action_.actor);
  }
  FieldRequest finish(std::string path) { return {std::move(path), json_.end_object().take()}; }

  const FieldAction& action_;
  Instant now_{};
  json::Writer json_{};
};

}  // namespace

FieldRequest request_of(const FieldAction& action, Instant now) {
  return std::visit(Requests{action, now}, action.fact);
}

}  // namespace doorstep::cli
