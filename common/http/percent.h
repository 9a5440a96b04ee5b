// Request targets: splitting and percent-decoding, strictly. What is not plain, valid UTF-8 after
// decoding is refused rather than guessed. Letters that RFC 3986 wants escaped are taken as they
// are: people type them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace doorstep::web {

struct Target {
  std::string path{};
  std::map<std::string, std::string> query{};  // values of a repeated name joined by commas
};

// "/v1/areas/431224?round=…". nullopt: no leading slash, a fragment, a broken escape, a control
// character or bytes that are not UTF-8.
[[nodiscard]] std::optional<Target> parse_target(std::string_view target);
// For clients: everything but unreserved characters (RFC 3986) escaped.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace doorstep::web
