#include "clients/cli/stored_log_check.h"

#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds tell_every{2'000};

Outcome begin_at_floor(const rocks::StoredLog& log, event_log::Verification& verification) {
  const auto base = log.base();
  if (!base) return std::unexpected(base.error());
  if (!*base) return {};
  if (auto begun = verification.begin_at(**base, log.log()); !begun) return begun;
  return log.each_dropped([&](const IndexedAppend& request) {
    verification.take_dropped(request);
    return Outcome{};
  });
}

}  // namespace

Result<event_log::Verified> check_stored_log(const rocks::StoredLog& log,
                                             std::vector<event_log::SignedPoint> points,
                                             Position upto) {
  const runtime::SystemClock clock;
  Milliseconds told = clock.monotonic();
  event_log::Verification verification{std::move(points)};
  const Position end = upto == Position{} ? log.last() : upto;
  if (auto begun = begin_at_floor(log, verification); !begun) {
    verification.problem(log.floor(), begun.error().message);
    return verification.finish();
  }
  const Outcome walked = log.each([&](Position key, const Result<StoredBlock>& block) {
    if (upto != Position{} && key > upto) return false;
    if (block) {
      verification.take(*block);
    } else {
      verification.unreadable(key);
    }
    if (const Milliseconds now = clock.monotonic(); now - told > tell_every) {
      tell("checked " + std::to_string(number(verification.head())) + " of " +
           std::to_string(number(end)) + " events");
      told = now;
    }
    return true;
  });
  if (!walked) verification.problem(next(verification.head()), walked.error().message);
  return verification.finish();
}

std::string summary_of(const event_log::Verified& verified) {
  if (verified.problems.empty()) return {};
  const event_log::Problem& first = verified.problems.front();
  std::string text = first.what + ", at position " + std::to_string(number(first.first));
  const std::size_t more = verified.problems.size() - 1;
  if (more > 0) text += "; and " + std::to_string(more) + " more kinds of problem";
  return text;
}

void add_problems(json::Writer& to, const event_log::Verified& verified) {
  to.key("problems").begin_array();
  for (const event_log::Problem& problem : verified.problems) {
    to.begin_object()
        .field("position", problem.first)
        .field("problem", std::string_view{problem.what})
        .field("times", problem.times)
        .end_object();
  }
  to.end_array();
}

}  // namespace doorstep::cli
