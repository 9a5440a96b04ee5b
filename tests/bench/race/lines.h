// Many connections of a peer on one thread, each with some requests in flight: the cheapest client
// there is, so that the peer gets as much of the machine as ours does.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "tests/bench/race/measure.h"
#include "tests/bench/race/payload.h"

namespace doorstep::bench {

class Line {
 public:
  virtual ~Line() = default;
  [[nodiscard]] virtual int fd() const = 0;
  virtual void queue(std::span<const Visit> visits) = 0;
  virtual void flush() = 0;
  // Reads what has come; how many requests it answers.
  [[nodiscard]] virtual std::size_t answers() = 0;
};

[[nodiscard]] Figures append_over(std::vector<std::unique_ptr<Line>> lines, const Shape& shape);

}  // namespace doorstep::bench
