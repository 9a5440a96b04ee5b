#include "common/json/problem.h"

#include "common/json/writer.h"

namespace doorstep::json {
namespace {

// invalidField → invalid-field.
std::string kebab(std::string_view camel) {
  std::string text;
  for (const char c : camel) {
    if (c >= 'A' && c <= 'Z') {
      text += '-';
      text += static_cast<char>(c - 'A' + 'a');
    } else {
      text += c;
    }
  }
  return text;
}

void write_words(Writer& to, const Words& words) {
  to.begin_object().field("zh", words.zh).field("en", words.en).end_object();
}

}  // namespace

std::string to_json(const Problem& problem) {
  Writer to;
  to.begin_object();
  to.field("type", "/problems/" + kebab(problem.code));
  to.field("status", problem.status).field("code", problem.code);
  to.key("title");
  write_words(to, problem.title);
  if (!problem.errors.empty()) {
    to.key("errors").begin_array();
    for (const FieldProblem& error : problem.errors) {
      to.begin_object().field("pointer", error.pointer).field("code", error.code).key("detail");
      write_words(to, error.detail);
      to.end_object();
    }
    to.end_array();
  }
  return to.end_object().take();
}

Problem invalid_fields(std::vector<FieldProblem> errors) {
  return {.status = 422,
          .code = "invalidField",
          .title = {"内容有误，未收下", "Not accepted: the content is wrong"},
          .errors = std::move(errors)};
}

Problem not_json(const std::string& why) {
  return {.status = 400,
          .code = "notJson",
          .title = {"不是有效的 JSON，未收下：" + why, "Not accepted: this is not JSON: " + why}};
}

Problem not_found(Words what) {
  return {.status = 404, .code = "notFound", .title = std::move(what)};
}

Problem method_not_allowed(const std::string& allowed) {
  return {.status = 405,
          .code = "methodNotAllowed",
          .title = {"此地址只接受 " + allowed, "This address takes only " + allowed}};
}

Problem conflict(Words why) { return {.status = 409, .code = "conflict", .title = std::move(why)}; }

Problem too_large(std::size_t bytes_max) {
  const std::string limit = std::to_string(bytes_max / 1024) + " KiB";
  return {.status = 413,
          .code = "tooLarge",
          .title = {"内容过大，最多 " + limit + "；请分批提交",
                    "Too large: at most " + limit + "; send it in parts"}};
}

Problem wrong_content_type(const std::string& wanted) {
  return {.status = 415,
          .code = "wrongContentType",
          .title = {"Content-Type 应为 " + wanted, "The content type must be " + wanted}};
}

Problem wrong_charset(const std::string& named, const std::string& wanted) {
  return {
      .status = 415,
      .code = "wrongCharset",
      .title = {"Content-Type 中的 charset 应为 " + wanted + "，不是“" + named + "”",
                "The charset of the content type must be " + wanted + ", not \"" + named + "\""}};
}

Problem not_ready(Words why) {
  return {.status = 503, .code = "notReady", .title = std::move(why)};
}

}  // namespace doorstep::json
