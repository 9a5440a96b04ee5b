// What the log does beside serving, on a thread of its own and with low priority: duties that are
// stepped in turn. One thread: step().
#pragma once

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "common/runtime/service.h"

namespace doorstep::event_log {

class Upkeep final : public Service {
 public:
  void take_on(std::unique_ptr<Service> duty) { duties_.push_back(std::move(duty)); }

  [[nodiscard]] Result<Work> step(Now now) override {
    Work all = Work::idle;
    for (const auto& duty : duties_) {
      const auto work = duty->step(now);
      if (!work) return work;
      if (*work == Work::done) all = Work::done;
    }
    return all;
  }
  void drain() override {
    for (const auto& duty : duties_) duty->drain();
  }
  [[nodiscard]] bool drained() const override {
    return std::ranges::all_of(duties_, [](const auto& duty) { return duty->drained(); });
  }

 private:
  std::vector<std::unique_ptr<Service>> duties_{};
};

}  // namespace doorstep::event_log
