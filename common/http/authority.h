// Whom a request is for: the value of Host, and the absolute form of a request's target (RFC 3986,
// 3.2; RFC 9112, 3.2.2). Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace doorstep::web {

// "LocalHost:8420" is "localhost". nullopt: empty, or not a host with an optional port.
[[nodiscard]] std::optional<std::string> host_of(std::string_view authority);

struct AbsoluteForm {
  std::string scheme{};  // in lower case
  std::string host{};    // as host_of() gives it
  std::string path_and_query{};
};
// nullopt: not an absolute URI with a host; or one that names a user.
[[nodiscard]] std::optional<AbsoluteForm> parse_absolute_form(std::string_view target);

}  // namespace doorstep::web
