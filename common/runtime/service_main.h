// What the main() of each service does. Most are `doorstep-NAME --data DIR`, or the folder in
// DOORSTEP_DATA.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "common/domain/result.h"
#include "common/runtime/loop.h"

namespace doorstep::runtime {

inline constexpr int exit_failed = 1;
inline constexpr int exit_usage = 2;
// What it was started on contradicts itself (keys and accounts, record and clock): `doorstep up`
// does not start it again, and says its last word.
inline constexpr int exit_contradicted = 4;
// An operator must look at it: `doorstep up` does not start it again.
inline constexpr int exit_damaged = 6;

// Makes the process ready (signals, memory, tables, open files, log lines under `name`) and runs
// it; gives its exit code. An error of `run` is logged: exit_damaged where something stored is,
// exit_contradicted for a conflict, else exit_failed.
[[nodiscard]] int run_service(std::string_view name,
                              const std::function<Result<int>(StopSignal& stop)>& run);
// DOORSTEP_DATA; empty: it is not set.
[[nodiscard]] std::string data_folder_in_environment();
// The same for one that is told nothing but its data folder; exit_usage where it is told otherwise.
[[nodiscard]] int service_main(
    int count, char** arguments, std::string_view name,
    const std::function<Result<int>(const std::string& data, StopSignal& stop)>& run);

}  // namespace doorstep::runtime
