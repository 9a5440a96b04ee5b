// The command line: which commands there are is put together here, what they do is in a file each.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <filesystem>

#include "clients/cli/command.h"
#include "common/runtime/memory.h"
#include "common/runtime/system_random.h"

namespace {

using doorstep::cli::ExitCode;
using doorstep::cli::Invocation;

int run(int argc, char** argv) {
  Invocation invocation{};
  std::error_code unknown;
  invocation.program = std::filesystem::read_symlink("/proc/self/exe", unknown);

  CLI::App app{
      "Doorstep: which doors of a county were knocked on, what was found, and how it is known.\n"
      "Data goes to stdout, everything else to stderr. Exit codes: 0 ok, 1 failed, 2 usage,\n"
      "3 not found, 4 conflict, 5 unavailable, 6 verification failed, 7 denied, 130 interrupted.",
      "doorstep"};
  app.fallthrough();
  app.require_subcommand(1);
  app.add_option("--data", invocation.data, "the data folder")->envname("DOORSTEP_DATA");
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

  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked_for_help) {
    return app.exit(asked_for_help);
  } catch (const CLI::ParseError& error) {
    app.exit(error, std::cerr, std::cerr);
    return static_cast<int>(ExitCode::usage);
  }
  if (invocation.needs_data && invocation.data.empty()) {
    return static_cast<int>(doorstep::cli::wrong_usage(
        invocation, "no data folder given: say --data DIR or set DOORSTEP_DATA to it"));
  }
  return static_cast<int>(invocation.run());
}

}  // namespace

int main(int argc, char** argv) {
  doorstep::runtime::keep_freed_memory();
  doorstep::runtime::draw_table_secret();
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "doorstep: %s\n", error.what());
    return static_cast<int>(ExitCode::failed);
  }
}
