// The notes beside the signed head, as plain files that other tools read: the last checkpoint of
// each day (days/2022-03-23), and the newest one that witnesses have cosigned (cosigned), which
// `doorstep log cosign` writes. Errors: io. One thread.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "common/domain/instant.h"
#include "common/domain/result.h"

namespace doorstep::event_log {

class NoteFiles {
 public:
  explicit NoteFiles(std::filesystem::path folder) : folder_{std::move(folder)} {}

  // nullopt: there is none.
  [[nodiscard]] Result<std::optional<std::string>> cosigned() const;
  [[nodiscard]] Result<std::optional<std::string>> of_day(Day day) const;
  // What this epoch was put back from (`doorstep log restore`).
  [[nodiscard]] Result<std::optional<std::string>> restored_from() const;
  // Returns when it is on disk.
  [[nodiscard]] Outcome keep_day(Day day, const std::string& note) const;

 private:
  std::filesystem::path folder_{};
};

}  // namespace doorstep::event_log
