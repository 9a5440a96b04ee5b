// Brings a list to intake and fetches its report. The file goes as it is: intake is the only one
// who reads it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "clients/cli/intake_client.h"
#include "common/domain/result.h"

namespace doorstep::cli {

// Of a file: what intake takes at once.
inline constexpr std::size_t list_bytes_max = 32UL * 1024 * 1024;

struct ListToImport {
  std::string what{};      // areas, households, workers or responsibilities
  std::string encoding{};  // empty: intake finds out
  bool returned{};         // withdrawn households on it are back
  bool keys_are_new{};     // also where they are known ones but for zeros in front
  std::string bytes{};
};

struct RowError {
  std::uint64_t row{};
  std::string column{};
  std::string code{};
  std::string value{};
  std::string zh{};
  std::string en{};
};

struct ImportCounts {
  std::uint64_t rows{};
  std::uint64_t landed{};
  std::uint64_t unchanged{};
  std::uint64_t rejected{};
};

struct ImportReport {
  ImportCounts counts{};
  std::uint64_t title_rows{};
  std::string encoding{};
  std::vector<RowError> errors{};
  std::string json{};  // as intake wrote it
};

// How far it is, while one waits.
struct ImportProgress {
  std::string state{};  // waiting, reading, landing
  std::uint64_t rows_read{};
  ImportCounts counts{};
};

// Called again and again until the report is there, with how far it is or what is waited for. It
// lets some time pass, and returns false to give up; what has landed stays, and the list can be
// imported again.
using ImportPause = std::function<bool(const ImportProgress& progress, const Error* waits_for)>;

[[nodiscard]] Result<ImportReport> import_list(IntakeClient& intake, const ListToImport& list,
                                               const ImportPause& pause);

}  // namespace doorstep::cli
