// The verbs of `doorstep log`, one function for each file of them.
#pragma once

#include "clients/cli/command.h"

namespace doorstep::cli {

void add_log_checkpoint(CLI::App& noun, Invocation& invocation);  // checkpoint, vkey
void add_log_prove(CLI::App& noun, Invocation& invocation);       // prove inclusion|consistency
void add_log_cosign(CLI::App& noun, Invocation& invocation);      // cosign
void add_log_floor(CLI::App& noun, Invocation& invocation);       // floor
void add_log_verify(CLI::App& noun, Invocation& invocation);      // verify
void add_log_backup(CLI::App& noun, Invocation& invocation);      // backup
void add_log_restore(CLI::App& noun, Invocation& invocation);     // restore

}  // namespace doorstep::cli
