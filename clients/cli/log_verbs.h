// The verbs of `doorstep log`, one function for each file of them.
#pragma once

#include "clients/cli/command.h"

namespace doorstep::cli {

void add_log_checkpoint(CLI::App& noun, Invocation& invocation);  // checkpoint, vkey
void add_log_prove(CLI::App& noun, Invocation& invocation);       // prove inclusion|consistency
void add_log_cosign(CLI::App& noun, Invocation& invocation);      // cosign

}  // namespace doorstep::cli
