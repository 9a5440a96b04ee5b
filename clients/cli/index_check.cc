#include "clients/cli/index_check.h"

#include <utility>

#include "clients/cli/command.h"
#include "common/rocks/rocks_index_store.h"
#include "common/rocks/stored_log.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds tell_every{2'000};

Outcome begin_at_floor(const rocks::StoredLog& log, event_log::IndexVerification& verification) {
  const auto base = log.base();
  if (!base) return std::unexpected(base.error());
  if (!*base) return {};
  if (auto begun = verification.begin_at(**base); !begun) return begun;
  return log.each_dropped(
      [&](const IndexedAppend& request) { return verification.take_dropped(request); });
}

}  // namespace

Result<event_log::IndexesVerified> check_indexes(const runtime::DataFolder& folder) {
  // Each is found in the next one, also while the log goes on.
  auto heads = runtime::FileSnapshot{folder.index_folder() / "heads"}.read();
  if (!heads) return std::unexpected(heads.error());
  const auto index = rocks::read_index_store(folder.index_folder() / "pages");
  if (!index) return std::unexpected(index.error());
  const auto log = rocks::StoredLog::open(folder.log_folder());
  if (!log) return std::unexpected(log.error());
  auto verification =
      event_log::IndexVerification::begin(**index, {log->log(), log->epoch()}, std::move(*heads));
  if (!verification) return std::unexpected(verification.error());

  if (auto begun = begin_at_floor(*log, *verification); !begun) {
    return std::unexpected(begun.error());
  }

  const runtime::SystemClock clock;
  Milliseconds told = clock.monotonic();
  Outcome taken{};
  const Outcome walked = log->each([&](Position, const Result<StoredBlock>& block) {
    taken = block ? verification->take(*block) : std::unexpected(block.error());
    if (const Milliseconds now = clock.monotonic(); now - told > tell_every) {
      tell("compared the indexes with " + std::to_string(number(verification->upto())) + " of " +
           std::to_string(number(log->last())) + " events");
      told = now;
    }
    return taken && !verification->is_done();
  });
  if (!walked) return std::unexpected(walked.error());
  if (!taken) return std::unexpected(taken.error());
  return verification->finish();
}

}  // namespace doorstep::cli
