// The way to aggregation: numbered questions, each answered once. A question without an answer is
// asked again, and given up after a while: aggregation may be starting, or folding what it missed.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "common/domain/result.h"
#include "common/runtime/service.h"
#include "common/seam/messages.h"
#include "common/wire/board_protocol.h"

namespace doorstep::reporting {

class AggregationClient {
 public:
  struct Limits {
    std::size_t in_flight_max{2'048};
    Milliseconds ask_again_after{1'000};
    Milliseconds give_up_after{4'000};  // then the answer is ErrorCode::unavailable
  };
  // NotFound and Invalid are answers; an Error means that there was none.
  using Answered = std::move_only_function<void(Result<wire::Answer>)>;

  // `aggregation` must outlive the client. One thread.
  AggregationClient(Messages& aggregation, Limits limits)
      : aggregation_{aggregation}, limits_{limits} {}
  explicit AggregationClient(Messages& aggregation) : AggregationClient{aggregation, Limits{}} {}
  AggregationClient(const AggregationClient&) = delete;
  AggregationClient& operator=(const AggregationClient&) = delete;

  // `answered` is called once, from a later step(); it may ask again. At the limit the answer is
  // `busy`.
  void ask(decltype(wire::Question::what) what, Answered answered);
  // Waits for a change, however long: answered when something changed after that position.
  void watch(Position after, Answered answered);

  [[nodiscard]] Work step(Now now);

  // What aggregation last said of itself, with any answer.
  struct Heard {
    Milliseconds at{};
    Position as_of{};
    Instant recorded_at{};
    Position head{};
    wire::Edition edition{};
  };
  // nullopt: nothing yet.
  [[nodiscard]] const std::optional<Heard>& heard() const { return heard_; }

 private:
  struct Pending {
    Bytes frame{};
    Answered answered{};
    bool waits_for_change{};
    std::optional<Milliseconds> first_asked{};
    std::optional<Milliseconds> asked{};  // nullopt: not handed over yet
  };

  void submit(decltype(wire::Question::what) what, Answered answered, bool waits_for_change);
  void accept(wire::Answer answer, Now now);
  [[nodiscard]] bool tell_refused();
  void send_due(Now now);
  void give_up(const std::vector<std::uint64_t>& numbers);

  Messages& aggregation_;
  Limits limits_{};
  std::uint64_t next_number_{1};
  std::map<std::uint64_t, Pending> pending_{};  // by number: what was asked first
  std::vector<Answered> refused_{};             // over the limit, to be told so
  std::optional<Heard> heard_{};
};

}  // namespace doorstep::reporting
