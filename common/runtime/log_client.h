// The way to the log's `cmd` socket that every service uses: appends with answers, looked up by
// appendId. A request without an answer, or one that the log is too busy for, is sent again under
// the same appendId, so that nothing lands twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>

#include "common/runtime/service.h"
#include "common/seam/messages.h"
#include "common/wire/bundle.h"
#include "common/wire/log_protocol.h"

namespace doorstep::runtime {

class LogClient {
 public:
  struct Limits {
    std::size_t in_flight_max{1024};
    Milliseconds resend_after{2'000};
    Milliseconds give_up_after{20'000};  // then the answer is no_answer: it may still have landed
  };
  template <class T>
  using Answered = std::move_only_function<void(std::expected<T, wire::Refused>)>;

  // `cmd` must outlive the client. One thread.
  LogClient(Messages& cmd, Limits limits);
  explicit LogClient(Messages& cmd) : LogClient{cmd, Limits{}} {}
  ~LogClient();
  LogClient(const LogClient&) = delete;
  LogClient& operator=(const LogClient&) = delete;

  // False while in_flight_max requests wait: the caller keeps its work and tries after a step.
  [[nodiscard]] bool accepts() const;
  [[nodiscard]] std::size_t in_flight() const;

  // Pre-condition: accepts(). `answered` is called once, from a later step(); it may call these
  // again. What `append` views is copied before it returns.
  void append(const wire::AppendView& append, Answered<wire::Appended> answered);
  void lookup(AppendId append_id, Answered<wire::Found> answered);
  void describe(Answered<wire::Described> answered);

  [[nodiscard]] Work step(Now now);

 private:
  struct Pending;
  struct Requests;
  void submit(wire::RequestView request, std::move_only_function<void(wire::Reply)> answered);
  void accept(wire::Reply reply, Now now);
  void send_fresh(Now now);
  void send_due(Now now);
  wire::BundledMessages cmd_;
  Limits limits_{};
  std::unique_ptr<Requests> requests_;
};

}  // namespace doorstep::runtime
