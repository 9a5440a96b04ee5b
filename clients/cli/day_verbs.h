// The verbs of `doorstep day` that have a file of their own.
#pragma once

#include "clients/cli/command.h"

namespace doorstep::cli {

void add_day_seal(CLI::App& noun, Invocation& invocation);
void add_day_verify(CLI::App& noun, Invocation& invocation);

}  // namespace doorstep::cli
