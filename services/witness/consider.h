// What a witness says to a checkpoint (c2sp.org/tlog-witness, add-checkpoint): cosigned, or why
// not. Pure: the one place that decides. The state that it returns must be on disk before the
// answer leaves.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/proof/checkpoint.h"
#include "common/proof/policy.h"

namespace doorstep::witness {

// Who signs, and when it is.
struct Signer {
  const std::string& name;
  const Ed25519Key& key;
  std::uint64_t time{};  // seconds since 1970
};

// The largest tree cosigned of one log; size 0: none yet.
struct Seen {
  proof::TreeHead head{};
  std::string note{};  // with the log's signature and our cosignature
  bool operator==(const Seen&) const = default;
};

struct Verdict {
  int status{};
  std::string content_type{"text/plain; charset=utf-8"};
  std::string body{};
  std::optional<Seen> seen{};  // with status 200: what is true from now on
};

// Of which log the body speaks. nullopt: it is malformed.
[[nodiscard]] std::optional<std::string> origin_in(std::string_view body);
// `seen`: of that log, nullopt where there is nothing yet.
[[nodiscard]] Verdict consider(std::string_view body, const proof::Policy& policy,
                               const std::optional<Seen>& seen, const Signer& signer);

}  // namespace doorstep::witness
