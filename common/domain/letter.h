// Text letter by letter, and as it may be shown: what cannot be seen, or would move what stands
// beside it on a terminal, is written as an escape. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace doorstep {

struct Letter {
  char32_t code{};
  std::size_t bytes{};  // 0: no letter of UTF-8 (RFC 3629) begins there
};
// Pre-condition: the text is not empty. NUL is a letter here.
[[nodiscard]] Letter first_letter(std::string_view text);

// Control characters, invisible letters, and those that change the direction of writing.
[[nodiscard]] bool is_hidden(char32_t code);
// ASCII control characters, DEL included: what a text from outside must not have.
[[nodiscard]] bool has_control_character(std::string_view text);

// For people: one line, whatever the text holds. A line feed is shown as \n, a hidden letter as
// \u200b or \U000e0041, a byte that is no UTF-8 as \xff. A backslash stays as it is: who needs the
// exact letters asks for JSON.
[[nodiscard]] std::string visible(std::string_view text);

}  // namespace doorstep
