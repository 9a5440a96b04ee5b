#include "services/intake/cell.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "common/domain/assert.h"
#include "common/wire/utf8.h"

namespace doorstep::intake {
namespace {

using CodePoint = utf8proc_int32_t;

struct Letter {
  CodePoint code_point{};
  std::size_t bytes{};
};

Letter first_letter(std::string_view text) {
  CodePoint code_point = 0;
  const auto bytes = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                      static_cast<utf8proc_ssize_t>(text.size()), &code_point);
  DOORSTEP_ASSERT(bytes > 0);
  return {code_point, static_cast<std::size_t>(bytes)};
}

Letter last_letter(std::string_view text) {
  std::size_t at = text.size() - 1;
  while ((static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
  return first_letter(text.substr(at));
}

bool is_in(CodePoint value, CodePoint first, CodePoint last) {
  return value >= first && value <= last;
}

bool is_blank(CodePoint letter) { return utf8proc_category(letter) == UTF8PROC_CATEGORY_ZS; }

// Control characters, format characters, line and paragraph separators, and the letters of other
// categories that have no shape: Unicode's Default_Ignorable_Code_Point.
bool is_invisible(CodePoint letter) {
  switch (utf8proc_category(letter)) {
    case UTF8PROC_CATEGORY_CC:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
    case UTF8PROC_CATEGORY_CS:
      return true;
    default:
      return letter == 0x034f || is_in(letter, 0x115f, 0x1160) || is_in(letter, 0x17b4, 0x17b5) ||
             is_in(letter, 0x180b, 0x180f) || letter == 0x2065 || letter == 0x2800 ||
             letter == 0x3164 || is_in(letter, 0xfe00, 0xfe0f) || letter == 0xffa0 ||
             is_in(letter, 0xfff0, 0xfffb) || is_in(letter, 0xe0000, 0xe0fff);
  }
}

bool is_around(CodePoint letter) { return is_blank(letter) || is_invisible(letter); }

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
    const Letter first = first_letter(text);
    if (!is_around(first.code_point)) break;
    text.remove_prefix(first.bytes);
  }
  while (!text.empty()) {
    const Letter last = last_letter(text);
    if (!is_around(last.code_point)) break;
    text.remove_suffix(last.bytes);
  }
  return text;
}

std::optional<std::string> invisible_letter_in(std::string_view text) {
  while (!text.empty()) {
    const Letter letter = first_letter(text);
    if (is_invisible(letter.code_point)) {
      char name[16];
      std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(letter.code_point));
      return name;
    }
    text.remove_prefix(letter.bytes);
  }
  return std::nullopt;
}

std::string normal_form(std::string_view text) {
  if (is_ascii(text)) return std::string{text};
  const std::string composed_text = composed(text);
  std::string normal;
  for (std::string_view rest = composed_text; !rest.empty();) {
    const Letter letter = first_letter(rest);
    append(normal, with_common_digits(letter.code_point));
    rest.remove_prefix(letter.bytes);
  }
  return normal;
}

std::string heading_form(std::string_view text) {
  const std::string normal = normal_form(text);
  std::string form;
  for (std::string_view rest = normal; !rest.empty();) {
    const Letter letter = first_letter(rest);
    rest.remove_prefix(letter.bytes);
    if (is_around(letter.code_point) || letter.code_point == '_' || letter.code_point == '-') {
      continue;
    }
    append(form, utf8proc_tolower(letter.code_point));
  }
  return form;
}

std::string shortened(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return std::string{text};
  std::size_t end = 0;
  while (end + wire::character_length(text.substr(end)) <= bytes_max) {
    end += wire::character_length(text.substr(end));
  }
  return std::string{text.substr(0, end)} + "…";
}

}  // namespace doorstep::intake
