#include "common/json/reader.h"

#include <algorithm>
#include <boost/json.hpp>

#include "common/domain/letter.h"
#include "common/json/duplicate_fields.h"

namespace doorstep::json {
namespace {

constexpr std::size_t depth_max = 8;

std::string escaped(std::string_view name) {  // RFC 6901 §3
  std::string text;
  for (const char c : name) {
    if (c == '~') {
      text += "~0";
    } else if (c == '/') {
      text += "~1";
    } else {
      text += c;
    }
  }
  return text;
}

Words wrong_type(const char* zh, const char* en) {
  return {std::string{"应为"} + zh, std::string{"must be "} + en};
}

std::optional<std::int64_t> exact(const boost::json::value& value) {
  if (value.is_int64()) return value.get_int64();
  return std::nullopt;  // beyond int64, or written with a point or an exponent: could have been
                        // rounded
}

}  // namespace

Document::Document(std::unique_ptr<const boost::json::value> value, Origin origin)
    : value_{std::move(value)}, origin_{origin} {}
Document::~Document() = default;
Document::Document(Document&&) noexcept = default;
Document& Document::operator=(Document&&) noexcept = default;

Result<Document> Document::parse(std::string_view text, Origin origin) {
  boost::json::parse_options options;
  options.max_depth = depth_max;
  boost::json::parser parser{{}, options};
  boost::json::error_code error;
  const std::size_t read = parser.write_some(text.data(), text.size(), error);
  const auto rest = text.substr(std::min(read, text.size()));
  if (!error && rest.find_first_not_of(" \t\r\n") != std::string_view::npos) {
    error = boost::json::error::extra_data;
  }
  if (error) {
    return failure(ErrorCode::invalid, error.message() + " (byte " + std::to_string(read) + ")");
  }
  if (const auto name = duplicate_field(text)) {
    return failure(ErrorCode::invalid, "the field \"" + *name + "\" is given twice");
  }
  return Document{std::make_unique<const boost::json::value>(parser.release()), origin};
}

std::optional<ObjectReader> Document::object(std::vector<FieldProblem>& problems) const {
  if (const auto* object = value_->if_object()) return ObjectReader{*object, "", origin_, problems};
  problems.push_back({"", "wrongType", wrong_type("一个 JSON 对象", "a JSON object")});
  return std::nullopt;
}

ObjectReader::ObjectReader(const boost::json::object& object, std::string pointer, Origin origin,
                           std::vector<FieldProblem>& problems)
    : object_{&object}, pointer_{std::move(pointer)}, origin_{origin}, problems_{&problems} {}

std::string ObjectReader::pointer_to(std::string_view name) const {
  return pointer_ + "/" + escaped(name);
}

void ObjectReader::add(std::string_view name, std::string code, Words detail) {
  problems_->push_back({pointer_to(name), std::move(code), std::move(detail)});
}

void ObjectReader::add_not_a_word(std::string_view name, const std::string& list) {
  add(name, "notInList", {"应为以下之一：" + list, "must be one of: " + list});
}

bool ObjectReader::has(std::string_view name) const {
  const auto* value = object_->if_contains(name);
  return value != nullptr && !value->is_null();
}

const boost::json::value* ObjectReader::find(std::string_view name, Need need) {
  asked_.push_back(name);
  const auto* value = object_->if_contains(name);
  if (value != nullptr && !value->is_null()) return value;
  if (need == Need::required) {
    add(name, "missing", {"缺少此项，请填写", "is missing: please fill it in"});
  }
  return nullptr;
}

std::optional<std::string_view> ObjectReader::text(std::string_view name, Need need,
                                                   std::size_t bytes_max) {
  const auto* value = find(name, need);
  if (value == nullptr) return std::nullopt;
  const auto* string = value->if_string();
  if (string == nullptr) {
    add(name, "wrongType", wrong_type("文本", "a text"));
    return std::nullopt;
  }
  const std::string_view view{string->data(), string->size()};
  if (origin_ == Origin::own) return view;
  if (view.size() > bytes_max) {
    const std::string limit = std::to_string(bytes_max);
    add(name, "tooLong",
        {"过长，最多 " + limit + " 字节", "is too long: at most " + limit + " bytes"});
    return std::nullopt;
  }
  if (has_control_character(view)) {
    add(name, "controlCharacter", {"含有控制字符，请删除", "has control characters: remove them"});
    return std::nullopt;
  }
  return view;
}

std::optional<std::int64_t> ObjectReader::whole(std::string_view name, Need need,
                                                std::int64_t least, std::int64_t most) {
  const auto* value = find(name, need);
  if (value == nullptr) return std::nullopt;
  if (!value->is_number()) {
    add(name, "wrongType", wrong_type("整数", "a whole number"));
    return std::nullopt;
  }
  const auto number = exact(*value);
  if (number && *number >= least && *number <= most) return number;
  const std::string from = std::to_string(least);
  const std::string to = std::to_string(most);
  add(name, "outOfRange",
      {"应为 " + from + " 到 " + to + " 的整数",
       "must be a whole number from " + from + " to " + to});
  return std::nullopt;
}

std::optional<bool> ObjectReader::truth(std::string_view name, Need need) {
  const auto* value = find(name, need);
  if (value == nullptr) return std::nullopt;
  if (const auto* truth = value->if_bool()) return *truth;
  add(name, "wrongType", wrong_type("true 或 false", "true or false"));
  return std::nullopt;
}

std::optional<Uuid> ObjectReader::uuid(std::string_view name, Need need) {
  const auto given = text(name, need, 64);
  if (!given) return std::nullopt;
  const auto id = parse_uuid(*given);
  if (id && !id->is_nil()) return id;
  add(name, "notAnId",
      {"应为 UUID，如 0197a1b2-0000-7000-8000-000000000001",
       "must be a UUID such as 0197a1b2-0000-7000-8000-000000000001"});
  return std::nullopt;
}

std::optional<Instant> ObjectReader::time(std::string_view name, Need need) {
  const auto given = text(name, need, 64);
  if (!given) return std::nullopt;
  const auto at = parse_instant(*given);
  if (at) return at;
  add(name, "notATime",
      {"应为 1970 年至 9998 年间带时区的时间，如 2022-03-23T09:01:00+08:00",
       "must be a time of the years 1970 to 9998 with its offset, such as "
       "2022-03-23T09:01:00+08:00"});
  return std::nullopt;
}

std::optional<AreaCode> ObjectReader::area(std::string_view name, Need need) {
  const auto given = text(name, need, 64);
  if (!given) return std::nullopt;
  const auto code = parse_area(*given);
  if (code) return code;
  add(name, "notAnAreaCode",
      {"应为 6、9、12、15 或 17 位区划代码（文本），如 \"431224100\"",
       "must be an area code of 6, 9, 12, 15 or 17 digits, as text: \"431224100\""});
  return std::nullopt;
}

std::optional<ObjectReader> ObjectReader::object(std::string_view name, Need need) {
  const auto* value = find(name, need);
  if (value == nullptr) return std::nullopt;
  if (const auto* object = value->if_object()) {
    return ObjectReader{*object, pointer_to(name), origin_, *problems_};
  }
  add(name, "wrongType", wrong_type("一个 JSON 对象", "a JSON object"));
  return std::nullopt;
}

std::optional<std::vector<ObjectReader>> ObjectReader::objects(std::string_view name, Need need,
                                                               std::size_t most) {
  const auto* value = find(name, need);
  if (value == nullptr) return std::nullopt;
  const auto* array = value->if_array();
  if (array == nullptr) {
    add(name, "wrongType", wrong_type("数组", "an array"));
    return std::nullopt;
  }
  if (origin_ == Origin::outside && array->size() > most) {
    const std::string limit = std::to_string(most);
    add(name, "outOfRange", {"最多 " + limit + " 项", "must have at most " + limit + " elements"});
    return std::nullopt;
  }
  std::vector<ObjectReader> readers;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const std::string place = std::string{name} + "/" + std::to_string(i);
    if (const auto* object = (*array)[i].if_object()) {
      readers.emplace_back(*object, pointer_ + "/" + place, origin_, *problems_);
    } else {
      problems_->push_back(
          {pointer_ + "/" + place, "wrongType", wrong_type("一个 JSON 对象", "a JSON object")});
      return std::nullopt;
    }
  }
  return readers;
}

std::optional<std::vector<Uuid>> ObjectReader::uuids(std::string_view name, Need need,
                                                     std::size_t least, std::size_t most) {
  const auto* value = find(name, need);
  if (value == nullptr) return std::nullopt;
  const auto* array = value->if_array();
  if (array == nullptr || array->size() < least || array->size() > most) {
    const std::string from = std::to_string(least);
    const std::string to = std::to_string(most);
    add(name, array == nullptr ? "wrongType" : "outOfRange",
        {"应为 " + from + " 到 " + to + " 个 UUID 的数组",
         "must be an array of " + from + " to " + to + " UUIDs"});
    return std::nullopt;
  }
  std::vector<Uuid> ids;
  for (std::size_t i = 0; i < array->size(); ++i) {
    const auto* string = (*array)[i].if_string();
    const auto id = string == nullptr ? std::nullopt : parse_uuid({string->data(), string->size()});
    if (!id || id->is_nil()) {
      problems_->push_back(
          {pointer_to(name) + "/" + std::to_string(i), "notAnId", {"应为 UUID", "must be a UUID"}});
      return std::nullopt;
    }
    ids.push_back(*id);
  }
  return ids;
}

void ObjectReader::finish() {
  for (const auto& field : *object_) {
    const std::string_view name{field.key().data(), field.key().size()};
    if (std::ranges::find(asked_, name) == asked_.end()) {
      add(name, "unknownField", {"没有此项，请删除", "there is no such field: remove it"});
    }
  }
}

}  // namespace doorstep::json
