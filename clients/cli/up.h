// What has to hold before the five are started on a data folder: its ports are free, and its clock
// is the one that its log was recorded under.
#pragma once

#include <optional>
#include <string_view>

#include "common/domain/instant.h"
#include "common/domain/result.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/folder_lock.h"

namespace doorstep::cli {

inline constexpr const char* command_up = "up";  // how it names itself in the folder's lock

// The pid of the `doorstep up` that holds the folder; nullopt: none.
[[nodiscard]] std::optional<int> running_supervisor(const runtime::DataFolder& folder);

struct WantedClock {
  Instant starts{};
  std::uint32_t speed{};
};
// "start=2022-03-23T08:00+08:00,speed=600".
[[nodiscard]] Result<WantedClock> parse_clock(std::string_view text);

// Sets the folder's clock to `wanted`, or keeps the one it has: time goes on across restarts.
// conflict: the log has begun under another clock.
[[nodiscard]] Outcome settle_clock(runtime::DataFolder& folder, std::optional<WantedClock> wanted,
                                   Instant real_now);

// unavailable: names the port that somebody else holds.
[[nodiscard]] Outcome check_ports(const runtime::DataFolder& folder);

}  // namespace doorstep::cli
