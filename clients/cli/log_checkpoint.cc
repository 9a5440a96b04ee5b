// log checkpoint and log vkey: the newest signed head, and the key that it is checked with.
#include <CLI/CLI.hpp>
#include <algorithm>

#include "clients/cli/log_asking.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/log_verbs.h"
#include "common/json/writer.h"
#include "common/proof/base64.h"
#include "common/proof/cosignature.h"
#include "common/runtime/durable_file.h"

namespace doorstep::cli {
namespace {

struct Found {
  std::string note{};
  proof::Checkpoint checkpoint{};
  std::string vkey{};
  std::vector<proof::Cosignature> cosignatures{};
};

Result<std::string> note_of(const runtime::DataFolder& folder, bool cosigned) {
  if (cosigned) {
    const auto bytes = runtime::read_file(folder.cosigned_file());
    if (!bytes) return std::unexpected(bytes.error());
    if (*bytes) {
      return std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
    }
    return failure(ErrorCode::not_found,
                   "no witness has cosigned yet. Name one in " +
                       folder.witness_policy_file().string() +
                       ", and start `doorstep up` again, or say `doorstep log cosign --once`");
  }
  auto log = LogAsking::open(folder);
  if (!log) return std::unexpected(log.error());
  auto newest = log->ask_for<wire::CheckpointNote>({.what = wire::AskCheckpoint{}});
  if (!newest) return std::unexpected(newest.error());
  return std::move(newest->note);
}

Result<Found> find(const Invocation& invocation, bool cosigned) {
  const auto folder = open_data(invocation);
  if (!folder) return std::unexpected(folder.error());
  const auto key = signing_key(*folder);
  if (!key) return std::unexpected(key.error());
  const auto policy = witness_policy(*folder);
  if (!policy) return std::unexpected(policy.error());
  auto note = note_of(*folder, cosigned);
  if (!note) return std::unexpected(note.error());
  // What is printed was checked.
  const auto checkpoint = proof::open_checkpoint(*note, *key);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  auto cosignatures = proof::cosignatures_on(*note, keys_of(*policy));
  if (!cosignatures) return std::unexpected(cosignatures.error());
  return Found{*std::move(note), *checkpoint, proof::to_string(proof::log_key(*checkpoint, *key)),
               *std::move(cosignatures)};
}

// Whatever a witness has signed.
Instant time_of(const proof::Cosignature& cosignature) {
  constexpr std::uint64_t seconds_max = last_instant.unix_ms / 1'000;
  return {static_cast<std::int64_t>(std::min<std::uint64_t>(cosignature.time, seconds_max)) *
          1'000};
}

std::string checkpoint_json(const Found& found) {
  json::Writer json;
  json.begin_object()
      .field("origin", std::string_view{proof::origin_of(found.checkpoint)})
      .field("size", found.checkpoint.size)
      .field("root", std::string_view{proof::to_base64(found.checkpoint.root)})
      .field("vkey", std::string_view{found.vkey})
      .field("note", std::string_view{found.note});
  json.key("cosignatures").begin_array();
  for (const proof::Cosignature& each : found.cosignatures) {
    json.begin_object()
        .field("witness", std::string_view{each.name})
        .field("time", time_of(each))
        .end_object();
  }
  return json.end_array().end_object().take();
}

ExitCode checkpoint(const Invocation& invocation, bool cosigned) {
  const auto found = find(invocation, cosigned);
  if (!found) return fail(invocation, found.error());
  if (invocation.json || invocation.ndjson) {
    print(checkpoint_json(*found));
  } else {
    print_lines(std::string_view{found->note}.substr(0, found->note.size() - 1));
  }
  return ExitCode::ok;
}

ExitCode vkey(const Invocation& invocation) {
  const auto found = find(invocation, false);
  if (!found) return fail(invocation, found.error());
  if (invocation.json || invocation.ndjson) {
    json::Writer json;
    print(json.begin_object()
              .field("origin", std::string_view{proof::origin_of(found->checkpoint)})
              .field("vkey", std::string_view{found->vkey})
              .end_object()
              .take());
  } else {
    print(found->vkey);
  }
  return ExitCode::ok;
}

}  // namespace

void add_log_checkpoint(CLI::App& noun, Invocation& invocation) {
  auto* newest = noun.add_subcommand("checkpoint", "Print the newest signed checkpoint");
  const auto cosigned = std::make_shared<bool>(false);
  newest->add_flag("--cosigned", *cosigned, "the newest one that witnesses have cosigned");
  newest->callback([&invocation, cosigned] {
    invocation.run = [&, cosigned] { return checkpoint(invocation, *cosigned); };
  });
  auto* key =
      noun.add_subcommand("vkey", "Print the key that the log's checkpoints are checked with");
  key->callback([&invocation] { invocation.run = [&] { return vkey(invocation); }; });
}

}  // namespace doorstep::cli
