#include "common/json/coverage_json.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "common/domain/names.h"

namespace doorstep::json {
namespace {

// Four decimals. Nearly all is not all: only a whole share is written as 1.
void write_share(Writer& to, std::string_view name, std::optional<double> share) {
  to.key(name);
  if (!share) {
    to.null();
    return;
  }
  constexpr double steps = 10'000;
  double rounded = std::round(*share * steps) / steps;
  if (*share < 1) rounded = std::min(rounded, (steps - 1) / steps);
  char text[16];
  std::snprintf(text, sizeof text, "%.4f", rounded);
  std::string_view view{text};
  while (view.ends_with('0')) view.remove_suffix(1);
  if (view.ends_with('.')) view.remove_suffix(1);
  to.raw(view);
}

// {"noAnswer":…,…}: the dispositions that make up one answer.
void write_dispositions(Writer& to, std::string_view name, const Tally& tally, Answer answer) {
  to.key(name).begin_object();
  for (const auto& [disposition, word] : names(Disposition{})) {
    if (answer_of(disposition) == answer) to.field(word, count(tally, disposition));
  }
  to.end_object();
}

void write_persons_identity(Writer& to, const Tally& tally) {
  to.key("persons").begin_object().field("usual", tally.persons_usual);
  to.field("verified", tally.persons_usual - tally.persons_not_verified);
  to.field("notYetVerified", tally.persons_not_verified).end_object();
}

void write_time_or_null(Writer& to, std::string_view name, Instant at) {
  to.key(name);
  if (at == Instant{}) {
    to.null();
  } else {
    to.value(at);
  }
}

void write_person_counts(Writer& to, const PersonCounts& persons) {
  to.key("persons").begin_object();
  to.field("registered", persons.registered).field("usual", persons.usual);
  to.field("present", persons.present).field("awayInCounty", persons.away_in_county);
  to.field("awayOutside", persons.away_outside).field("notVerified", persons.not_verified);
  to.end_object();
}

template <class Word>
void write_word_or_null(Writer& to, std::string_view name, Word word) {
  to.key(name);
  if (word == Word{}) {
    to.null();
  } else {
    to.value(name_of(word));
  }
}

}  // namespace

void write_coverage(Writer& to, AreaCode area, RoundId round, const Tally& tally,
                    const AsOf& as_of) {
  to.begin_object().field("area", area).field("round", round).field("roster", roster(tally));
  to.field("screened", count(tally, Answer::screened));
  to.field("settled", count(tally, Answer::settled));
  to.field("partial", count(tally, Answer::partial));
  write_dispositions(to, "attempted", tally, Answer::attempted);
  to.field("untouched", tally.untouched).field("withdrawn", withdrawn(tally));
  to.field("offRoster", tally.off_roster);
  write_share(to, "progress", progress(tally));
  write_share(to, "coverage", coverage(tally));
  write_persons_identity(to, tally);
  write_dispositions(to, "settledBy", tally, Answer::settled);
  to.key("withdrawnBy").begin_object();
  for (const auto& [reason, word] : names(WithdrawalReason{})) {
    to.field(word, tally.withdrawn[static_cast<std::size_t>(reason)]);
  }
  to.end_object().field("asOf", as_of.position);
  write_time_or_null(to, "recordedAt", as_of.recorded_at);
  to.end_object();
}

std::string coverage_json(const wire::AreaView& area, const AsOf& as_of) {
  Writer to;
  write_coverage(to, area.code, area.round, area.tally, as_of);
  return to.take();
}

void write_area(Writer& to, const wire::AreaView& area, std::span<const AreaName> path,
                const AsOf& as_of) {
  to.begin_object().field("code", area.code).field("name", area.name);
  to.key("level");
  if (area.code.is_known()) {
    to.value(name_of(level_of(area.code)));
  } else {
    to.null();
  }
  to.field("parent", parent(area.code)).key("path").begin_array();
  for (const AreaName& step : path) {
    to.begin_object().field("code", step.code).field("name", step.name).end_object();
  }
  to.end_array().field("children", area.children).field("round", area.round);
  to.field("asOf", as_of.position);
  if (!as_of.edition.empty()) to.field("edition", as_of.edition);
  write_time_or_null(to, "recordedAt", as_of.recorded_at);
  to.field("head", as_of.head).key("coverage");
  write_coverage(to, area.code, area.round, area.tally, as_of);
  to.end_object();
}

void write_household(Writer& to, const wire::HouseholdView& household) {
  to.begin_object().field("id", household.household).field("area", household.area);
  write_word_or_null(to, "kind", household.kind);
  to.field("onRoster", household.on_roster);
  write_word_or_null(to, "withdrawn", household.withdrawn.value_or(WithdrawalReason{}));
  const bool is_touched = household.disposition != Disposition{};
  const Answer answer = is_touched ? answer_of(household.disposition) : Answer::untouched;
  to.field("answer", name_of(answer));
  write_word_or_null(to, "disposition", household.disposition);
  to.key("decidedBy");
  if (is_touched) {
    to.value(household.decided_by).field("happenedAt", household.happened_at);
  } else {
    to.null().key("happenedAt").null();
  }
  to.field("visits", household.visits);
  write_person_counts(to, household.persons);
  to.key("lead");
  if (household.lead.kind == HolderKind{}) {
    to.null();
  } else {
    to.begin_object().field("kind", name_of(household.lead.kind));
    to.field("id", household.lead.id).end_object();
  }
  to.end_object();
}

void write_task(Writer& to, const Task& task, const std::optional<Words>& waiting_for) {
  to.begin_object().field("id", task.id).field("kind", name_of(task.kind));
  to.field("household", task.household).field("round", task.round).field("area", task.area);
  to.field("ordinal", task.ordinal).field("approach", name_of(task.approach));
  to.field("reason", name_of(task.reason)).field("notBefore", task.not_before);
  to.field("notAfter", task.not_after).field("priority", task.priority);
  to.field("state", name_of(task.state)).field("givenTo", task.given_to);
  write_word_or_null(to, "givenReason", task.given_reason);
  to.key("waitingFor");
  if (waiting_for) {
    to.begin_object().field("zh", waiting_for->zh).field("en", waiting_for->en).end_object();
  } else {
    to.null();
  }
  to.field("openedAt", task.opened_at).field("changedAt", task.changed_at).end_object();
}

void write_round(Writer& to, const wire::RoundView& view, bool is_current) {
  const Round& round = view.round;
  to.begin_object().field("id", round.id).field("campaign", round.campaign);
  to.field("campaignName", view.campaign_name).field("number", round.number);
  to.field("questionSet", round.question_set).field("riskList", round.risk_list);
  to.field("openedAt", round.opened_at).field("deadline", round.deadline);
  to.field("open", round.open).field("current", is_current).end_object();
}

}  // namespace doorstep::json
