// The text of one cell of a list: what does not count around it, what must not be in it, and the
// one form in which cells are compared. The only file that sees utf8proc (Unicode 15).
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace doorstep::intake {

// Without blanks of any kind, control characters and invisible letters around it. Pre-condition
// here and below: valid UTF-8.
[[nodiscard]] std::string_view trimmed(std::string_view text);

// The first control character or letter that nobody can see (U+200B, a direction mark, a soft
// hyphen, …) in a trimmed text, as "U+200B"; nullopt: there is none.
[[nodiscard]] std::optional<std::string> invisible_letter_in(std::string_view text);

// Of what is brought into a form: putting accents in order takes the square of their number.
inline constexpr std::size_t form_bytes_max = 400;

// Normal form KC (UAX #15), digits of every script as 0 to 9: what looks the same is the same.
// Pre-condition, also of the two below: at most form_bytes_max.
[[nodiscard]] std::string normal_form(std::string_view text);

// What is left of the normal form without blanks and invisible letters, in lower case: what people
// compare names by.
[[nodiscard]] std::string seen_form(std::string_view text);

// The same without hyphens and underscores, for headings.
[[nodiscard]] std::string heading_form(std::string_view text);

// At most `bytes_max` bytes of it, cut between characters and marked with … where it is longer.
[[nodiscard]] std::string shortened(std::string_view text, std::size_t bytes_max);

}  // namespace doorstep::intake
