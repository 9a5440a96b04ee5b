// Whether bytes are text. Cap'n Proto does not look.
#pragma once

#include <string_view>

namespace doorstep::wire {

// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF. NUL is refused too: our text
// is for people.
[[nodiscard]] bool is_utf8_text(std::string_view bytes);

}  // namespace doorstep::wire
