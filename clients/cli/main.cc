// The command line: which commands there are is put together here, what they do is in a file each.
#include <CLI/CLI.hpp>
#include <exception>
#include <filesystem>
#include <sstream>

#include "clients/cli/arguments.h"
#include "clients/cli/command.h"
#include "common/runtime/memory.h"
#include "common/runtime/system_random.h"

namespace {

using doorstep::cli::ExitCode;
using doorstep::cli::Invocation;

std::string_view without_last_end(std::string_view lines) {
  if (lines.ends_with('\n')) lines.remove_suffix(1);
  return lines;
}

ExitCode run(int argc, char** argv, Invocation& invocation) {
  CLI::App app{
      "Doorstep: which doors of a county were knocked on, what was found, and how it is known.\n"
      "Data goes to stdout, everything else to stderr. Exit codes: 0 ok, 1 failed, 2 usage,\n"
      "3 not found, 4 conflict, 5 unavailable, 6 verification failed, 7 denied, 130 interrupted.",
      "doorstep"};
  app.fallthrough();
  app.require_subcommand(1);
  doorstep::cli::as_path(app.add_option("--data", invocation.data, "the data folder"))
      ->envname("DOORSTEP_DATA");
  app.add_flag("--json", invocation.json, "results as one JSON document");
  app.add_flag("--ndjson", invocation.ndjson, "results as one JSON document a line");
  app.set_version_flag("--version", "doorstep 0.1.0");

  add_installation(app, invocation);
  add_import(app, invocation);
  add_campaign(app, invocation);
  add_event(app, invocation);
  add_consumer(app, invocation);
  add_coverage(app, invocation);
  add_day(app, invocation);
  add_log(app, invocation);
  add_field(app, invocation);

  std::ostringstream words;
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    app.exit(asked_for_help, words, words);
    doorstep::cli::print_lines(without_last_end(words.view()));
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) {
    app.exit(error, words, words);
    doorstep::cli::tell_lines(without_last_end(words.view()));
    return ExitCode::usage;
  }
  if (const auto problem = doorstep::cli::unreadable_text(app)) {
    return wrong_usage(invocation, *problem);
  }
  if (invocation.needs_data && invocation.data.empty()) {
    return wrong_usage(invocation,
                       "no data folder given: say --data DIR or set DOORSTEP_DATA to it");
  }
  return invocation.run();
}

}  // namespace

int main(int argc, char** argv) {
  doorstep::cli::begin_output();
  doorstep::runtime::keep_freed_memory();
  doorstep::runtime::draw_table_secret();
  Invocation invocation{};
  std::error_code unknown;
  invocation.program = std::filesystem::read_symlink("/proc/self/exe", unknown);
  ExitCode code = ExitCode::failed;
  try {
    code = run(argc, argv, invocation);
  } catch (const std::exception& error) {
    doorstep::cli::tell_lines("doorstep: " + std::string{error.what()});
  }
  return static_cast<int>(doorstep::cli::end(invocation, code));
}
