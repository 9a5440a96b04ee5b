// Whether bytes are text. Cap'n Proto does not look.
#pragma once

#include <cstddef>
#include <string_view>

namespace doorstep::wire {

// RFC 3629: no overlong forms, no surrogates, nothing beyond U+10FFFF. NUL is refused too: our text
// is for people.
[[nodiscard]] bool is_utf8_text(std::string_view bytes);
// Of the first character, by the same rules; 0: none begins here. Pre-condition: not empty.
[[nodiscard]] std::size_t character_length(std::string_view text);

}  // namespace doorstep::wire
