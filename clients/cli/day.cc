// day replay: folds a day again from the log and compares what comes out with what was shown.
#include <CLI/CLI.hpp>
#include <optional>

#include "clients/cli/command.h"
#include "clients/cli/connection.h"
#include "clients/cli/day_range.h"
#include "clients/cli/day_replay.h"
#include "clients/cli/day_verbs.h"
#include "clients/cli/health.h"
#include "clients/cli/log_reading.h"
#include "common/json/writer.h"
#include "common/runtime/system_clock.h"
#include "common/wire/event_codec.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds patience{10'000};
constexpr Milliseconds tell_every{2'000};
constexpr int looks_at_a_moving_day = 3;

// What the live projection said, and when.
struct Expected {
  Position upto{};
  Sha256 sha256{};
  std::string_view from{};  // "recorded" in the log at the day's end, or "live" just now
};

Result<std::optional<Expected>> recorded_digest(const runtime::DataFolder& folder, Day day,
                                                Position head) {
  std::optional<Expected> found;
  if (number(head) == 0) return found;
  std::optional<Error> broken;
  const Outcome read = read_log(
      folder, {.until = head, .filter = {.types = {EventType::projection_digest_recorded}}},
      [&](const runtime::FeedBatch& batch) {
        for (const wire::Record& record : batch.records()) {
          const auto event = wire::decode_event(record.event);
          if (!event) {
            broken = event.error();
            return false;
          }
          const auto* digest = std::get_if<ProjectionDigestRecorded>(&event->body);
          if (!digest || digest->day != day) continue;
          if (digest->projection != aggregation::Coverage::name) continue;
          if (digest->version != aggregation::Coverage::version) continue;
          found = Expected{digest->upto, digest->sha256, "recorded"};
        }
        return true;
      });
  if (!read) return std::unexpected(read.error());
  if (broken) return std::unexpected(*broken);
  return found;
}

Result<Expected> live_digest(const runtime::DataFolder& folder) {
  const auto connection = Connection::open(folder, Connection::To::aggregation);
  if (!connection) return std::unexpected(connection.error());
  const auto answer = (*connection)->ask({.what = wire::AskDigest{}});
  if (!answer) return std::unexpected(answer.error());
  const auto* digest = std::get_if<wire::DigestView>(&answer->what);
  if (!digest || digest->projection != aggregation::Coverage::name ||
      digest->version != aggregation::Coverage::version) {
    return failure(ErrorCode::conflict,
                   "aggregation runs another version of the projection than this command: use the "
                   "doorstep that belongs to it");
  }
  return Expected{answer->as_of, digest->sha256, "live"};
}

// Folds on from where the replay is, up to `until`.
Outcome fold(const runtime::DataFolder& folder, DayReplay& replay, Position until,
             const Clock& clock) {
  if (replay.upto() >= until) return {};
  Milliseconds told = clock.monotonic();
  std::optional<Error> broken;
  const Outcome read =
      read_log(folder, {.from_exclusive = replay.upto(), .until = until, .consumer = "day-replay"},
               [&](const runtime::FeedBatch& batch) {
                 for (const wire::Record& record : batch.records()) {
                   const auto event = wire::decode_event(record.event);
                   if (!event) {
                     broken = event.error();
                     return false;
                   }
                   replay.take({record.stamp, *event});
                 }
                 replay.settle();
                 if (clock.monotonic() - told > tell_every) {
                   tell("replayed " + std::to_string(number(replay.upto())) + " of " +
                        std::to_string(number(until)) + " events");
                   told = clock.monotonic();
                 }
                 return true;
               });
  if (!read) return read;
  if (broken) return std::unexpected(*broken);
  return {};
}

struct Replayed {
  DayReplay replay;
  Expected expected{};
  Milliseconds took{};
};

// A replay folds from the first event.
Outcome check_is_whole(const runtime::DataFolder& folder, const wire::Described& log) {
  if (log.floor == Position{}) return {};
  const auto dropped = day_at_floor(folder);
  if (!dropped) return std::unexpected(dropped.error());
  const std::string upto = *dropped ? ", the days up to " + to_string(**dropped) + "," : "";
  return failure(ErrorCode::conflict,
                 "day replay folds the log from its first event, and events up to position " +
                     std::to_string(number(log.floor)) + upto +
                     " are no longer kept: they are in the sealed days. Replay the day on a log "
                     "that was restored from a backup of before the floor was moved");
}

Result<Replayed> replay_day(const runtime::DataFolder& folder, Day day) {
  const runtime::SystemClock clock;
  const auto log = describe_log(folder, patience);
  if (!log) return std::unexpected(log.error());
  if (auto whole = check_is_whole(folder, *log); !whole) return std::unexpected(whole.error());
  const auto recorded = recorded_digest(folder, day, log->head);
  if (!recorded) return std::unexpected(recorded.error());

  const Milliseconds start = clock.monotonic();
  Replayed result{.replay = DayReplay{day}};
  if (*recorded) {
    result.expected = **recorded;
    if (Outcome done = fold(folder, result.replay, result.expected.upto, clock); !done) {
      return std::unexpected(done.error());
    }
    result.took = clock.monotonic() - start;
    return result;
  }
  // The day may still be going on: ask, fold up to exactly there, and see whether more has come.
  for (int look = 0; look < looks_at_a_moving_day; ++look) {
    const auto live = live_digest(folder);
    if (!live) return std::unexpected(live.error());
    const bool moved = live->upto > result.replay.upto();
    result.expected = *live;
    if (live->upto < result.replay.upto()) continue;  // it has started again and is catching up
    if (Outcome done = fold(folder, result.replay, live->upto, clock); !done) {
      return std::unexpected(done.error());
    }
    if (!moved && live->upto >= log->head) break;
  }
  if (result.replay.upto() != result.expected.upto) {
    return failure(ErrorCode::unavailable, "aggregation is still catching up; try again later");
  }
  result.took = clock.monotonic() - start;
  return result;
}

std::string replay_json(std::string_view date, const Replayed& replayed, const Sha256& digest) {
  json::Writer json;
  json.begin_object()
      .field("date", date)
      .field("firstPosition", replayed.replay.first())
      .field("lastPosition", replayed.replay.last())
      .field("events", replayed.replay.events())
      .field("replayedTo", replayed.replay.upto());
  json.key("seconds").raw(std::to_string(static_cast<double>(replayed.took.count()) / 1000.0));
  json.field("digest", std::string_view{to_hex(digest)})
      .field("expected", std::string_view{to_hex(replayed.expected.sha256)})
      .field("equal", digest == replayed.expected.sha256)
      .field("comparedWith", replayed.expected.from);
  return json.end_object().take();
}

ExitCode replay(const Invocation& invocation, const std::string& date) {
  const auto day = parse_day(date);
  if (!day) {
    return wrong_usage(invocation, date + " is no date: say 2022-03-23");
  }
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto replayed = replay_day(*folder, *day);
  if (!replayed) return fail(invocation, replayed.error());
  if (replayed->replay.events() == 0) {
    return fail(invocation, {ErrorCode::not_found, "the log holds no event of " + date});
  }
  const Sha256 digest = replayed->replay.digest();
  const bool equal = digest == replayed->expected.sha256;
  if (invocation.json || invocation.ndjson) {
    print(replay_json(date, *replayed, digest));
  } else {
    print(date + ": positions " + std::to_string(number(replayed->replay.first())) + " to " +
          std::to_string(number(replayed->replay.last())) + ", " +
          std::to_string(replayed->replay.events()) + " events");
    print("digest at " + std::to_string(number(replayed->replay.upto())) + ": " + to_hex(digest));
    print(equal ? "equal to what was shown"
                : "NOT equal to what was shown: " + to_hex(replayed->expected.sha256));
  }
  return equal ? ExitCode::ok : ExitCode::verification_failed;
}

}  // namespace

void add_day(CLI::App& app, Invocation& invocation) {
  auto* noun = app.add_subcommand("day", "A day as the log tells it");
  noun->require_subcommand(1);
  auto* verb = noun->add_subcommand(
      "replay", "Fold the day again from the log and compare with what was shown");
  const auto date = std::make_shared<std::string>();
  verb->add_option("date", *date, "2022-03-23, Beijing time")->required();
  verb->callback(
      [&invocation, date] { invocation.run = [&, date] { return replay(invocation, *date); }; });
  add_day_seal(*noun, invocation);
  add_day_verify(*noun, invocation);
}

}  // namespace doorstep::cli
