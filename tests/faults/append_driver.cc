// append_driver FOLDER [--acknowledge-early]: lives once on FOLDER and writes each acknowledgement,
// "index first last", as one line to standard output. What reached the pipe was said.
#include <unistd.h>

#include <string>
#include <string_view>

#include "tests/faults/append_workload.h"

int main(int count, char** arguments) {
  using namespace doorstep;
  if (count < 2) return 2;
  const bool early = count > 2 && std::string_view{arguments[2]} == "--acknowledge-early";
  const auto lived = faults::live(
      arguments[1],
      early ? faults::Acknowledge::before_it_is_written : faults::Acknowledge::when_durable,
      [](std::size_t index, const wire::Appended& appended) {
        const std::string line = std::to_string(index) + " " +
                                 std::to_string(number(appended.first)) + " " +
                                 std::to_string(number(appended.last)) + "\n";
        if (write(STDOUT_FILENO, line.data(), line.size()) < 0) _exit(3);
      });
  if (lived) return 0;
  const std::string message = lived.error().message + "\n";
  static_cast<void>(!write(STDERR_FILENO, message.data(), message.size()));
  return 1;
}
