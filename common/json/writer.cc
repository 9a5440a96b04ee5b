#include "common/json/writer.h"

namespace doorstep::json {
namespace {

constexpr char hex[] = "0123456789abcdef";

void append_escaped(std::string& to, std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        to += "\\\"";
        break;
      case '\\':
        to += "\\\\";
        break;
      case '\n':
        to += "\\n";
        break;
      case '\r':
        to += "\\r";
        break;
      case '\t':
        to += "\\t";
        break;
      default:
        if (byte >= 0x20) {
          to += c;
        } else {
          to += "\\u00";
          to += hex[byte >> 4];
          to += hex[byte & 0xf];
        }
    }
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
