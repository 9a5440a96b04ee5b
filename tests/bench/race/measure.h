// What every load generator of the race shares: its options, its clock and its figures, which it
// prints as one line of JSON for tests/bench/compare.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace doorstep::bench {

// Seconds on a clock that only goes forward.
[[nodiscard]] double now_seconds();
[[noreturn]] void give_up(const std::string& why);
void must(bool done, std::string_view what);

// --name value …
class Options {
 public:
  Options(int count, char** arguments);
  [[nodiscard]] const std::string& verb() const { return verb_; }
  [[nodiscard]] std::string text(const std::string& name, const std::string& otherwise = "") const;
  [[nodiscard]] double number(const std::string& name, double otherwise) const;
  [[nodiscard]] std::size_t count(const std::string& name, std::size_t otherwise) const;

 private:
  std::string verb_{};
  std::map<std::string, std::string> given_{};
};

struct Shape {
  std::size_t connections{1};
  std::size_t in_flight{1};  // on each connection
  std::size_t batch{1};      // events in a request
  double warm_up{0.5};       // seconds that are not counted
  double seconds{3};
  std::size_t events_max{std::numeric_limits<std::size_t>::max()};
};
// With --events N: so many, all counted, and no limit of time.
[[nodiscard]] Shape shape_of(const Options& options);

struct Figures {
  double events{};
  double seconds{};
  std::vector<double> durations{};  // of requests, in seconds
};

// Decides when a measurement ends, and counts what was answered between warm-up and end.
class Meter {
 public:
  explicit Meter(const Shape& shape);
  [[nodiscard]] bool more() const;
  void sent() { sent_ += batch_; }
  void answered(double started);
  [[nodiscard]] bool all_answered() const { return answered_ == sent_; }
  [[nodiscard]] Figures figures();

 private:
  std::size_t batch_{};
  std::size_t events_max_{};
  double from_{};
  double until_{};
  std::size_t sent_{};
  std::size_t answered_{};
  double last_{};
  Figures figures_{};
};

struct Quantiles {
  double p50_ms{};
  double p99_ms{};
};
[[nodiscard]] Quantiles quantiles_of(std::vector<double> durations);
void print(const Figures& figures);

}  // namespace doorstep::bench
