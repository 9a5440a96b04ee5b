// Signed notes: checkpoints, cosignatures, keys and the policy that names them. What was read
// writes itself as it was.
#include "common/proof/checkpoint.h"
#include "common/proof/cosignature.h"
#include "common/proof/note.h"
#include "common/proof/policy.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Ed25519Key key = [] {
    Sha256 seed{};
    seed.fill(9);
    return Ed25519Key::from_seed(seed);
  }();
  const fuzz::Input input{data, size};
  const auto text = input.text();
  if (const auto checkpoint = proof::open_checkpoint(text, key)) {
    const auto again = proof::open_checkpoint(proof::sign_checkpoint(*checkpoint, key), key);
    fuzz::must(again.has_value() && *again == *checkpoint);
  }
  if (const auto note = proof::parse_note(text)) {
    fuzz::must(note->signatures.size() <= proof::note_signatures_max);
    fuzz::must(text.starts_with(note->text));
  }
  static_cast<void>(proof::parse_signature_lines(text));
  const std::vector<proof::VerifierKey> witnesses{proof::witness_key("witness", key)};
  static_cast<void>(proof::cosignatures_on(text, witnesses));
  if (const auto known = proof::parse_verifier_key(text)) {
    fuzz::must(proof::to_string(*known) == text);
  }
  static_cast<void>(proof::parse_policy(text));
  return 0;
}
