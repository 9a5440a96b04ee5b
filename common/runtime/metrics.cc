#include "common/runtime/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace doorstep::runtime {

// The same name given twice finds its family again (InsertBehavior::Merge), and families never die
// before the registry.
struct Metrics::Families {
  prometheus::Registry registry{prometheus::Registry::InsertBehavior::Merge};
};

void Counter::add(double amount) { counter_->Increment(amount); }
double Counter::value() const { return counter_->Value(); }
void Gauge::set(double value) { gauge_->Set(value); }
double Gauge::value() const { return gauge_->Value(); }
void Histogram::observe(double value) { histogram_->Observe(value); }

Metrics::Metrics() : families_{std::make_unique<Families>()} {}
Metrics::~Metrics() = default;

Counter Metrics::counter(const std::string& name, const std::string& what, const Labels& labels) {
  return Counter{
      prometheus::BuildCounter().Name(name).Help(what).Register(families_->registry).Add(labels)};
}

Gauge Metrics::gauge(const std::string& name, const std::string& what, const Labels& labels) {
  return Gauge{
      prometheus::BuildGauge().Name(name).Help(what).Register(families_->registry).Add(labels)};
}

Histogram Metrics::histogram(const std::string& name, const std::string& what,
                             const std::vector<double>& bounds, const Labels& labels) {
  return Histogram{prometheus::BuildHistogram()
                       .Name(name)
                       .Help(what)
                       .Register(families_->registry)
                       .Add(labels, bounds)};
}

std::string Metrics::text() const {
  return prometheus::TextSerializer{}.Serialize(families_->registry.Collect());
}

}  // namespace doorstep::runtime
