// The verbs of `doorstep log`, one function for each file of them.
#pragma once

#include "clients/cli/command.h"

namespace doorstep::cli {

void add_log_checkpoint(CLI::App& noun, Invocation& invocation);  // checkpoint, vkey

}  // namespace doorstep::cli
