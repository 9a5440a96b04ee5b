#include "common/proof/policy.h"

#include <algorithm>

namespace doorstep::proof {
namespace {

std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t start = line.find_first_not_of(" \t");
    if (start == std::string_view::npos) return words;
    line.remove_prefix(start);
    words.push_back(line.substr(0, line.find_first_of(" \t")));
    line.remove_prefix(words.back().size());
  }
}

// Empty: the line was taken. Else what is wrong with it.
std::string take_log(Policy& policy, const std::vector<std::string_view>& words, int number) {
  if (words.size() < 2 || words.size() > 3) return "say log VKEY [URL]";
  const auto key = parse_verifier_key(words[1]);
  if (!key || key->type != SignatureType::ed25519) {
    return "that is no log's verifier key (doorstep log vkey prints one)";
  }
  for (const KnownLog& log : policy.logs) {
    if (log.key.name == key->name) return "that log is there twice";
    if (log.key.key == key->key) {
      return "the same key as line " + std::to_string(log.line) + ": replace that line";
    }
  }
  policy.logs.push_back({*key, std::string{words.size() == 3 ? words[2] : ""}, number});
  return {};
}

std::string take_witness(Policy& policy, const std::vector<std::string_view>& words) {
  if (words.size() < 3 || words.size() > 4) return "say witness NAME VKEY [URL]";
  const auto key = parse_verifier_key(words[2]);
  if (!key || key->type != SignatureType::cosignature_v1) {
    return "that is no witness's verifier key (doorstep-witness init prints one)";
  }
  if (std::ranges::any_of(policy.witnesses, [&](const KnownWitness& witness) {
        return witness.name == words[1] || witness.key.key == key->key;
      })) {
    return "that witness is there twice";
  }
  policy.witnesses.push_back(
      {std::string{words[1]}, *key, std::string{words.size() == 4 ? words[3] : ""}});
  return {};
}

}  // namespace

Result<Policy> parse_policy(std::string_view text) {
  Policy policy;
  for (int number = 1; !text.empty(); ++number) {
    const auto words = words_of(take_line(text));
    if (words.empty() || words.front().starts_with('#')) continue;
    std::string wrong;
    if (words.front() == "log") {
      wrong = take_log(policy, words, number);
    } else if (words.front() == "witness") {
      wrong = take_witness(policy, words);
    } else if (words.front() != "group" && words.front() != "quorum") {
      wrong = "a line begins with log, witness, group or quorum";
    }
    if (!wrong.empty()) {
      return failure(ErrorCode::invalid, "line " + std::to_string(number) + ": " + wrong);
    }
  }
  return policy;
}

}  // namespace doorstep::proof
