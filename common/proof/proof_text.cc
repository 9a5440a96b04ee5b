#include "common/proof/proof_text.h"

#include <algorithm>

#include "common/proof/base64.h"
#include "common/proof/note.h"

namespace doorstep::proof {
namespace {

constexpr std::string_view inclusion_header = "c2sp.org/tlog-proof@v1";
constexpr std::string_view extra_start = "extra ";
constexpr std::string_view index_start = "index ";
constexpr std::string_view old_start = "old ";
constexpr std::size_t inclusion_hashes_max = 64;
constexpr std::size_t consistency_hashes_max = 63;  // tlog-witness

std::unexpected<Error> no_proof(const char* why) {
  return failure(ErrorCode::invalid, std::string{"read a proof: "} + why);
}

void add_hashes(std::string& text, const std::vector<Sha256>& hashes) {
  for (const Sha256& hash : hashes) text += to_base64(hash) + "\n";
}

// The hashes and the empty line after them. nullopt: something else, or too many.
std::optional<std::vector<Sha256>> take_hashes(std::string_view& text, std::size_t max) {
  std::vector<Sha256> hashes;
  while (text.find('\n') != std::string_view::npos) {
    const std::string_view line = take_line(text);
    if (line.empty()) return hashes;
    const auto bytes = from_base64(line);
    if (hashes.size() == max || !bytes || bytes->size() != sizeof(Sha256)) return std::nullopt;
    std::ranges::copy(*bytes, hashes.emplace_back().begin());
  }
  return std::nullopt;
}

}  // namespace

std::string to_string(const InclusionText& proof) {
  std::string text{inclusion_header};
  text += '\n';
  if (proof.extra) {
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(proof.extra->data());
    text += std::string{extra_start} + to_base64({bytes, proof.extra->size()}) + "\n";
  }
  text += std::string{index_start} + std::to_string(proof.index) + "\n";
  add_hashes(text, proof.hashes);
  text += '\n';
  return text += proof.checkpoint;
}

Result<InclusionText> parse_inclusion(std::string_view text) {
  InclusionText proof;
  if (take_line(text) != inclusion_header) return no_proof("it does not begin as a tlog-proof");
  std::string_view line = take_line(text);
  if (line.starts_with(extra_start)) {
    const auto bytes = from_base64(line.substr(extra_start.size()));
    if (!bytes) return no_proof("its extra data is not base64");
    const auto view = std::as_bytes(std::span{*bytes});
    proof.extra = Bytes(view.begin(), view.end());
    line = take_line(text);
  }
  if (!line.starts_with(index_start)) return no_proof("its index is missing");
  const auto index = parse_number(line.substr(index_start.size()));
  if (!index) return no_proof("its index is no number");
  auto hashes = take_hashes(text, inclusion_hashes_max);
  if (!hashes) return no_proof("its hashes are not lines of base64 before an empty line");
  proof.index = *index;
  proof.hashes = std::move(*hashes);
  proof.checkpoint = text;
  return proof;
}

std::string to_string(const ConsistencyText& proof) {
  std::string text = std::string{old_start} + std::to_string(proof.old_size) + "\n";
  add_hashes(text, proof.hashes);
  text += '\n';
  return text += proof.checkpoint;
}

Result<ConsistencyText> parse_consistency(std::string_view text) {
  const std::string_view line = take_line(text);
  if (!line.starts_with(old_start)) return no_proof("its old size is missing");
  const auto old_size = parse_number(line.substr(old_start.size()));
  if (!old_size) return no_proof("its old size is no number");
  auto hashes = take_hashes(text, consistency_hashes_max);
  if (!hashes) return no_proof("its hashes are not lines of base64 before an empty line");
  return ConsistencyText{
      .old_size = *old_size, .hashes = std::move(*hashes), .checkpoint = std::string{text}};
}

}  // namespace doorstep::proof
