// Which logs and witnesses are known, as lines of text (c2sp.org/tlog-policy): `log VKEY [URL]` and
// `witness NAME VKEY [URL]`. Groups and the quorum are for those who decide what to believe; here
// they are passed over. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/domain/result.h"
#include "common/proof/note.h"

namespace doorstep::proof {

struct KnownLog {
  VerifierKey key{};  // its name is the log's origin
  std::string url{};  // empty: not said
  int line{};
};
struct KnownWitness {
  std::string name{};  // within the policy only
  VerifierKey key{};
  std::string url{};  // what add-checkpoint is asked under
};
struct Policy {
  std::vector<KnownLog> logs{};
  std::vector<KnownWitness> witnesses{};
};

// invalid: names the line and what is wrong with it.
[[nodiscard]] Result<Policy> parse_policy(std::string_view text);

}  // namespace doorstep::proof
