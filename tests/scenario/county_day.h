// Plays a made-up county's day on the whole system and keeps what it answered.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "clients/cli/field_day.h"
#include "tests/scenario/whole_system.h"

namespace doorstep::scenario {

struct PlayedDay {
  cli::County county{};
  cli::FieldDay day{};
  // Position of each acknowledged id, and how often it was acknowledged as new.
  std::map<Uuid, Position> acknowledged{};
  std::map<Uuid, int> new_answers{};
  std::vector<std::string> refusals{};
};

inline constexpr std::string_view day_starts = "2022-03-23T08:00+08:00";

// `before_each` is called with the index of the action that comes next.
[[nodiscard]] PlayedDay play_day(WholeSystem& system, std::uint32_t households, std::uint64_t seed,
                                 const std::function<void(std::size_t)>& before_each = {});

}  // namespace doorstep::scenario
