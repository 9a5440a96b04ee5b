#include "services/intake/cell.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "common/domain/assert.h"
#include "common/domain/letter.h"

namespace doorstep::intake {
namespace {

using CodePoint = utf8proc_int32_t;

CodePoint code_of(Letter letter) { return static_cast<CodePoint>(letter.code); }

// Cells are decoded, so a letter begins wherever one is looked for.
Letter letter_at(std::string_view text, std::size_t at) {
  const Letter letter = first_letter(text.substr(at));
  DOORSTEP_ASSERT(letter.bytes > 0);
  return letter;
}

Letter last_letter(std::string_view text) {
  std::size_t at = text.size() - 1;
  while (at > 0 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return letter_at(text, at);
}

bool is_around(Letter letter) {
  return is_hidden(letter.code) || utf8proc_category(code_of(letter)) == UTF8PROC_CATEGORY_ZS;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

void append(std::string& to, CodePoint letter) {
  utf8proc_uint8_t bytes[4];
  const auto size = utf8proc_encode_char(letter, bytes);
  to.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
}

// Digits of a script stand in a row from 0 to 9, also where several such rows follow each other.
CodePoint with_common_digits(CodePoint letter) {
  if (utf8proc_category(letter) != UTF8PROC_CATEGORY_ND) return letter;
  CodePoint before = 0;
  while (utf8proc_category(letter - before - 1) == UTF8PROC_CATEGORY_ND) ++before;
  return '0' + before % 10;
}

std::string composed(std::string_view text) {
  utf8proc_uint8_t* mapped = nullptr;
  const auto size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &mapped,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT));
  DOORSTEP_ASSERT(size >= 0);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned{mapped, &std::free};
  return {reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(size)};
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  while (!text.empty()) {
    const Letter first = letter_at(text, 0);
    if (!is_around(first)) break;
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    const Letter last = last_letter(text);
    if (!is_around(last)) break;
    text.remove_suffix(last.bytes);
  }
  return text;
}

std::optional<std::string> invisible_letter_in(std::string_view text) {
  while (!text.empty()) {
    const Letter letter = letter_at(text, 0);
    if (is_hidden(letter.code)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(letter.code));
      return name;
    }
    text.remove_prefix(letter.bytes);
  }
  return std::nullopt;
}

std::string normal_form(std::string_view text) {
  DOORSTEP_ASSERT(text.size() <= form_bytes_max);
  if (is_ascii(text)) return std::string{text};
  const std::string composed_text = composed(text);
  std::string normal;
  for (std::string_view rest = composed_text; !rest.empty();) {
    const Letter letter = letter_at(rest, 0);
    append(normal, with_common_digits(code_of(letter)));
    rest.remove_prefix(letter.bytes);
  }
  return normal;
}

std::string seen_form(std::string_view text) {
  const std::string normal = normal_form(text);
  std::string form;
  for (std::string_view rest = normal; !rest.empty();) {
    const Letter letter = letter_at(rest, 0);
    rest.remove_prefix(letter.bytes);
    if (!is_around(letter)) append(form, utf8proc_tolower(code_of(letter)));
  }
  return form;
}

std::string heading_form(std::string_view text) {
  std::string form = seen_form(text);
  std::erase_if(form, [](char c) { return c == '_' || c == '-'; });
  return form;
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string{text};
  std::size_t end = 0;
  while (end + letter_at(text, end).bytes <= bytes_max) {
    end += letter_at(text, end).bytes;
  }
  return std::string{text.substr(0, end)} + "…";
}

}  // namespace doorstep::intake
