#include "services/intake/decide_round.h"

#include <algorithm>

#include "services/intake/checks.h"
#include "services/intake/same_name.h"
#include "services/intake/statement.h"

namespace doorstep::intake {
namespace {

// What a request may leave out: intake adds it, and no retry is told from the first by it.
constexpr Milliseconds open_for{14 * 3'600'000};

Event event_of_campaign(const OpenCampaign& campaign, Instant happened_at) {
  return event_of({.id = campaign.id, .happened_at = campaign.happened_at.value_or(happened_at)},
                  stream_of(campaign.campaign), campaign.area, Purpose::screening,
                  CampaignOpened{.campaign = campaign.campaign, .name = campaign.name});
}

struct RoundDefaults {
  std::uint32_t number{};
  Instant deadline{};
  Instant happened_at{};
};

Event event_of_round(const OpenRound& round, const RoundDefaults& otherwise, AreaCode area) {
  return event_of(
      {.id = round.id, .happened_at = round.happened_at.value_or(otherwise.happened_at)},
      stream_of(round.campaign), area, Purpose::screening,
      RoundOpened{.round = round.round,
                  .campaign = round.campaign,
                  .number = round.number.value_or(otherwise.number),
                  .question_set = round.question_set,
                  .risk_list = round.risk_list,
                  .deadline = round.deadline.value_or(otherwise.deadline)});
}

Event event_of_closing(const CloseRound& round, Instant happened_at, StreamId campaign,
                       AreaCode area) {
  return event_of({.id = round.id, .happened_at = round.happened_at.value_or(happened_at)},
                  campaign, area, Purpose::screening, RoundClosed{.round = round.round});
}

// The one with the lowest id where a log of before has several.
const Campaign* campaign_named(const Known& known, std::string_view name) {
  const std::string seen = seen_of_name(name);
  const Campaign* found = nullptr;
  for (const auto& [id, campaign] : known.roster().campaigns()) {
    if (seen_of_name(campaign.name) != seen) continue;
    if (found == nullptr || id < found->id) found = &campaign;
  }
  return found;
}

Words name_is_taken(const Campaign& by) {
  const std::string id = to_string(by.id);
  const std::string opened = to_string(by.opened_at);
  return {"已有同名的专项行动“" + by.name + "”（编号 " + id + "，开始于 " + opened +
              "）；请在其中开始新轮次，或换一个名称",
          "there is a campaign of this name already, \"" + by.name + "\": " + id + ", opened " +
              opened + ". Open a round of that one, or give another name"};
}

Words number_is_taken(const Round& by) {
  const std::string number = std::to_string(by.number);
  const std::string opened = to_string(by.opened_at);
  return {"此专项行动已有第 " + number + " 轮（编号 " + to_string(by.id) + "，开始于 " + opened +
              "）；请换一个序号，或不填序号以取下一个",
          "this campaign has a round " + number + " already: " + to_string(by.id) + ", opened " +
              opened + ". Give another number, or none for the next"};
}

const Round* round_numbered(const Known& known, CampaignId campaign, std::uint32_t number) {
  const auto& rounds = known.roster().rounds();
  const auto same = std::ranges::find_if(rounds, [&](const Round& round) {
    return round.campaign == campaign && round.number == number;
  });
  return same == rounds.end() ? nullptr : &*same;
}

std::uint32_t next_number(const Known& known, CampaignId campaign) {
  std::uint32_t number = 1;
  for (const Round& round : known.roster().rounds()) {
    if (round.campaign == campaign) number = std::max(number, round.number + 1);
  }
  return number;
}

}  // namespace

Decision decide(const OpenCampaign& campaign, const Known& known, Instant now) {
  Checks checks{known, now};
  checks.own_id(campaign.id);
  if (campaign.happened_at) checks.time("/happenedAt", *campaign.happened_at);
  checks.area("/area", campaign.area, AreaLevel::county);
  if (seen_of_name(campaign.name).empty()) {
    checks.add("/name", "missing", {"请填写名称", "is empty: give it a name"});
  }
  if (!checks.passed()) return refused(checks.take());
  if (known.roster().campaign(campaign.campaign) != nullptr) {
    return conflict({"此专项行动已开始", "this campaign was opened before"});
  }
  if (const Campaign* same = campaign_named(known, campaign.name)) {
    return conflict(name_is_taken(*same));
  }
  return std::vector{event_of_campaign(campaign, now)};
}

Decision decide(const OpenRound& round, const Known& known, Instant now) {
  Checks checks{known, now};
  checks.own_id(round.id);
  const Instant happened_at = round.happened_at.value_or(now);
  checks.time("/happenedAt", happened_at);
  if (known.roster().campaign(round.campaign) == nullptr) {
    checks.add("/campaign", "unknownCampaign",
               {"没有此专项行动；请先开始", "no such campaign: open it first"});
  }
  const Instant deadline = round.deadline.value_or(happened_at + open_for);
  if (deadline <= happened_at) {
    checks.add("/deadline", "contradiction",
               {"截止时间应晚于开始时间", "must be after happenedAt"});
  }
  if (!is_recordable(deadline)) {
    checks.add("/deadline", "outOfRange",
               {"截止时间应在 1970 年至 9998 年间", "must be of the years 1970 to 9998"});
  }
  if (!checks.passed()) return refused(checks.take());
  if (known.roster().round(round.round) != nullptr) {
    return conflict({"此轮次已开始", "this round was opened before"});
  }
  const RoundDefaults otherwise{next_number(known, round.campaign), deadline, happened_at};
  if (round.number) {
    const Round* same = round_numbered(known, round.campaign, *round.number);
    if (same != nullptr) return conflict(number_is_taken(*same));
  }
  return std::vector{event_of_round(round, otherwise, known.county())};
}

Decision decide(const CloseRound& round, const Known& known, Instant now) {
  const Round* recorded = known.roster().round(round.round);
  if (recorded == nullptr) return not_found({"没有此轮次", "no such round"});
  Checks checks{known, now};
  checks.own_id(round.id);
  if (round.happened_at) checks.time("/happenedAt", *round.happened_at);
  if (!checks.passed()) return refused(checks.take());
  if (!recorded->open) return conflict({"此轮次已结束", "this round was closed before"});
  return std::vector{event_of_closing(round, now, stream_of(recorded->campaign), known.county())};
}

bool repeats(const OpenCampaign& campaign, std::span<const Event> stored) {
  return stored.size() == 1 &&
         event_of_campaign(campaign, stored[0].envelope.happened_at) == stored[0];
}

bool repeats(const OpenRound& round, std::span<const Event> stored) {
  if (stored.size() != 1) return false;
  const auto* body = std::get_if<RoundOpened>(&stored[0].body);
  if (body == nullptr) return false;
  const RoundDefaults as_recorded{body->number, body->deadline, stored[0].envelope.happened_at};
  return event_of_round(round, as_recorded, stored[0].envelope.area) == stored[0];
}

bool repeats(const CloseRound& round, std::span<const Event> stored) {
  if (stored.size() != 1) return false;
  const Envelope& envelope = stored[0].envelope;
  return event_of_closing(round, envelope.happened_at, envelope.stream, envelope.area) == stored[0];
}

}  // namespace doorstep::intake
