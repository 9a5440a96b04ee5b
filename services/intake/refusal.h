// A "no" of intake: what is wrong and what to do, in both languages.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/field_problem.h"

namespace doorstep::intake {

struct Refusal {
  enum class Kind : std::uint8_t {
    fields,     // what was sent cannot stand: `problems` says why
    not_found,  // what it is about was never recorded
    conflict,   // it contradicts what is recorded
  };
  Kind kind{};
  Words title{};  // of not_found and conflict
  std::vector<FieldProblem> problems{};
};

// The events to record, in order, as one request. Their text lives as long as the command.
using Decision = std::expected<std::vector<Event>, Refusal>;

[[nodiscard]] inline std::unexpected<Refusal> refused(std::vector<FieldProblem> problems) {
  return std::unexpected(Refusal{.kind = Refusal::Kind::fields, .problems = std::move(problems)});
}
[[nodiscard]] inline std::unexpected<Refusal> not_found(Words title) {
  return std::unexpected(Refusal{.kind = Refusal::Kind::not_found, .title = std::move(title)});
}
[[nodiscard]] inline std::unexpected<Refusal> conflict(Words title) {
  return std::unexpected(Refusal{.kind = Refusal::Kind::conflict, .title = std::move(title)});
}

}  // namespace doorstep::intake
