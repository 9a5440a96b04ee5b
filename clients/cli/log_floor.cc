// log floor: shows up to where events are no longer kept, and moves that up, but only over days
// that were sealed into files which are at hand, are good, and are of this log.
#include <CLI/CLI.hpp>

#include "clients/cli/arguments.h"
#include "clients/cli/day_range.h"
#include "clients/cli/decimal.h"
#include "clients/cli/health.h"
#include "clients/cli/kept_snapshots.h"
#include "clients/cli/log_asking.h"
#include "clients/cli/log_verbs.h"
#include "clients/cli/sealed_cover.h"
#include "clients/cli/sealed_file.h"
#include "clients/cli/signed_size.h"
#include "common/json/writer.h"
#include "common/proof/checkpoint.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds patience{10'000};
// The log reads everything that is to go: some hundred thousand events a second.
constexpr Milliseconds moving_max{6 * 60 * 60 * 1'000};

struct Wanted {
  std::uint64_t position{};  // 0: not given
  std::optional<Day> before{};
  std::vector<std::string> sealed{};
  [[nodiscard]] bool moves() const { return position != 0 || before; }
};

struct Moved {
  wire::Described log{};
  Position wanted{};  // 0: nothing was to be moved
  Position floor{};
};

std::string text(Position position) { return std::to_string(number(position)); }

// A day that verifies and whose last root is this log's: then all of its events are.
Result<SealedRange> range_of_file(const runtime::DataFolder& folder, LogAsking& log,
                                  const wire::Described& described, const std::string& path) {
  const auto opened = open_sealed_day(path, std::nullopt);
  if (!opened) return failure(opened.error().code, path + ": " + opened.error().message);
  const auto& [day, checked] = *opened;
  if (!checked.problems.empty()) {
    return failure(ErrorCode::damaged, path + ": " + checked.problems.front() +
                                           ". Nothing was moved. Seal that day again");
  }
  const std::string not_ours =
      path + " is of " + proof::origin_of(checked.checkpoint) + ", and not of this log";
  if (checked.checkpoint.log != described.log || day.last > described.head) {
    return failure(ErrorCode::conflict, not_ours);
  }
  // What lies below the floor was compared when that was moved.
  if (day.last <= described.floor) return SealedRange{day.first, day.last};
  const auto ours = signed_size(folder, log, number(day.last));
  if (!ours) return std::unexpected(ours.error());
  if (ours->checkpoint.root != checked.checkpoint.root) {
    return failure(ErrorCode::damaged,
                   not_ours + ": up to position " + text(day.last) + " the log holds other events");
  }
  return SealedRange{day.first, day.last};
}

Result<Position> wanted_position(const runtime::DataFolder& folder, const Wanted& wanted,
                                 const wire::Described& described) {
  if (!wanted.before) return Position{wanted.position};
  return last_before_day(folder, *wanted.before, described.floor, described.head);
}

Outcome check_sealed(const runtime::DataFolder& folder, LogAsking& log, const Wanted& wanted,
                     const Moved& moved) {
  std::vector<SealedRange> ranges;
  for (const std::string& path : wanted.sealed) {
    const auto range = range_of_file(folder, log, moved.log, path);
    if (!range) return std::unexpected(range.error());
    ranges.push_back(*range);
    tell(path + " is good: positions " + text(range->first) + " to " + text(range->last));
  }
  const auto hole = first_hole(std::move(ranges), moved.log.floor, moved.wanted);
  if (!hole) return {};
  return failure(ErrorCode::conflict, "positions " + text(hole->first) + " to " + text(hole->last) +
                                          " are in none of the sealed files, so nothing was moved. "
                                          "Say `doorstep day seal` for those days, and give all "
                                          "files with --sealed");
}

Result<Moved> run(const Invocation& invocation, const Wanted& wanted) {
  const auto folder = open_data(invocation);
  if (!folder) return std::unexpected(folder.error());
  const auto described = describe_log(*folder, patience);
  if (!described) return std::unexpected(described.error());
  Moved moved{.log = *described, .floor = described->floor};
  if (!wanted.moves()) return moved;
  const auto position = wanted_position(*folder, wanted, *described);
  if (!position) return std::unexpected(position.error());
  moved.wanted = *position;
  if (moved.wanted <= moved.floor) return moved;
  auto log = LogAsking::open(*folder);
  if (!log) return std::unexpected(log.error());
  if (auto sealed = check_sealed(*folder, *log, wanted, moved); !sealed) {
    return std::unexpected(sealed.error());
  }
  if (auto kept = check_kept_up_to(*folder, moved.wanted); !kept) {
    return std::unexpected(kept.error());
  }
  tell("the log moves its floor; how far it has come stands in its log file");
  const auto reply =
      log->ask_for<wire::FloorMoved>({.what = wire::MoveFloor{moved.wanted}}, moving_max);
  if (!reply) return std::unexpected(reply.error());
  moved.floor = reply->floor;
  return moved;
}

// What was moved stays moved.
void say(const Moved& moved, const std::string& line) {
  moved.floor == moved.log.floor ? print(line) : acknowledge(line);
}

ExitCode floor(const Invocation& invocation, Wanted wanted, const std::string& before) {
  if (!before.empty()) {
    wanted.before = parse_day(before);
    if (!wanted.before) return wrong_usage(invocation, before + " is no date: say 2022-03-23");
  }
  if (!wanted.moves() && !wanted.sealed.empty()) {
    return wrong_usage(invocation, "--sealed alone moves nothing: say POSITION or --before too");
  }
  const auto moved = run(invocation, wanted);
  if (!moved) return fail(invocation, moved.error());
  if (invocation.json || invocation.ndjson) {
    json::Writer json;
    json.begin_object()
        .field("floor", moved->floor)
        .field("head", moved->log.head)
        .field("moved", moved->floor != moved->log.floor)
        .field("before", moved->log.floor);
    if (moved->wanted != Position{}) json.field("asked", moved->wanted);
    say(*moved, json.end_object().take());
    return ExitCode::ok;
  }
  if (moved->floor == Position{}) {
    print("the floor is 0: all events are kept, 1 to " + text(moved->log.head));
  } else {
    say(*moved, "the floor is at position " + text(moved->floor) + ": events " +
                    text(next(moved->floor)) + " to " + text(moved->log.head) + " are kept");
  }
  if (moved->floor < moved->wanted) {
    tell("asked for was " + text(moved->wanted) +
         ": the floor is the end of a stored block, the last one at or below that");
  }
  return ExitCode::ok;
}

}  // namespace

void add_log_floor(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand(
      "floor", "Show up to where events are no longer kept, or move that up over sealed days");
  const auto wanted = std::make_shared<Wanted>();
  const auto before = std::make_shared<std::string>();
  auto* position = verb->add_option("position", wanted->position, "the last one to go");
  position->check(decimal_from(1));
  verb->add_option("--before", *before, "a date: what was recorded before it is to go")
      ->excludes(position);
  as_path(verb->add_option("--sealed", wanted->sealed,
                           "files of `doorstep day seal` that hold all that is to go"));
  verb->callback([&invocation, wanted, before] {
    invocation.run = [&, wanted, before] { return floor(invocation, *wanted, *before); };
  });
}

}  // namespace doorstep::cli
