// What the command line needs to check the log's own words: the log's key and its witnesses. Errors
// are values.
#pragma once

#include <string>

#include "common/domain/result.h"
#include "common/proof/checkpoint.h"
#include "common/proof/policy.h"
#include "common/runtime/data_folder.h"

namespace doorstep::cli {

// The installation's signing key.
[[nodiscard]] Result<Ed25519Key> signing_key(const runtime::DataFolder& folder);
// Empty where there is no such file. invalid: it is not a policy; the message names the line.
[[nodiscard]] Result<proof::Policy> witness_policy(const runtime::DataFolder& folder);
// damaged: not a checkpoint under that key.
[[nodiscard]] Result<proof::Checkpoint> check_note(const runtime::DataFolder& folder,
                                                   std::string_view note);
[[nodiscard]] std::vector<proof::VerifierKey> keys_of(const proof::Policy& policy);

}  // namespace doorstep::cli
