#include "tests/bench/race/measure.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>

namespace doorstep::bench {

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void give_up(const std::string& why) {
  std::cerr << "race: " << why << "\n";
  std::exit(1);
}

void must(bool done, std::string_view what) {
  if (!done) give_up(std::string{what});
}

Options::Options(int count, char** arguments) {
  if (count > 1) verb_ = arguments[1];
  for (int i = 2; i + 1 < count; i += 2) {
    const std::string name = arguments[i];
    must(name.starts_with("--"), name + " is no option");
    given_[name.substr(2)] = arguments[i + 1];
  }
}

std::string Options::text(const std::string& name, const std::string& otherwise) const {
  const auto found = given_.find(name);
  return found == given_.end() ? otherwise : found->second;
}

double Options::number(const std::string& name, double otherwise) const {
  const auto found = given_.find(name);
  return found == given_.end() ? otherwise : std::stod(found->second);
}

std::size_t Options::count(const std::string& name, std::size_t otherwise) const {
  const auto found = given_.find(name);
  return found == given_.end() ? otherwise : std::stoull(found->second);
}

Shape shape_of(const Options& options) {
  Shape shape{.connections = options.count("connections", 1),
              .in_flight = options.count("in-flight", 1),
              .batch = options.count("batch", 1),
              .seconds = options.number("seconds", 3)};
  const std::size_t events = options.count("events", 0);
  if (events > 0) {
    shape.events_max = events;
    shape.warm_up = 0;
    shape.seconds = std::numeric_limits<double>::infinity();
  }
  return shape;
}

Meter::Meter(const Shape& shape)
    : batch_{shape.batch},
      events_max_{shape.events_max},
      from_{now_seconds() + shape.warm_up},
      until_{from_ + shape.seconds},
      last_{from_} {}

bool Meter::more() const { return sent_ < events_max_ && now_seconds() < until_; }

void Meter::answered(double started) {
  answered_ += batch_;
  const double now = now_seconds();
  if (now < from_ || now > until_) return;
  last_ = now;
  figures_.events += static_cast<double>(batch_);
  figures_.durations.push_back(now - started);
}

Figures Meter::figures() {
  figures_.seconds = std::min(until_, std::max(last_, now_seconds())) - from_;
  return std::move(figures_);
}

Quantiles quantiles_of(std::vector<double> durations) {
  if (durations.empty()) return {};
  std::ranges::sort(durations);
  const auto at = [&](double part) {
    return 1'000 *
           durations[static_cast<std::size_t>(part * static_cast<double>(durations.size() - 1))];
  };
  return {.p50_ms = at(0.5), .p99_ms = at(0.99)};
}

void print(const Figures& figures) {
  const Quantiles quantiles = quantiles_of(figures.durations);
  std::printf(
      "{\"per_second\":%.1f,\"p50_ms\":%.4f,\"p99_ms\":%.4f,\"events\":%.0f,"
      "\"requests\":%zu,\"seconds\":%.4f}\n",
      figures.events / figures.seconds, quantiles.p50_ms, quantiles.p99_ms, figures.events,
      figures.durations.size(), figures.seconds);
}

}  // namespace doorstep::bench
