#include "services/intake/decide_round.h"

#include "services/intake/checks.h"
#include "services/intake/statement.h"

namespace doorstep::intake {
namespace {

Event event_of_campaign(const OpenCampaign& campaign) {
  return event_of({.id = campaign.id, .happened_at = campaign.happened_at},
                  stream_of(campaign.campaign), campaign.area, Purpose::screening,
                  CampaignOpened{.campaign = campaign.campaign, .name = campaign.name});
}

Event event_of_round(const OpenRound& round, AreaCode area) {
  return event_of({.id = round.id, .happened_at = round.happened_at}, stream_of(round.campaign),
                  area, Purpose::screening,
                  RoundOpened{.round = round.round,
                              .campaign = round.campaign,
                              .number = round.number,
                              .question_set = round.question_set,
                              .risk_list = round.risk_list,
                              .deadline = round.deadline});
}

Event event_of_closing(const CloseRound& round, StreamId campaign, AreaCode area) {
  return event_of({.id = round.id, .happened_at = round.happened_at}, campaign, area,
                  Purpose::screening, RoundClosed{.round = round.round});
}

}  // namespace

Decision decide(const OpenCampaign& campaign, const Known& known, Instant now) {
  Checks checks{known, now};
  checks.own_id(campaign.id);
  checks.time("/happenedAt", campaign.happened_at);
  checks.area("/area", campaign.area, AreaLevel::county);
  if (campaign.name.empty()) {
    checks.add("/name", "missing", {"请填写名称", "is empty: give it a name"});
  }
  if (!checks.passed()) return refused(checks.take());
  if (known.roster().campaign(campaign.campaign) != nullptr) {
    return conflict({"此专项行动已开始", "this campaign was opened before"});
  }
  return std::vector{event_of_campaign(campaign)};
}

Decision decide(const OpenRound& round, const Known& known, Instant now) {
  Checks checks{known, now};
  checks.own_id(round.id);
  checks.time("/happenedAt", round.happened_at);
  if (known.roster().campaign(round.campaign) == nullptr) {
    checks.add("/campaign", "unknownCampaign",
               {"没有此专项行动；请先开始", "no such campaign: open it first"});
  }
  if (round.deadline <= round.happened_at) {
    checks.add("/deadline", "contradiction",
               {"截止时间应晚于开始时间", "must be after happenedAt"});
  }
  if (!checks.passed()) return refused(checks.take());
  if (known.roster().round(round.round) != nullptr) {
    return conflict({"此轮次已开始", "this round was opened before"});
  }
  return std::vector{event_of_round(round, known.county())};
}

Decision decide(const CloseRound& round, const Known& known, Instant now) {
  const Round* recorded = known.roster().round(round.round);
  if (recorded == nullptr) return not_found({"没有此轮次", "no such round"});
  Checks checks{known, now};
  checks.own_id(round.id);
  checks.time("/happenedAt", round.happened_at);
  if (!checks.passed()) return refused(checks.take());
  if (!recorded->open) return conflict({"此轮次已结束", "this round was closed before"});
  return std::vector{event_of_closing(round, stream_of(recorded->campaign), known.county())};
}

bool repeats(const OpenCampaign& campaign, std::span<const Event> stored) {
  return stored.size() == 1 && event_of_campaign(campaign) == stored[0];
}

bool repeats(const OpenRound& round, std::span<const Event> stored) {
  return stored.size() == 1 && event_of_round(round, stored[0].envelope.area) == stored[0];
}

bool repeats(const CloseRound& round, std::span<const Event> stored) {
  return stored.size() == 1 &&
         event_of_closing(round, stored[0].envelope.stream, stored[0].envelope.area) == stored[0];
}

}  // namespace doorstep::intake
