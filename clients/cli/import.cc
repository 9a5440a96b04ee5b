// area|household|worker|responsibility import FILE: a county's lists.
#include <poll.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "clients/cli/command.h"
#include "clients/cli/import_file.h"

namespace doorstep::cli {
namespace {

constexpr int wait_ms = 1'000;
constexpr int waits_max = 60;  // a minute for intake or the log to come back
constexpr std::size_t errors_shown = 50;

std::string counts(const ImportReport& report) {
  return std::to_string(report.rows) + " rows: " + std::to_string(report.landed) + " landed, " +
         std::to_string(report.unchanged) + " unchanged, " + std::to_string(report.rejected) +
         " rejected";
}

void show_errors(const ImportReport& report) {
  std::size_t shown = 0;
  for (const RowError& error : report.errors) {
    if (shown++ == errors_shown) {
      tell("… and more; --json prints up to " + std::to_string(ImportReport::errors_max));
      return;
    }
    tell("row " + std::to_string(error.row) + ", " + error.column + " \"" + error.value +
         "\": " + error.en + " / " + error.zh);
  }
}

ExitCode import(const Invocation& invocation, const std::string& what, const std::string& file) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) return fail(invocation, {ErrorCode::not_found, "no file " + file + " to read"});
  }
  IntakeClient intake{folder->endpoints().intake_port};
  int waits = 0;
  std::uint64_t told = 0;
  const auto report = import_csv(intake, what, file == "-" ? std::cin : opened,
                                 [&](const ImportReport& so_far, const Error* waits_for) {
                                   if (!waits_for) {
                                     waits = 0;
                                     if (so_far.rows >= told + 50'000) {
                                       tell(counts(so_far));
                                       told = so_far.rows;
                                     }
                                     return true;
                                   }
                                   if (++waits > waits_max) return false;
                                   if (waits == 1)
                                     tell("waiting for intake: " + waits_for->message);
                                   poll(nullptr, 0, wait_ms);
                                   return true;
                                 });
  if (!report) return fail(invocation, report.error());
  if (invocation.json || invocation.ndjson) {
    print(to_json(*report));
  } else {
    show_errors(*report);
    print(counts(*report));
  }
  return report->rejected == 0 ? ExitCode::ok : ExitCode::failed;
}

void add_list(CLI::App& app, Invocation& invocation, const std::string& noun,
              const std::string& list, const std::string& what) {
  auto* command = app.add_subcommand(noun, what);
  command->require_subcommand(1);
  auto* verb = command->add_subcommand(
      "import", "Bring in a CSV file (UTF-8 or GB18030); running it twice changes nothing");
  const auto file = std::make_shared<std::string>();
  verb->add_option("file", *file, "the file; - for standard input")->required();
  verb->callback([&invocation, list, file] {
    invocation.run = [&, list, file] { return import(invocation, list, *file); };
  });
}

}  // namespace

void add_import(CLI::App& app, Invocation& invocation) {
  add_list(app, invocation, "area", "areas", "The county's places");
  add_list(app, invocation, "household", "households", "Dwellings and the households in them");
  add_list(app, invocation, "worker", "workers", "Who knocks");
  add_list(app, invocation, "responsibility", "responsibilities", "Who answers for whom");
}

}  // namespace doorstep::cli
