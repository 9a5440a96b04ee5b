// What went wrong, as a body of RFC 9457 (application/problem+json) in Chinese and English:
// docs/http-api.md.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/domain/field_problem.h"

namespace doorstep::json {

using doorstep::FieldProblem;
using doorstep::Words;

struct Problem {
  int status{};
  std::string code{};  // camel case; its kebab form is the type: /problems/invalid-field
  Words title{};
  std::vector<FieldProblem> errors{};
};

inline constexpr std::string_view problem_content_type = "application/problem+json";

[[nodiscard]] std::string to_json(const Problem& problem);

// 422 invalidField.
[[nodiscard]] Problem invalid_fields(std::vector<FieldProblem> errors);
// 400 notJson.
[[nodiscard]] Problem not_json(const std::string& why);
// 404 notFound.
[[nodiscard]] Problem not_found(Words what);
// 405 methodNotAllowed; `allowed` is for the Allow header too.
[[nodiscard]] Problem method_not_allowed(const std::string& allowed);
// 409 conflict: the id is used for something else.
[[nodiscard]] Problem conflict(Words why);
// 413 tooLarge.
[[nodiscard]] Problem too_large(std::size_t bytes_max);
// 415 wrongContentType.
[[nodiscard]] Problem wrong_content_type(const std::string& wanted);
// 415 wrongCharset: the content type names one that is not read.
[[nodiscard]] Problem wrong_charset(const std::string& named, const std::string& wanted);
// 503 notReady, with Retry-After: the service is starting, or what it needs does not answer.
[[nodiscard]] Problem not_ready(Words why);

}  // namespace doorstep::json
