// Base64 (RFC 4648 §4) as signed notes use it: with padding, in its one canonical form. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace doorstep::proof {

[[nodiscard]] std::string to_base64(std::span<const std::uint8_t> bytes);
// nullopt: not exactly what to_base64 would write.
[[nodiscard]] std::optional<std::vector<std::uint8_t>> from_base64(std::string_view text);

}  // namespace doorstep::proof
