// The names of areas, for the paths above them. Learnt from every answer, asked for where they are
// missing, and forgotten after a while, because places do get new names.
#pragma once

#include <functional>
#include <unordered_map>
#include <vector>

#include "common/json/coverage_json.h"
#include "common/runtime/service.h"
#include "services/reporting/aggregation_client.h"

namespace doorstep::reporting {

class AreaNames {
 public:
  static constexpr Milliseconds kept_for{60'000};

  // `aggregation` outlives it.
  explicit AreaNames(AggregationClient& aggregation) : aggregation_{aggregation} {}

  void learn(const wire::Answer& answer, Now now);
  // Calls `then`, at once or later, when the names above `area` are known or cannot be had.
  void need_above(AreaCode area, Now now, std::move_only_function<void()> then);
  // The county first; what has no name is left out.
  [[nodiscard]] std::vector<json::AreaName> path_to(AreaCode area) const;

 private:
  struct Name {
    std::string text{};
    Milliseconds learnt{};
  };
  struct Need {
    std::size_t missing{};
    std::move_only_function<void()> then{};
  };

  void ask_for(AreaCode area, std::uint64_t need, Now now);

  AggregationClient& aggregation_;
  wire::Edition edition_{};  // that the names are of: those of another log are forgotten
  std::unordered_map<AreaCode, Name> names_{};
  std::uint64_t next_need_{1};
  std::unordered_map<std::uint64_t, Need> needs_{};
};

}  // namespace doorstep::reporting
