// log checkpoint: the newest signed head, as the log gives it to anybody.
#include <CLI/CLI.hpp>

#include "clients/cli/log_asking.h"
#include "clients/cli/log_verbs.h"

namespace doorstep::cli {
namespace {

ExitCode checkpoint(const Invocation& invocation) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  auto log = LogAsking::open(*folder);
  if (!log) return fail(invocation, log.error());
  auto newest = log->ask_for<wire::CheckpointNote>({.what = wire::AskCheckpoint{}});
  if (!newest) return fail(invocation, newest.error());
  while (newest->note.ends_with('\n')) newest->note.pop_back();
  print(newest->note);
  return ExitCode::ok;
}

}  // namespace

void add_log_checkpoint(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand("checkpoint", "Print the newest signed checkpoint");
  verb->callback([&invocation] { invocation.run = [&] { return checkpoint(invocation); }; });
}

}  // namespace doorstep::cli
