// How a command ends, for scripts. Documented in docs/cli.md; never renumbered.
#pragma once

#include "common/domain/result.h"
#include "common/wire/log_protocol.h"

namespace doorstep::cli {

enum class ExitCode : int {
  ok = 0,
  failed = 1,
  usage = 2,
  not_found = 3,
  conflict = 4,
  unavailable = 5,
  verification_failed = 6,
  denied = 7,
  interrupted = 130,
};

[[nodiscard]] ExitCode exit_code_of(ErrorCode code);
[[nodiscard]] Error error_of(const wire::Refused& refused);

}  // namespace doorstep::cli
