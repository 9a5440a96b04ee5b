// The command line's way to the log and to aggregation: CURVE with the account "cli". Everything
// here waits for its answer, at most for the time it is given. One thread.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "common/domain/result.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/service.h"
#include "common/seam/clock.h"
#include "common/seam/messages.h"
#include "common/wire/board_protocol.h"

namespace doorstep::cli {

class Connection {
 public:
  enum class To : std::uint8_t { log_cmd, log_feed, aggregation };

  // `wake_fds` (a stop signal's, standard input) end a wait() early.
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(
      const runtime::DataFolder& folder, To to, const std::vector<int>& wake_fds = {});
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] Messages& messages();
  [[nodiscard]] Now now() const;
  // Sleeps until a message is there or a wake_fd is readable, at most for `max`.
  void wait(Milliseconds max);
  void wait_for_message(Milliseconds max);  // whatever the wake_fds say

  // Asks aggregation, again each second, until it answers. not_found and invalid are its own words.
  [[nodiscard]] Result<wire::Answer> ask(wire::Question question,
                                         Milliseconds give_up_after = Milliseconds{10'000});

 private:
  struct Parts;
  explicit Connection(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace doorstep::cli
