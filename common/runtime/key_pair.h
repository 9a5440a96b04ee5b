// Makes the keys of an installation: CURVE pairs for messages (Curve25519, Z85 text) and the
// Ed25519 key that signs the log's head.
#pragma once

#include <string>

#include "common/domain/result.h"
#include "common/runtime/data_folder.h"

namespace doorstep::runtime {

[[nodiscard]] Result<KeyPair> make_curve_key_pair();
// A private key in PEM (PKCS #8).
[[nodiscard]] Result<std::string> make_signing_key();

}  // namespace doorstep::runtime
