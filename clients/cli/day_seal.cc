// day seal: copies a day out of the running log into one file, and counts only what was read again
// from there.
#include <CLI/CLI.hpp>

#include "clients/cli/arguments.h"
#include "clients/cli/connection.h"
#include "clients/cli/day_range.h"
#include "clients/cli/day_verbs.h"
#include "clients/cli/health.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/log_reading.h"
#include "clients/cli/request_blocks.h"
#include "clients/cli/sealed_day_check.h"
#include "clients/cli/sealed_texts.h"
#include "clients/cli/signed_size.h"
#include "common/json/writer.h"
#include "common/proof/base64.h"
#include "common/proof/merkle_proof.h"
#include "common/runtime/durable_file.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds patience{10'000};
constexpr mode_t own_only = 0600;

// The tree before the day, out of the proof that the day's end continues it.
Result<proof::MerkleTree> tree_before(const runtime::DataFolder& folder, LogAsking& log,
                                      const proof::Checkpoint& end, std::uint64_t size) {
  if (size == 0) return proof::MerkleTree{};
  const auto before = signed_size(folder, log, size);
  if (!before) return std::unexpected(before.error());
  const wire::Prove wanted{.old = size, .size = end.size};
  const auto proof = log.ask_for<wire::Proof>({.what = wanted}, Milliseconds{60'000});
  if (!proof) return std::unexpected(proof.error());
  const proof::Consistency claim{size, end.size, before->checkpoint.root, end.root};
  Hasher hasher;
  if (proof::verify_consistency(hasher, claim, proof->hashes)) {
    return proof::old_tree(claim, proof->hashes);
  }
  return failure(ErrorCode::damaged, "the log's proof does not hold. Say `doorstep log verify`");
}

Outcome copy_blocks(const runtime::DataFolder& folder, SealedDay& day) {
  RequestBlocks blocks{Position{number(day.first) - 1}, day.last};
  Outcome copied{};
  const auto keep = [&](bool rest) {
    while (const auto block = blocks.next_block(rest)) day.blocks.push_back(*block->bytes);
  };
  const Outcome read = read_log(
      folder,
      {.from_exclusive = Position{number(day.first) - 1}, .requests = true, .consumer = "day-seal"},
      [&](const runtime::FeedBatch& batch) {
        copied = blocks.take(batch);
        if (!copied) return false;
        keep(false);
        return blocks.taken() < day.last;
      });
  if (!copied) return copied;
  if (!read) return read;
  keep(true);
  day.requests = blocks.requests();
  day.events = number(day.last) - number(day.first) + 1;
  return {};
}

Result<SealedDay> collect(const runtime::DataFolder& folder, Day date) {
  const auto described = describe_log(folder, patience);
  if (!described) return std::unexpected(described.error());
  const auto range = range_of_day(folder, date, described->floor, described->head);
  if (!range) return std::unexpected(range.error());
  auto log = LogAsking::open(folder);
  if (!log) return std::unexpected(log.error());
  const auto key = signing_key(folder);
  if (!key) return std::unexpected(key.error());

  SealedDay day{.day = date, .first = range->first, .last = range->last};
  // Times of recording never decrease, so after an event of a later day none of this day can come.
  day.is_over = day.last < described->head;
  auto end = signed_size(folder, *log, number(day.last));
  if (!end) return std::unexpected(end.error());
  day.checkpoint = std::move(end->note);
  day.vkey = proof::to_string(proof::log_key(end->checkpoint, *key));
  auto before = tree_before(folder, *log, end->checkpoint, number(day.first) - 1);
  if (!before) return std::unexpected(before.error());
  day.before = *std::move(before);
  day.texts = sealed_texts();
  if (auto copied = copy_blocks(folder, day); !copied) return std::unexpected(copied.error());
  return day;
}

Outcome check_place(const std::filesystem::path& path) {
  std::error_code unknown;  // what cannot be looked at is tried
  if (!path.has_filename() || std::filesystem::is_directory(path, unknown)) {
    return failure(ErrorCode::conflict,
                   path.string() + " is a folder: say the name of a file with --out");
  }
  const auto parent = path.parent_path();
  if (parent.empty() || std::filesystem::is_directory(parent, unknown)) return {};
  return failure(ErrorCode::not_found, "there is no folder " + parent.string() + ": make it first");
}

// Read again from disk and checked, and only then given the name.
Result<CheckedDay> write_checked(const SealedDay& day, const std::filesystem::path& partial,
                                 const std::filesystem::path& path) {
  const auto written = runtime::replace_file(partial, write_sealed_day(day), own_only);
  if (!written) return std::unexpected(written.error());
  const auto bytes = runtime::read_file(partial);
  if (!bytes) return std::unexpected(bytes.error());
  const auto again = read_sealed_day(bytes->value_or(Bytes{}));
  if (!again) return std::unexpected(again.error());
  auto checked = check_sealed_day(*again, day.vkey);
  if (!checked) return checked;
  if (!checked->problems.empty()) {
    return failure(ErrorCode::damaged,
                   "what was sealed does not verify: " + checked->problems.front() +
                       ". Say `doorstep log verify`");
  }
  if (auto named = runtime::rename_durably(partial, path); !named) {
    return std::unexpected(named.error());
  }
  return checked;
}

// Leaves nothing beside `path`, whatever goes wrong.
Result<CheckedDay> write_file(const SealedDay& day, const std::filesystem::path& path) {
  // Two may seal a day into one file: each writes, reads and names its own.
  const std::filesystem::path partial = runtime::temporary_beside(path);
  auto checked = write_checked(day, partial, path);
  std::error_code gone;
  if (!checked) std::filesystem::remove(partial, gone);
  runtime::remove_leftovers_beside(path);
  return checked;
}

ExitCode seal(const Invocation& invocation, const std::string& date, const std::string& path) {
  const auto day = parse_day(date);
  if (!day) {
    return wrong_usage(invocation, date + " is no date: say 2022-03-23");
  }
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  if (const auto place = check_place(path); !place) return fail(invocation, place.error());
  const auto sealed = collect(*folder, *day);
  if (!sealed) return fail(invocation, sealed.error());
  const auto checked = write_file(*sealed, path);
  if (!checked) return fail(invocation, checked.error());
  if (!sealed->is_over) {
    tell(
        "the log holds no event of a later day yet: more of this day may come, and is not in the "
        "file");
  }
  if (!invocation.json && !invocation.ndjson) {
    acknowledge("sealed and verified: " + date + ", positions " +
                std::to_string(number(sealed->first)) + " to " +
                std::to_string(number(sealed->last)) + ", in " + path);
    return ExitCode::ok;
  }
  json::Writer json;
  acknowledge(json.begin_object()
                  .field("date", std::string_view{date})
                  .field("file", std::string_view{path})
                  .field("over", sealed->is_over)
                  .field("firstPosition", sealed->first)
                  .field("lastPosition", sealed->last)
                  .field("events", sealed->events)
                  .field("requests", sealed->requests)
                  .field("origin", std::string_view{proof::origin_of(checked->checkpoint)})
                  .field("root", std::string_view{proof::to_base64(checked->checkpoint.root)})
                  .field("vkey", std::string_view{sealed->vkey})
                  .field("verified", true)
                  .end_object()
                  .take());
  return ExitCode::ok;
}

}  // namespace

void add_day_seal(CLI::App& noun, Invocation& invocation) {
  auto* verb =
      noun.add_subcommand("seal", "Put the day into one file that proves itself, and verify it");
  const auto date = std::make_shared<std::string>();
  const auto path = std::make_shared<std::string>();
  verb->add_option("date", *date, "2022-03-23, Beijing time")->required();
  as_path(verb->add_option("--out", *path, "the file"))->required();
  verb->callback([&invocation, date, path] {
    invocation.run = [&, date, path] { return seal(invocation, *date, *path); };
  });
}

}  // namespace doorstep::cli
