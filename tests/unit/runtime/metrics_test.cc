#include "common/runtime/metrics.h"

#include <gtest/gtest.h>

namespace doorstep::runtime {
namespace {

TEST(MetricsText, names_and_numbers_are_as_prometheus_reads_them) {
  Metrics metrics;
  Counter refused = metrics.counter("doorstep_intake_refused_total", "Refused requests.",
                                    {{"code", "outOfRange"}});
  refused.add();
  refused.add(2);
  metrics.gauge("doorstep_log_head", "The last position.").set(42);
  Histogram seconds =
      metrics.histogram("doorstep_log_append_seconds", "From request to answer.", {0.01, 0.1});
  seconds.observe(0.05);
  const std::string text = metrics.text();
  for (const char* line :
       {"# TYPE doorstep_intake_refused_total counter\n",
        "doorstep_intake_refused_total{code=\"outOfRange\"} 3\n", "doorstep_log_head 42\n",
        "doorstep_log_append_seconds_bucket{le=\"0.1\"} 1\n",
        "doorstep_log_append_seconds_count 1\n"}) {
    EXPECT_NE(text.find(line), std::string::npos) << line << text;
  }
}

TEST(MetricsText, the_same_name_and_labels_are_the_same_metric) {
  Metrics metrics;
  metrics.counter("doorstep_x_total", "X.", {{"type", "a"}}).add();
  metrics.counter("doorstep_x_total", "X.", {{"type", "a"}}).add();
  metrics.counter("doorstep_x_total", "X.", {{"type", "b"}}).add();
  EXPECT_EQ(metrics.counter("doorstep_x_total", "X.", {{"type", "a"}}).value(), 2);
}

}  // namespace
}  // namespace doorstep::runtime
