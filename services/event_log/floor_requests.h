// Who asks for the floor to be moved, whether it may, and the answer, which comes once what is
// below is gone. One thread: the command thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "common/seam/messages.h"
#include "services/event_log/floor_news.h"

namespace doorstep::event_log {

class FloorRequests {
 public:
  // Of the log, when it is asked.
  struct Facts {
    bool account_may{};
    Position durable{};
    Position signed_to{};
    Milliseconds served_for{};  // since the log began to serve
  };
  struct Limits {
    std::uint64_t kept_min{};  // so many of the newest events always stay
    // After a start, until those who read before are back and have said what they need.
    Milliseconds readers_return_within{10'000};
  };
  using Answer = std::pair<PeerId, wire::Reply>;

  // `news` must outlive it.
  FloorRequests(FloorNews& news, Limits limits) : news_{news}, limits_{limits} {}

  // nullopt: take_answer() has it later.
  [[nodiscard]] std::optional<wire::Reply> ask(PeerId peer, std::uint64_t number, Position wanted,
                                               const Facts& facts);
  // `is_draining`: whoever waits is told to ask again.
  [[nodiscard]] std::optional<Answer> take_answer(bool is_draining);

  // Not null once after each move. From then on nothing below is read: call it before reading.
  [[nodiscard]] std::shared_ptr<const FloorTree> moved();
  [[nodiscard]] Position position() const { return news_.position(); }

 private:
  FloorNews& news_;
  Limits limits_{};
  Position known_{};
  std::optional<std::pair<PeerId, std::uint64_t>> waiting_{};
};

}  // namespace doorstep::event_log
