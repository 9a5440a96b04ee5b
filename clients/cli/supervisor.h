// Runs the five services of one data folder: starts them in the order of the flow, starts again
// what dies (never a log that says it is damaged), and stops them so that nothing accepted is left
// undone. One thread, which must stay the process's first: the services die with it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <vector>

#include "clients/cli/child_process.h"
#include "clients/cli/exit_code.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/loop.h"
#include "common/seam/clock.h"

namespace doorstep::cli {

class Supervisor {
 public:
  // A service that ends with this says that going on could do harm: the log is damaged.
  static constexpr int damaged_exit_code = static_cast<int>(ExitCode::verification_failed);

  // What it was started on contradicts itself: only an operator can say which is right.
  static constexpr int contradicted_exit_code = static_cast<int>(ExitCode::conflict);

  // All must outlive the supervisor. `programs` is the folder with the services' executables.
  Supervisor(const runtime::DataFolder& folder, std::filesystem::path programs, const Clock& clock,
             runtime::StopSignal& stop);

  // Starts all and waits until each answers. interrupted: asked to stop meanwhile. After an error
  // whatever had started is stopped again.
  [[nodiscard]] Outcome start();
  // Before start(): the log starts although the clock contradicts its record, also where it died
  // and is started again.
  void accept_clock();
  // Keeps them running until asked to stop, then stops them. An error: one cannot go on.
  [[nodiscard]] Outcome keep();
  [[nodiscard]] bool was_interrupted() const { return interrupted_; }

 private:
  struct Service;
  [[nodiscard]] Outcome start_service(Service& service);
  [[nodiscard]] Outcome write_pid(Service& service);
  [[nodiscard]] Outcome wait_until_healthy(Service& service);
  [[nodiscard]] Outcome look_after(Service& service);
  [[nodiscard]] std::optional<Error> why_not_again(const Service& service, int exit_code) const;
  void stop_all();
  void pause(Milliseconds time);

  const runtime::DataFolder& folder_;
  std::filesystem::path programs_{};
  const Clock& clock_;
  runtime::StopSignal& stop_;
  std::vector<Service> running_;
  bool interrupted_{};

 public:
  ~Supervisor();
};

}  // namespace doorstep::cli
