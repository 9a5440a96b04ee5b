// Whether people would take two names for one: in their normal form, blanks, invisible letters and
// case aside. Pure.
#pragma once

#include <string>
#include <string_view>

namespace doorstep::intake {

// What two such names have in common; empty for a name of which nothing can be seen.
[[nodiscard]] std::string seen_of_name(std::string_view name);

}  // namespace doorstep::intake
