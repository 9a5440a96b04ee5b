// One question to the log's `cmd` socket and its answer: checkpoints, proofs and what else is not
// an append. Waits, and asks again each second. One thread.
#pragma once

#include <memory>
#include <utility>

#include "clients/cli/connection.h"
#include "clients/cli/exit_code.h"

namespace doorstep::cli {

class LogAsking {
 public:
  [[nodiscard]] static Result<LogAsking> open(const runtime::DataFolder& folder);

  // unavailable: no answer in time. A refusal is an error with the log's own words.
  [[nodiscard]] Result<wire::Reply> ask(wire::Request request,
                                        Milliseconds give_up_after = Milliseconds{10'000});
  // What was asked for, or invalid where the log answers something else.
  template <class What>
  [[nodiscard]] Result<What> ask_for(wire::Request request,
                                     Milliseconds give_up_after = Milliseconds{10'000}) {
    auto reply = ask(std::move(request), give_up_after);
    if (!reply) return std::unexpected(std::move(reply.error()));
    if (auto* what = std::get_if<What>(&reply->what)) return std::move(*what);
    return failure(ErrorCode::invalid, "the log answered something else than what was asked");
  }
  [[nodiscard]] Connection& connection() { return *connection_; }

 private:
  explicit LogAsking(std::unique_ptr<Connection> connection) : connection_{std::move(connection)} {}
  std::unique_ptr<Connection> connection_;
  std::uint64_t next_number_{1};
};

}  // namespace doorstep::cli
