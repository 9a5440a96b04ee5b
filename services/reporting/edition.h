// What an answer is an edition of, as text that readers keep and give back: which log, in which
// epoch, folded and written how. A position means something within one edition only. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/wire/board_protocol.h"

namespace doorstep::reporting {

// Raised with every change of an answer's JSON, or of what a number in it means: who has the answer
// of the program before must get it anew, also at the same position. A test holds it to that.
inline constexpr std::uint32_t answers_form = 2;

// Letters, digits and "-" only; its last part is the form. Empty: not known.
[[nodiscard]] std::string to_text(const wire::Edition& edition);

// A place in an edition: the id of a stream's frame, or the cursor of a page.
struct Place {
  std::string edition{};
  std::string value{};
  bool operator==(const Place&) const = default;
};
[[nodiscard]] std::string to_text(const std::string& edition, std::string_view value);
// A text that names no edition is of none.
[[nodiscard]] Place parse_place(std::string_view text);

// What a reader of the stream has seen. nullopt: not as we said it.
struct Seen {
  std::string edition{};
  Position position{};
  bool operator==(const Seen&) const = default;
};
[[nodiscard]] std::optional<Seen> parse_seen(std::string_view text);

// The strong tag of an answer: its edition, its position, and a hash of all that it says. Names of
// places above and the head may change where the position does not.
[[nodiscard]] std::string etag_of(const std::string& edition, Position as_of,
                                  std::string_view body);

}  // namespace doorstep::reporting
