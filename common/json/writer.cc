#include "common/json/writer.h"

#include <algorithm>

#include "common/domain/letter.h"

namespace doorstep::json {
namespace {

constexpr char hex[] = "0123456789abcdef";
constexpr unsigned replacement = 0xfffd;  // for a byte that is no UTF-8: JSON has no other

void append_unit(std::string& to, unsigned unit) {  // of UTF-16
  to += "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) to += hex[unit >> shift & 0xf];
}

// What nobody would see, or what plays tricks with a terminal, is escaped; it is the same text to
// every reader of JSON.
void append_beyond_ascii(std::string& to, std::string_view bytes, char32_t code) {
  if (!is_hidden(code)) {
    to += bytes;
  } else if (code <= 0xffff) {
    append_unit(to, code);
  } else {
    append_unit(to, 0xd800 + ((code - 0x10000) >> 10));
    append_unit(to, 0xdc00 + (code & 0x3ff));
  }
}

void append_escape(std::string& to, char c) {
  switch (c) {
    case '"':
      to += "\\\"";
      return;
    case '\\':
      to += "\\\\";
      return;
    case '\n':
      to += "\\n";
      return;
    case '\r':
      to += "\\r";
      return;
    case '\t':
      to += "\\t";
      return;
    default:
      break;
  }
  append_unit(to, static_cast<unsigned char>(c));
}

bool is_plain(char c) { return c >= ' ' && c <= '~' && c != '"' && c != '\\'; }

void append_escaped(std::string& to, std::string_view text) {
  while (true) {
    const auto plain = static_cast<std::size_t>(
        std::distance(text.begin(), std::ranges::find_if_not(text, is_plain)));
    to += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    const Letter letter = first_letter(text);
    if (letter.bytes == 1) {
      append_escape(to, text.front());
    } else if (letter.bytes > 1) {
      append_beyond_ascii(to, text.substr(0, letter.bytes), letter.code);
    } else {
      append_unit(to, replacement);
    }
    text.remove_prefix(std::max<std::size_t>(letter.bytes, 1));
  }
}

}  // namespace

void Writer::separate() {
  if (needs_comma_) json_ += ',';
  needs_comma_ = true;
}

Writer& Writer::begin_object() {
  separate();
  json_ += '{';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::end_object() {
  json_ += '}';
  needs_comma_ = true;
  return *this;
}

Writer& Writer::begin_array() {
  separate();
  json_ += '[';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::end_array() {
  json_ += ']';
  needs_comma_ = true;
  return *this;
}

Writer& Writer::key(std::string_view name) {
  value(name);
  json_ += ':';
  needs_comma_ = false;
  return *this;
}

Writer& Writer::value(std::string_view text) {
  separate();
  json_ += '"';
  append_escaped(json_, text);
  json_ += '"';
  return *this;
}

Writer& Writer::value(bool truth) { return raw(truth ? "true" : "false"); }

Writer& Writer::raw(std::string_view json) {
  separate();
  json_ += json;
  return *this;
}

}  // namespace doorstep::json
