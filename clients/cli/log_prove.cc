// log prove: proofs as text that foreign verifiers read. What is printed was checked first.
#include <CLI/CLI.hpp>

#include "clients/cli/decimal.h"
#include "clients/cli/log_asking.h"
#include "clients/cli/log_keys.h"
#include "clients/cli/log_verbs.h"
#include "common/json/writer.h"
#include "common/proof/base64.h"
#include "common/proof/merkle.h"
#include "common/proof/merkle_proof.h"
#include "common/proof/proof_text.h"

namespace doorstep::cli {
namespace {

Error does_not_hold() {
  return {ErrorCode::damaged, "the log's proof does not hold. Say `doorstep log verify`"};
}

struct Proven {
  wire::Proof proof{};
  proof::Checkpoint checkpoint{};
};

Result<Proven> ask_for_proof(const runtime::DataFolder& folder, const wire::Prove& wanted) {
  auto log = LogAsking::open(folder);
  if (!log) return std::unexpected(log.error());
  auto made = log->ask_for<wire::Proof>({.what = wanted}, Milliseconds{60'000});
  if (!made) return std::unexpected(made.error());
  const auto checkpoint = check_note(folder, made->checkpoint);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (checkpoint->size != made->size) return std::unexpected(does_not_hold());
  return Proven{*std::move(made), *checkpoint};
}

void add_proof(json::Writer& json, const Proven& proven) {
  json.field("origin", std::string_view{proof::origin_of(proven.checkpoint)})
      .field("size", proven.checkpoint.size)
      .field("root", std::string_view{proof::to_base64(proven.checkpoint.root)});
  json.key("hashes").begin_array();
  for (const Sha256& hash : proven.proof.hashes) {
    json.value(std::string_view{proof::to_base64(hash)});
  }
  json.end_array().field("checkpoint", std::string_view{proven.proof.checkpoint});
}

void print_text(std::string_view text) {
  text.remove_suffix(1);  // the last line's end
  print_lines(text);
}

ExitCode prove_inclusion(const Invocation& invocation, std::uint64_t position, std::uint64_t size) {
  if (size != 0 && position > size) {
    return wrong_usage(invocation, "POSITION is not among the first SIZE");
  }
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto proven = ask_for_proof(*folder, {.position = Position{position}, .size = size});
  if (!proven) return fail(invocation, proven.error());
  Hasher hasher;
  const Sha256 leaf = proof::leaf_hash(hasher, proven->proof.record);
  const proof::Inclusion claim{position - 1, proven->proof.size, leaf, proven->checkpoint.root};
  if (!proof::verify_inclusion(hasher, claim, proven->proof.hashes)) {
    return fail(invocation, does_not_hold());
  }
  if (!invocation.json && !invocation.ndjson) {
    print_text(proof::to_string(proof::InclusionText{.extra = proven->proof.record,
                                                     .index = position - 1,
                                                     .hashes = proven->proof.hashes,
                                                     .checkpoint = proven->proof.checkpoint}));
    return ExitCode::ok;
  }
  const auto* record = reinterpret_cast<const std::uint8_t*>(proven->proof.record.data());
  json::Writer json;
  json.begin_object()
      .field("position", position)
      .field("index", position - 1)
      .field("record", std::string_view{proof::to_base64({record, proven->proof.record.size()})})
      .field("leaf", std::string_view{proof::to_base64(leaf)});
  add_proof(json, *proven);
  print(json.end_object().take());
  return ExitCode::ok;
}

ExitCode prove_consistency(const Invocation& invocation, std::uint64_t old, std::uint64_t size) {
  if (old > size) {
    return wrong_usage(invocation, "OLD is larger than NEW");
  }
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto proven = ask_for_proof(*folder, {.old = old, .size = size});
  if (!proven) return fail(invocation, proven.error());
  Hasher hasher;
  Proven before{.checkpoint = {.root = hasher.finish()}};  // of nothing
  if (old > 0) {
    auto known = ask_for_proof(*folder, {.old = old, .size = old});
    if (!known) return fail(invocation, known.error());
    before = *std::move(known);
  }
  const proof::Consistency claim{old, size, before.checkpoint.root, proven->checkpoint.root};
  if (!proof::verify_consistency(hasher, claim, proven->proof.hashes)) {
    return fail(invocation, does_not_hold());
  }
  if (!invocation.json && !invocation.ndjson) {
    print_text(proof::to_string(proof::ConsistencyText{
        .old_size = old, .hashes = proven->proof.hashes, .checkpoint = proven->proof.checkpoint}));
    return ExitCode::ok;
  }
  json::Writer json;
  json.begin_object()
      .field("old", old)
      .field("oldRoot", std::string_view{proof::to_base64(before.checkpoint.root)});
  add_proof(json, *proven);
  print(json.field("oldCheckpoint", std::string_view{before.proof.checkpoint}).end_object().take());
  return ExitCode::ok;
}

}  // namespace

void add_log_prove(CLI::App& noun, Invocation& invocation) {
  auto* prove = noun.add_subcommand("prove", "Prove to anybody what the log holds");
  prove->require_subcommand(1);

  struct Options {
    std::uint64_t position{};
    std::uint64_t size{};
    std::uint64_t old{};
  };
  const auto inclusion = std::make_shared<Options>();
  auto* verb = prove->add_subcommand("inclusion", "That the record at a position is in the log");
  verb->add_option("position", inclusion->position, "from 1")->required()->check(decimal_from(1));
  verb->add_option("--size", inclusion->size, "in the tree of the first SIZE (the newest signed)")
      ->check(decimal_from(1));
  verb->callback([&invocation, inclusion] {
    invocation.run = [&, inclusion] {
      return prove_inclusion(invocation, inclusion->position, inclusion->size);
    };
  });

  const auto consistency = std::make_shared<Options>();
  verb = prove->add_subcommand("consistency", "That nothing was changed between two sizes");
  verb->add_option("old", consistency->old, "the smaller size")->required()->check(decimal_from(0));
  verb->add_option("new", consistency->size, "the larger size")->required()->check(decimal_from(1));
  verb->callback([&invocation, consistency] {
    invocation.run = [&, consistency] {
      return prove_consistency(invocation, consistency->old, consistency->size);
    };
  });
}

}  // namespace doorstep::cli
