#include "common/wire/utf8.h"

#include "common/domain/letter.h"

namespace doorstep::wire {

bool is_utf8_text(std::string_view bytes) {
  while (!bytes.empty()) {
    const Letter letter = first_letter(bytes);
    if (letter.bytes == 0 || letter.code == 0) return false;
    bytes.remove_prefix(letter.bytes);
  }
  return true;
}

}  // namespace doorstep::wire
