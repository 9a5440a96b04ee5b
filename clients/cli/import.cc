// area|household|worker|responsibility import FILE: a county's lists.
#include <poll.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>

#include "clients/cli/arguments.h"
#include "clients/cli/command.h"
#include "clients/cli/import_file.h"

namespace doorstep::cli {
namespace {

constexpr int ask_each_ms = 200;
constexpr int wait_ms = 1'000;
constexpr int waits_max = 60;       // a minute for intake or the log to come back
constexpr int told_each_asks = 25;  // five seconds
constexpr std::size_t errors_shown = 50;

std::string counted(const ImportCounts& counts) {
  return std::to_string(counts.rows) + " rows: " + std::to_string(counts.landed) + " landed, " +
         std::to_string(counts.unchanged) + " unchanged, " + std::to_string(counts.rejected) +
         " rejected";
}

void show(const ImportReport& report) {
  if (report.title_rows > 0) {
    tell("the headings are in row " + std::to_string(report.title_rows + 1) +
         "; what stands above was passed over");
  }
  std::size_t shown = 0;
  for (const RowError& error : report.errors) {
    if (shown++ == errors_shown) {
      tell("… and more; --json prints up to 5000");
      return;
    }
    const std::string cell =
        error.column.empty() ? "" : ", " + error.column + " \"" + error.value + '"';
    tell("row " + std::to_string(error.row) + cell + ": " + error.en + " / " + error.zh);
  }
}

Result<std::string> read_file(const std::string& file) {
  std::ifstream opened;
  if (file != "-") {
    opened.open(file, std::ios::binary);
    if (!opened) return failure(ErrorCode::not_found, "no file " + file + " to read");
  }
  std::istream& in = file == "-" ? std::cin : opened;
  std::string bytes(list_bytes_max + 1, '\0');
  in.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (in.bad()) return failure(ErrorCode::io, "reading " + file + " failed");
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  if (bytes.size() <= list_bytes_max) return bytes;
  return failure(ErrorCode::too_large, file + " is larger than " +
                                           std::to_string(list_bytes_max / 1024 / 1024) +
                                           " MiB: import the list as several files");
}

// Says now and then how far it is, and gives intake and the log a minute to come back.
class Patience {
 public:
  bool operator()(const ImportProgress& progress, const Error* waits_for) {
    if (waits_for) {
      if (++waits_ > waits_max) return false;
      if (waits_ == 1) tell("waiting for intake: " + waits_for->message);
      poll(nullptr, 0, wait_ms);
      return true;
    }
    waits_ = 0;
    if (++asks_ % told_each_asks == 0) {
      tell(progress.state + ": " +
           (progress.state == "landing" ? counted(progress.counts)
                                        : std::to_string(progress.rows_read) + " rows read"));
    }
    poll(nullptr, 0, ask_each_ms);
    return true;
  }

 private:
  int waits_{};
  int asks_{};
};

ExitCode import(const Invocation& invocation, ListToImport list, const std::string& file) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  auto bytes = read_file(file);
  if (!bytes) return fail(invocation, bytes.error());
  list.bytes = *std::move(bytes);
  IntakeClient intake{folder->endpoints().intake_port};
  const auto report = import_list(intake, list, Patience{});
  if (!report) return fail(invocation, report.error());
  if (invocation.json || invocation.ndjson) {
    acknowledge(report->json);
  } else {
    show(*report);
    acknowledge(counted(report->counts));
  }
  return report->counts.rejected == 0 ? ExitCode::ok : ExitCode::failed;
}

void add_list(CLI::App& app, Invocation& invocation, const std::string& noun,
              const std::string& what, const std::string& described) {
  auto* command = app.add_subcommand(noun, described);
  command->require_subcommand(1);
  auto* verb = command->add_subcommand(
      "import", "Bring in a CSV file (UTF-8 or GB18030); running it twice changes nothing");
  const auto file = std::make_shared<std::string>();
  const auto list = std::make_shared<ListToImport>(ListToImport{.what = what});
  as_path(verb->add_option("file", *file, "the file; - for standard input"))->required();
  verb->add_option("--encoding", list->encoding,
                   "utf-8 or gb18030 (GBK); left out, the file itself shows it")
      ->check(CLI::IsMember({"utf-8", "gb18030", "gbk"}, CLI::ignore_case));
  if (what == "households") {
    verb->add_flag("--returned", list->returned,
                   "withdrawn households on the list are back: register them again");
  }
  if (what != "areas") {
    verb->add_flag("--keys-are-new", list->keys_are_new,
                   "take keys that differ from known ones by zeros in front only as others");
  }
  verb->callback([&invocation, list, file] {
    invocation.run = [&, list, file] { return import(invocation, *list, *file); };
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
