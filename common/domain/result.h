// What can be expected to go wrong is a value: Result<T> holds a T or an Error. An Error says what
// was tried, on what, and what to do about it. Exceptions stay inside the adapters.
#pragma once

#include <cstdint>
#include <expected>
#include <string>
#include <utility>

namespace doorstep {

enum class ErrorCode : std::uint8_t {
  invalid,      // the input can never be accepted as it is
  not_found,    // nothing has that name
  conflict,     // it contradicts what is already recorded
  denied,       // this key may not do that
  busy,         // a limit is reached; try again later
  unavailable,  // the other side does not answer; try again later
  too_large,    // over a stated limit
  damaged,      // stored bytes are not what was written; an operator must decide
  io,           // the operating system refused
};

struct Error {
  ErrorCode code{};
  std::string message{};
};

template <class T>
using Result = std::expected<T, Error>;

// An outcome without a value: either done or an Error.
using Outcome = std::expected<void, Error>;

[[nodiscard]] inline std::unexpected<Error> failure(ErrorCode code, std::string message) {
  return std::unexpected(Error{code, std::move(message)});
}

}  // namespace doorstep
