// Writes JSON, one value after the other, without a tree in between. The caller keeps objects and
// arrays balanced; commas and escapes are the writer's. What it wrote can be shown on a terminal:
// control characters and invisible letters are escaped (letter.h).
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "common/domain/area.h"
#include "common/domain/ids.h"
#include "common/domain/instant.h"

namespace doorstep::json {

class Writer {
 public:
  Writer& begin_object();
  Writer& end_object();
  Writer& begin_array();
  Writer& end_array();
  Writer& key(std::string_view name);

  Writer& value(std::string_view text);
  Writer& value(const char* text) { return value(std::string_view{text}); }
  Writer& value(bool truth);
  template <std::integral Number>
  Writer& value(Number number) {
    return raw(std::to_string(number));
  }
  Writer& value(Position position) { return value(number(position)); }
  Writer& value(Instant at) { return value(std::string_view{to_string(at)}); }
  // Null where there is none.
  Writer& value(AreaCode code) {
    return code.is_known() ? value(std::string_view{to_string(code)}) : null();
  }
  Writer& value(Uuid id) { return id.is_nil() ? null() : value(std::string_view{to_string(id)}); }
  template <class Tag>
  Writer& value(Id<Tag> id) {
    return value(id.value);
  }
  Writer& null() { return raw("null"); }
  // JSON that is complete already.
  Writer& raw(std::string_view json);

  template <class Value>
  Writer& field(std::string_view name, const Value& of) {
    key(name);
    return value(of);
  }
  // Leaves the field out where the id is nil or the area unknown.
  template <class AnyId>
  Writer& field_if(std::string_view name, AnyId id) {
    return id == AnyId{} ? *this : field(name, id);
  }

  [[nodiscard]] std::string take() { return std::move(json_); }

 private:
  void separate();
  std::string json_{};
  bool needs_comma_{false};
};

}  // namespace doorstep::json
