// What every command shares: the options before and after it, where results and complaints go, and
// how it ends. Commands register themselves; what they do runs after the whole line was understood.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>

#include "clients/cli/exit_code.h"
#include "clients/cli/output.h"
#include "common/domain/result.h"
#include "common/runtime/data_folder.h"

namespace CLI {
class App;
}

namespace doorstep::cli {

struct Invocation {
  std::string data{};  // --data or DOORSTEP_DATA
  bool json{};
  bool ndjson{};
  bool needs_data{true};            // false: the chosen command works without a data folder
  std::filesystem::path program{};  // this executable
  std::function<ExitCode()> run{};  // the chosen command
};

// One for each noun; `invocation` outlives the app.
void add_installation(CLI::App& app, Invocation& invocation);  // init, up, status
void add_import(CLI::App& app, Invocation& invocation);        // area|household|… import
void add_campaign(CLI::App& app, Invocation& invocation);      // campaign open, round open|close
void add_event(CLI::App& app, Invocation& invocation);         // event append|read|tail
void add_consumer(CLI::App& app, Invocation& invocation);      // consumer ls
void add_coverage(CLI::App& app, Invocation& invocation);      // coverage get, task ls
void add_day(CLI::App& app, Invocation& invocation);           // day replay
void add_log(CLI::App& app, Invocation& invocation);           // log …, see log_verbs.h
void add_field(CLI::App& app, Invocation& invocation);         // field simulate

// Says what went wrong on stderr (as an RFC 9457 object with --json) and gives the exit code for
// it.
[[nodiscard]] ExitCode fail(const Invocation& invocation, const Error& error);

// The same for a command line that cannot be meant.
[[nodiscard]] ExitCode wrong_usage(const Invocation& invocation, std::string message);

// The last thing that main does: an exit code of ok becomes failed where results were lost.
[[nodiscard]] ExitCode end(const Invocation& invocation, ExitCode code);

// Pre-condition: main saw that one is given.
[[nodiscard]] Result<runtime::DataFolder> open_data(const Invocation& invocation);

}  // namespace doorstep::cli
