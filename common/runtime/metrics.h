// What a process measures about itself, by name, as text for Prometheus. Labels are few and closed
// (a code, a type), never an id of a person or household. Any thread.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace doorstep::runtime {

// Handles: cheap to copy, valid as long as their Metrics.
class Counter {
 public:
  explicit Counter(prometheus::Counter& counter) : counter_{&counter} {}
  void add(double amount = 1);
  [[nodiscard]] double value() const;

 private:
  prometheus::Counter* counter_;
};

class Gauge {
 public:
  explicit Gauge(prometheus::Gauge& gauge) : gauge_{&gauge} {}
  void set(double value);
  [[nodiscard]] double value() const;

 private:
  prometheus::Gauge* gauge_;
};

class Histogram {
 public:
  explicit Histogram(prometheus::Histogram& histogram) : histogram_{&histogram} {}
  void observe(double value);

 private:
  prometheus::Histogram* histogram_;
};

class Metrics {
 public:
  using Labels = std::map<std::string, std::string>;

  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;
  Metrics& operator=(const Metrics&) = delete;

  // The same name and labels give the same metric. Names as Prometheus wants them:
  // doorstep_intake_requests_total, doorstep_log_append_seconds.
  [[nodiscard]] Counter counter(const std::string& name, const std::string& what,
                                const Labels& labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& what,
                            const Labels& labels = {});
  // `bounds` ascend: the upper ends of the buckets.
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& what,
                                    const std::vector<double>& bounds, const Labels& labels = {});

  // The Prometheus text format, version 0.0.4: the body of GET /metrics.
  [[nodiscard]] std::string text() const;
  static constexpr const char* content_type = "text/plain; version=0.0.4; charset=utf-8";

 private:
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace doorstep::runtime
