#include "clients/cli/log_keys.h"

#include "common/runtime/durable_file.h"

namespace doorstep::cli {
namespace {

Result<std::optional<std::string>> read_text(const std::filesystem::path& path) {
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<std::string>{};
  return std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
}

}  // namespace

Result<Ed25519Key> signing_key(const runtime::DataFolder& folder) {
  const auto pem = read_text(folder.signing_key_file());
  if (!pem) return std::unexpected(pem.error());
  if (!*pem) {
    return failure(ErrorCode::not_found,
                   folder.signing_key_file().string() + " is missing. Say doorstep init");
  }
  return Ed25519Key::from_pem(**pem);
}

Result<proof::Policy> witness_policy(const runtime::DataFolder& folder) {
  const auto text = read_text(folder.witness_policy_file());
  if (!text) return std::unexpected(text.error());
  if (!*text) return proof::Policy{};
  auto policy = proof::parse_policy(**text);
  if (policy) return policy;
  return failure(ErrorCode::invalid,
                 folder.witness_policy_file().string() + ", " + policy.error().message);
}

Result<proof::Checkpoint> check_note(const runtime::DataFolder& folder, std::string_view note) {
  const auto key = signing_key(folder);
  if (!key) return std::unexpected(key.error());
  return proof::open_checkpoint(note, *key);
}

std::vector<proof::VerifierKey> keys_of(const proof::Policy& policy) {
  std::vector<proof::VerifierKey> keys;
  for (const proof::KnownWitness& witness : policy.witnesses) keys.push_back(witness.key);
  return keys;
}

}  // namespace doorstep::cli
