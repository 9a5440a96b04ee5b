#include "services/intake/same_name.h"

#include <algorithm>

#include "common/domain/letter.h"

namespace doorstep::intake {
namespace {

constexpr char32_t full_width_first = 0xff01;  // of '!' to '~'
constexpr char32_t full_width_last = 0xff5e;

bool is_blank(char32_t code) {
  return code == ' ' || code == '\t' || code == 0xa0 || (code >= 0x2000 && code <= 0x200a) ||
         code == 0x202f || code == 0x205f || code == 0x3000;
}

}  // namespace

std::string seen_of_name(std::string_view name) {
  std::string seen;
  while (!name.empty()) {
    const Letter letter = first_letter(name);
    const std::string_view bytes = name.substr(0, std::max<std::size_t>(letter.bytes, 1));
    name.remove_prefix(bytes.size());
    if (letter.bytes != 0 && (is_blank(letter.code) || is_hidden(letter.code))) continue;
    char32_t code = letter.code;
    if (code >= full_width_first && code <= full_width_last) code -= full_width_first - '!';
    if (code >= 'A' && code <= 'Z') code += 'a' - 'A';
    if (letter.bytes != 0 && code < 0x80) {
      seen += static_cast<char>(code);
    } else {
      seen += bytes;
    }
  }
  return seen;
}

}  // namespace doorstep::intake
