// Why something was not accepted, in words that a person can act on.
#pragma once

#include <string>

namespace doorstep {

// What a person reads, in Chinese and English: what is wrong and what to do.
struct Words {
  std::string zh{};
  std::string en{};
  bool operator==(const Words&) const = default;
};

// One field that cannot stand as it is. `pointer` is a JSON Pointer (RFC 6901): /persons/usual.
struct FieldProblem {
  std::string pointer{};
  std::string code{};  // camel case: what went wrong, for programs
  Words detail{};
  bool operator==(const FieldProblem&) const = default;
};

}  // namespace doorstep
