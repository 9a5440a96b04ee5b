#include "services/intake/conditions.h"

namespace doorstep::intake {
namespace {

wire::Condition nothing_after(Position seen, EventType type, StreamId stream) {
  return {
      .stream = stream, .expect = wire::Expectation::nothing_after, .after = seen, .types = {type}};
}

}  // namespace

std::vector<wire::Condition> conditions_of(const Command& command, const Known& known,
                                           Position seen) {
  if (std::holds_alternative<OpenCampaign>(command)) {
    return {nothing_after(seen, EventType::campaign_opened, {})};  // of its name, in any stream
  }
  if (const auto* round = std::get_if<OpenRound>(&command)) {
    return {nothing_after(seen, EventType::round_opened, stream_of(round->campaign))};
  }
  if (const auto* closing = std::get_if<CloseRound>(&command)) {
    const Round* round = known.roster().round(closing->round);
    if (round == nullptr) return {};
    return {nothing_after(seen, EventType::round_closed, stream_of(round->campaign))};
  }
  return {};
}

}  // namespace doorstep::intake
