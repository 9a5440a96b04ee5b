// Finds a field that one JSON object gives twice. Parsers keep one of the two, and senders do not
// agree which.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace doorstep::json {

// The first such name; nullopt where there is none, or where the text is not JSON.
[[nodiscard]] std::optional<std::string> duplicate_field(std::string_view text);

}  // namespace doorstep::json
