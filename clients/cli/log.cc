// log: the log as such. Each file of verbs registers itself here.
#include <CLI/CLI.hpp>

#include "clients/cli/command.h"
#include "clients/cli/log_verbs.h"

namespace doorstep::cli {

void add_log(CLI::App& app, Invocation& invocation) {
  auto* noun = app.add_subcommand(
      "log", "The log: signed head, proofs, witnesses, checks, backups, what is kept");
  noun->require_subcommand(1);
  add_log_checkpoint(*noun, invocation);
  add_log_prove(*noun, invocation);
  add_log_cosign(*noun, invocation);
  add_log_verify(*noun, invocation);
  add_log_backup(*noun, invocation);
  add_log_restore(*noun, invocation);
  add_log_floor(*noun, invocation);
}

}  // namespace doorstep::cli
