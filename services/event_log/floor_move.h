// The duty that moves the floor: folds the blocks that are to go into a base, has that on disk,
// tells those who read blocks, and only then lets the blocks be deleted. One thread: step().
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "common/runtime/service.h"
#include "services/event_log/consolidation.h"
#include "services/event_log/floor_base.h"
#include "services/event_log/log_index.h"

namespace doorstep::event_log {

class FloorMove final : public Service {
 public:
  struct Limits {
    int blocks_per_step{4};
    std::size_t requests_per_write{16 * 1024};
    std::uint64_t told_every{1'000'000};  // events
  };
  struct Outside {
    BlockStore& store;
    const LogIndex& index;
    Consolidation& consolidation;
    FloorNews& news;
  };
  // What the operator should read.
  using Say = std::function<void(const std::string&)>;

  // What `outside` names must outlive it.
  FloorMove(Outside outside, LogId log, Say say, Limits limits);
  FloorMove(Outside outside, LogId log, Say say)
      : FloorMove{outside, log, std::move(say), Limits{}} {}

  // damaged, io: what is to go cannot be read, or the floor not be written; the process must end.
  [[nodiscard]] Result<Work> step(Now now) override;
  // What was not durable is forgotten: the floor stays.
  void drain() override { draining_ = true; }

 private:
  [[nodiscard]] Result<Work> begin(Position wanted);
  [[nodiscard]] Outcome fold_some();
  [[nodiscard]] Outcome keep_requests();
  [[nodiscard]] Outcome move();
  [[nodiscard]] Outcome drop();

  Outside outside_;
  LogId log_;
  Say say_;
  Limits limits_{};
  Position floor_{};                 // where it is to be
  std::optional<FloorFold> fold_{};  // on its way there
  Position told_{};
  bool is_announced_{};
  bool draining_{};
};

}  // namespace doorstep::event_log
