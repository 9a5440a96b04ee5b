// One day of the log as one file that needs nothing else: its blocks, the texts that say how to
// read them, the tree before it, and the signed checkpoint of its end. Format:
// docs/formats/sealed_day.md. Pure.
#pragma once

#include <string>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/proof/merkle.h"
#include "common/seam/messages.h"

namespace doorstep::cli {

struct SealedText {
  std::string name{};
  std::string text{};
};

struct SealedDay {
  Day day{};
  bool is_over{};  // false: sealed while the day went on, so more may have followed
  Position first{};
  Position last{};
  std::uint64_t events{};
  std::uint64_t requests{};
  std::string vkey{};
  std::string checkpoint{};  // of exactly `last` records
  proof::MerkleTree before{};
  std::vector<SealedText> texts{};
  std::vector<Bytes> blocks{};
};

[[nodiscard]] Bytes write_sealed_day(const SealedDay& day);
// damaged: not exactly what write_sealed_day would write. Looks into no block and at no signature.
[[nodiscard]] Result<SealedDay> read_sealed_day(BytesView file);

}  // namespace doorstep::cli
