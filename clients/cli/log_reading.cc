#include "clients/cli/log_reading.h"

#include "clients/cli/connection.h"
#include "clients/cli/exit_code.h"
#include "common/runtime/note_reader.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds wait_max{50};

// The first checkpoint that comes says which log and epoch is read: where another one answers
// later, reading ends instead of going on in it.
runtime::LogFollower::Settings settings_of(const runtime::DataFolder& folder,
                                           const LogReading& reading) {
  runtime::LogFollower::Settings settings{.from_exclusive = reading.from_exclusive,
                                          .until = reading.until,
                                          .filter = reading.filter,
                                          .requests = reading.requests,
                                          .consumer = reading.consumer};
  if (auto read_note = runtime::note_reader(folder)) {
    settings.cursor = runtime::Cursor{.position = reading.from_exclusive};
    settings.read_note = *std::move(read_note);
  }
  return settings;
}

}  // namespace

Outcome read_log(const runtime::DataFolder& folder, const LogReading& reading,
                 const std::function<bool(const runtime::FeedBatch&)>& take) {
  const auto wake_fds = reading.stop ? std::vector<int>{reading.stop->fd()} : std::vector<int>{};
  auto connection = Connection::open(folder, Connection::To::log_feed, wake_fds);
  if (!connection) return std::unexpected(connection.error());
  runtime::LogFollower follower{(*connection)->messages()};
  const runtime::FollowId id = follower.follow(settings_of(folder, reading));
  Milliseconds heard = (*connection)->now().monotonic;
  while (!reading.stop || !reading.stop->asked()) {
    const Now now = (*connection)->now();
    const Work work = follower.step(now);
    while (const auto batch = follower.next(id)) {
      heard = now.monotonic;
      if (take(*batch)) continue;
      follower.forget(id);
      static_cast<void>(follower.step(now));  // so that the log does not count it as gone
      return {};
    }
    if (const auto ended = follower.ended(id)) {
      if (ended->code == wire::RefusalCode::done) return {};
      return std::unexpected(error_of(*ended));
    }
    if (reading.patience > Milliseconds{} && now.monotonic - heard > reading.patience) {
      return failure(ErrorCode::unavailable,
                     "the log does not answer; see `doorstep status`, start it with `doorstep up`");
    }
    if (work == Work::idle) (*connection)->wait(wait_max);
  }
  return {};
}

}  // namespace doorstep::cli
