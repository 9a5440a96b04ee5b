// What a Content-Type says (RFC 9110, 8.3). Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace doorstep {

struct MediaType {
  std::string name{};                               // "text/csv": in lower case
  std::map<std::string, std::string> parameters{};  // names in lower case, values as they were

  // Of the parameter `charset`, in lower case; empty: it names none.
  [[nodiscard]] std::string charset() const;
  bool operator==(const MediaType&) const = default;
};

// nullopt: it is none, or names a parameter twice.
[[nodiscard]] std::optional<MediaType> parse_media_type(std::string_view text);

}  // namespace doorstep
