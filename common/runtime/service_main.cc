#include "common/runtime/service_main.h"

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <optional>

#include "common/runtime/descriptors.h"
#include "common/runtime/logging.h"
#include "common/runtime/memory.h"
#include "common/runtime/system_random.h"

namespace doorstep::runtime {
namespace {

std::optional<std::string> data_folder_of(int count, char** arguments) {
  if (count == 3 && std::string_view{arguments[1]} == "--data") return arguments[2];
  std::string given = data_folder_in_environment();
  if (count != 1 || given.empty()) return std::nullopt;
  return given;
}

}  // namespace

std::string data_folder_in_environment() {
  const char* const given = std::getenv("DOORSTEP_DATA");
  return given == nullptr ? std::string{} : std::string{given};
}

int run_service(std::string_view name, const std::function<Result<int>(StopSignal& stop)>& run) {
  StopSignal stop;
  keep_freed_memory();
  draw_table_secret();
  raise_descriptor_limit();
  start_logging(name);
  try {
    const auto code = run(stop);
    if (code) return *code;
    log_error(code.error().message);
    if (code.error().code == ErrorCode::damaged) return exit_damaged;
    if (code.error().code == ErrorCode::conflict) return exit_contradicted;
  } catch (const std::exception& error) {
    log_error(error.what());
  }
  return exit_failed;
}

int service_main(int count, char** arguments, std::string_view name,
                 const std::function<Result<int>(const std::string& data, StopSignal& stop)>& run) {
  const auto data = data_folder_of(count, arguments);
  if (!data) {
    std::fprintf(stderr,
                 "usage: doorstep-%s --data DIR\n"
                 "Without it, DOORSTEP_DATA names the data folder. There are no other options.\n",
                 std::string{name}.c_str());
    return exit_usage;
  }
  return run_service(name, [&](StopSignal& stop) { return run(*data, stop); });
}

}  // namespace doorstep::runtime
