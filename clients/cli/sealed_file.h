// A sealed day in a file, opened and checked as `doorstep day verify` does. One thread.
#pragma once

#include <optional>
#include <string>

#include "clients/cli/sealed_day_check.h"

namespace doorstep::cli {

struct OpenedDay {
  SealedDay day{};
  CheckedDay checked{};
};

// `key`: as for check_sealed_day. not_found: there is no such file. damaged: it is no sealed day,
// or not of that key; what else is wrong is in `checked.problems`.
[[nodiscard]] Result<OpenedDay> open_sealed_day(const std::string& path,
                                                const std::optional<std::string>& key);

}  // namespace doorstep::cli
