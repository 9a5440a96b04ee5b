// Proofs as text. They have one form only: what was read is what would be written.
#include "common/proof/proof_text.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  if (const auto proof = proof::parse_inclusion(input.text())) {
    fuzz::must(proof::to_string(*proof) == input.text());
  }
  if (const auto proof = proof::parse_consistency(input.text())) {
    fuzz::must(proof::to_string(*proof) == input.text());
  }
  return 0;
}
