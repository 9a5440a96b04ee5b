// log verify: opens the stored log itself, beside the process that serves it or without one, and
// checks all of it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "clients/cli/index_check.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/log_verbs.h"
#include "clients/cli/stored_log_check.h"
#include "common/proof/base64.h"
#include "common/runtime/durable_file.h"
#include "common/runtime/file_snapshot.h"
#include "common/runtime/system_clock.h"

namespace doorstep::cli {
namespace {

using event_log::SignedPoint;

// What was signed about this log, and what could not be read of it.
struct Signed {
  std::vector<SignedPoint> points{};
  std::vector<std::string> problems{};
  bool has_head{};
};

std::string_view text_of(const Bytes& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class SignedFiles {
 public:
  SignedFiles(const runtime::DataFolder& folder, const Ed25519Key& key)
      : folder_{folder}, key_{key} {}

  [[nodiscard]] Signed read() {
    read_head();
    const std::filesystem::path beside = folder_.head_file().parent_path();
    read_note(beside / "cosigned", true);
    read_note(beside / "restored-from", false);
    std::error_code none;
    std::vector<std::filesystem::path> days;
    for (const auto& entry : std::filesystem::directory_iterator{beside / "days", none}) {
      // Beside them may lie what a kill left half written.
      if (parse_day(entry.path().filename().string())) days.push_back(entry.path());
    }
    std::ranges::sort(days);
    for (const auto& day : days) read_note(day, true);
    return std::move(signed_);
  }

 private:
  [[nodiscard]] std::string name_of(const std::filesystem::path& path) const {
    return path.lexically_relative(folder_.path()).string();
  }

  void read_head() {
    const auto bytes = runtime::FileSnapshot{folder_.head_file()}.read();
    if (!bytes) {
      signed_.problems.push_back(name_of(folder_.head_file()) + " is damaged");
      signed_.has_head = true;
    } else if (*bytes) {
      signed_.has_head = true;
      add(text_of(**bytes), folder_.head_file(), true);
    }
  }

  // The note of an earlier epoch may have been signed with another installation's key.
  void read_note(const std::filesystem::path& path, bool is_own) {
    const auto bytes = runtime::read_file(path);
    if (!bytes) {
      signed_.problems.push_back(bytes.error().message);
    } else if (*bytes) {
      add(text_of(**bytes), path, is_own);
    }
  }

  void add(std::string_view note, const std::filesystem::path& path, bool is_own) {
    const auto said = proof::parse_checkpoint(note);
    const auto checkpoint = is_own ? proof::open_checkpoint(note, key_)
                            : said ? Result<proof::Checkpoint>{*said}
                                   : failure(ErrorCode::damaged, "it is no checkpoint");
    if (checkpoint) {
      signed_.points.push_back({.checkpoint = *checkpoint, .from = name_of(path)});
    } else {
      signed_.problems.push_back(name_of(path) + ": " + checkpoint.error().message);
    }
  }

  const runtime::DataFolder& folder_;
  const Ed25519Key& key_;
  Signed signed_{};
};

struct Checked {
  event_log::Verified verified{};
  std::optional<event_log::IndexesVerified> indexes{};  // where they were asked for and are right
  LogId log{};
  Epoch epoch{};
};

Result<Checked> check(const runtime::DataFolder& folder, const Ed25519Key& key) {
  // First what was signed, then the blocks: these may go further meanwhile, never less far.
  Signed known = SignedFiles{folder, key}.read();
  const auto log = rocks::StoredLog::open(folder.log_folder());
  if (!log) return std::unexpected(log.error());
  if (!known.has_head && log->last() > Position{}) {
    known.problems.push_back("the log's signed head, log-head/checkpoint, is missing");
  }
  for (const SignedPoint& point : known.points) {
    if (point.checkpoint.log == log->log() && point.checkpoint.epoch <= log->epoch()) continue;
    known.problems.push_back(point.from + " is of " + proof::origin_of(point.checkpoint) +
                             ", which is not this log");
  }
  auto verified = check_stored_log(*log, std::move(known.points));
  if (!verified) return std::unexpected(verified.error());
  std::vector<event_log::Problem> problems(known.problems.size());
  std::ranges::transform(known.problems, problems.begin(), [](std::string& what) {
    event_log::Problem problem;
    problem.what = std::move(what);
    return problem;
  });
  std::ranges::move(verified->problems, std::back_inserter(problems));
  verified->problems = std::move(problems);
  return Checked{.verified = *std::move(verified), .log = log->log(), .epoch = log->epoch()};
}

Result<Checked> check_all(const runtime::DataFolder& folder, const Ed25519Key& key,
                          bool with_indexes) {
  auto checked = check(folder, key);
  if (!checked || !with_indexes || !checked->verified.problems.empty()) return checked;
  auto indexes = check_indexes(folder);
  if (indexes) {
    checked->indexes = *indexes;
  } else if (indexes.error().code == ErrorCode::damaged) {
    event_log::Problem problem;
    problem.what = indexes.error().message;
    checked->verified.problems.push_back(std::move(problem));
  } else {
    return std::unexpected(indexes.error());
  }
  return checked;
}

std::string json_of(const Checked& checked, Milliseconds took) {
  const event_log::Verified& verified = checked.verified;
  json::Writer json;
  json.begin_object()
      .field("origin",
             std::string_view{proof::origin_of({.log = checked.log, .epoch = checked.epoch})})
      .field("floor", verified.floor)
      .field("head", verified.head)
      .field("root", std::string_view{proof::to_base64(verified.root)})
      .field("events", verified.events)
      .field("requests", verified.requests)
      .field("blocks", verified.blocks)
      .field("checkpoints", verified.points)
      .field("checkpointsBelowFloor", verified.points_below);
  json.key("seconds").raw(std::to_string(static_cast<double>(took.count()) / 1000.0));
  json.field("good", verified.problems.empty());
  if (checked.indexes) {
    json.key("indexes")
        .begin_object()
        .field("upto", checked.indexes->upto)
        .field("pages", checked.indexes->pages)
        .field("appendIds", checked.indexes->append_ids)
        .field("headsUpto", checked.indexes->heads_upto)
        .field("streams", checked.indexes->streams)
        .end_object();
  }
  add_problems(json, verified);
  return json.end_object().take();
}

void print_text(const Checked& checked) {
  const event_log::Verified& verified = checked.verified;
  print("events " + std::to_string(number(next(verified.floor))) + " to " +
        std::to_string(number(verified.head)) + " in " + std::to_string(verified.blocks) +
        " blocks, root " + proof::to_base64(verified.root));
  print("compared with " + std::to_string(verified.points) + " signed checkpoints");
  if (verified.points_below > 0) {
    print(std::to_string(verified.points_below) +
          " more are of events below the floor, which are no longer kept");
  }
  if (checked.indexes) {
    print("the indexes are right: " + std::to_string(checked.indexes->pages) + " pages, " +
          std::to_string(checked.indexes->append_ids) + " append ids, " +
          std::to_string(checked.indexes->streams) + " streams, up to event " +
          std::to_string(number(checked.indexes->upto)));
  }
  for (const event_log::Problem& problem : verified.problems) {
    print("PROBLEM at position " + std::to_string(number(problem.first)) + ": " + problem.what +
          (problem.times > 1 ? " (" + std::to_string(problem.times) + " times)" : ""));
  }
  print(verified.problems.empty() ? "nothing is wrong" : "the log is damaged");
}

ExitCode verify(const Invocation& invocation, bool with_indexes) {
  const runtime::SystemClock clock;
  const Milliseconds start = clock.monotonic();
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto key = signing_key(*folder);
  if (!key) return fail(invocation, key.error());
  auto checked = check_all(*folder, *key, with_indexes);
  if (!checked || !checked->verified.problems.empty()) {
    // A log that is being served removes old files while they are read. Damage stays.
    checked = check_all(*folder, *key, with_indexes);
  }
  if (!checked) return fail(invocation, checked.error());
  if (invocation.json || invocation.ndjson) {
    print(json_of(*checked, clock.monotonic() - start));
  } else {
    print_text(*checked);
  }
  return checked->verified.problems.empty() ? ExitCode::ok : ExitCode::verification_failed;
}

}  // namespace

void add_log_verify(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand(
      "verify", "Check the stored log: every block, every rule, every signed checkpoint");
  const auto with_indexes = std::make_shared<bool>(false);
  verb->add_flag("--indexes", *with_indexes, "the indexes too: fold the log again and compare");
  verb->callback([&invocation, with_indexes] {
    invocation.run = [&invocation, with_indexes] { return verify(invocation, *with_indexes); };
  });
}

}  // namespace doorstep::cli
