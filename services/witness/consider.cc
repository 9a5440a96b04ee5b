#include "services/witness/consider.h"

#include <algorithm>

#include "common/proof/cosignature.h"
#include "common/proof/merkle_proof.h"
#include "common/proof/proof_text.h"

namespace doorstep::witness {
namespace {

Verdict refused(int status, std::string why) {
  return {.status = status, .body = std::move(why) + "\n"};
}

// Lines by other keys are ignored; one by the log's own key that does not hold spoils the note.
bool is_signed_by(const proof::Note& note, const proof::VerifierKey& key) {
  bool found = false;
  for (const proof::SignatureLine& line : note.signatures) {
    if (!proof::is_of(line, key)) continue;
    if (!proof::holds(line, key, note.text)) return false;
    found = true;
  }
  return found;
}

const proof::KnownLog* find(const proof::Policy& policy, const std::string& origin) {
  const auto known = std::ranges::find(policy.logs, origin,
                                       [](const proof::KnownLog& log) { return log.key.name; });
  return known == policy.logs.end() ? nullptr : &*known;
}

bool is_consistent(const proof::TreeHead& head, const proof::ConsistencyText& proof,
                   const std::optional<Seen>& seen) {
  Hasher hasher;
  const Sha256 nothing = hasher.finish();
  if (head.size == 0 && head.root != nothing) return false;
  const proof::Consistency claim{proof.old_size, head.size, seen ? seen->head.root : nothing,
                                 head.root};
  return proof::verify_consistency(hasher, claim, proof.hashes);
}

Verdict conflict(std::uint64_t known) {
  return {.status = 409, .content_type = "text/x.tlog.size", .body = std::to_string(known) + "\n"};
}

}  // namespace

std::optional<std::string> origin_in(std::string_view body) {
  const auto proof = proof::parse_consistency(body);
  if (!proof) return std::nullopt;
  const auto note = proof::parse_note(proof->checkpoint);
  if (!note) return std::nullopt;
  const auto head = proof::parse_tree_head(note->text);
  if (!head) return std::nullopt;
  return head->origin;
}

Verdict consider(std::string_view body, const proof::Policy& policy,
                 const std::optional<Seen>& seen, const Signer& signer) {
  const auto proof = proof::parse_consistency(body);
  if (!proof) return refused(400, proof.error().message);
  const auto note = proof::parse_note(proof->checkpoint);
  if (!note) return refused(400, note.error().message);
  const auto head = proof::parse_tree_head(note->text);
  if (!head) return refused(400, "the note is no checkpoint");
  const proof::KnownLog* const log = find(policy, head->origin);
  if (log == nullptr) return refused(404, head->origin + " is no log that this witness knows");
  if (!is_signed_by(*note, log->key)) {
    return refused(403, "no valid signature by the key of " + head->origin);
  }
  if (proof->old_size > head->size) return refused(400, "the old size is beyond the checkpoint");
  const std::uint64_t known = seen ? seen->head.size : 0;
  if (proof->old_size != known) return conflict(known);
  const bool is_split = known > 0 && head->size == known && head->root != seen->head.root;
  if (is_split) return conflict(known);
  if (!is_consistent(*head, *proof, seen)) {
    return refused(422, "the checkpoint is not proven to continue the tree of " +
                            std::to_string(known) + " that was seen before");
  }
  const std::string line = proof::cosign(note->text, signer.name, signer.key, signer.time);
  // Only what was checked is kept: the log's signature and our own.
  std::string kept = std::string{note->text} + "\n";
  for (const proof::SignatureLine& each : note->signatures) {
    if (proof::is_of(each, log->key)) {
      kept += std::string{each.line} + "\n";
      break;
    }
  }
  return {.status = 200, .body = line, .seen = Seen{*head, kept + line}};
}

}  // namespace doorstep::witness
