// Brings a CSV file to intake in parts and puts the parts' reports together.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>
#include <vector>

#include "clients/cli/intake_client.h"
#include "common/domain/result.h"

namespace doorstep::cli {

struct RowError {
  std::uint64_t row{};
  std::string column{};
  std::string code{};
  std::string value{};
  std::string zh{};
  std::string en{};
};

struct ImportReport {
  static constexpr std::size_t errors_max = 10'000;  // kept; beyond they are counted

  std::uint64_t rows{};
  std::uint64_t landed{};
  std::uint64_t unchanged{};
  std::uint64_t rejected{};
  std::vector<RowError> errors{};
};

// `what`: areas, households, workers or responsibilities. `progress` is called after each part, and
// where a part has to wait for intake; it returns false to give up. What has landed stays, and the
// file can be imported again.
[[nodiscard]] Result<ImportReport> import_csv(
    IntakeClient& intake, const std::string& what, std::istream& csv,
    const std::function<bool(const ImportReport&, const Error* waits_for)>& progress);

[[nodiscard]] std::string to_json(const ImportReport& report);

}  // namespace doorstep::cli
