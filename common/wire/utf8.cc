#include "common/wire/utf8.h"

#include "common/domain/letter.h"

namespace doorstep::wire {

std::size_t character_length(std::string_view text) {
  const Letter letter = first_letter(text);
  return letter.code == 0 ? 0 : letter.bytes;
}

bool is_utf8_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = character_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

}  // namespace doorstep::wire
