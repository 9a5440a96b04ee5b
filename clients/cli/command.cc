#include "clients/cli/command.h"

#include <cstring>

#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

std::string_view name_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::invalid:
      return "invalid";
    case ErrorCode::not_found:
      return "notFound";
    case ErrorCode::conflict:
      return "conflict";
    case ErrorCode::denied:
      return "denied";
    case ErrorCode::busy:
      return "busy";
    case ErrorCode::unavailable:
      return "unavailable";
    case ErrorCode::too_large:
      return "tooLarge";
    case ErrorCode::damaged:
      return "damaged";
    case ErrorCode::io:
      return "io";
  }
  return "failed";
}

}  // namespace

ExitCode exit_code_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::not_found:
      return ExitCode::not_found;
    case ErrorCode::conflict:
      return ExitCode::conflict;
    case ErrorCode::denied:
      return ExitCode::denied;
    case ErrorCode::busy:
    case ErrorCode::unavailable:
      return ExitCode::unavailable;
    case ErrorCode::damaged:
      return ExitCode::verification_failed;
    default:
      return ExitCode::failed;
  }
}

Error error_of(const wire::Refused& refused) {
  const auto code = [&] {
    switch (refused.code) {
      case wire::RefusalCode::wrong_revision:
      case wire::RefusalCode::id_conflict:
      case wire::RefusalCode::ahead_of_log:
      case wire::RefusalCode::condition_failed:
      case wire::RefusalCode::reread:
      case wire::RefusalCode::cursor_below_floor:
      case wire::RefusalCode::epoch_changed:
      case wire::RefusalCode::still_needed:
        return ErrorCode::conflict;
      case wire::RefusalCode::too_large:
        return ErrorCode::too_large;
      case wire::RefusalCode::denied:
        return ErrorCode::denied;
      case wire::RefusalCode::busy:
        return ErrorCode::busy;
      case wire::RefusalCode::draining:
      case wire::RefusalCode::no_answer:
        return ErrorCode::unavailable;
      case wire::RefusalCode::damaged:
        return ErrorCode::damaged;
      default:
        return ErrorCode::invalid;
    }
  }();
  if (refused.code != wire::RefusalCode::no_answer) return {code, refused.message};
  return {code, refused.message + "; see `doorstep status`, start it with `doorstep up`"};
}

ExitCode fail(const Invocation& invocation, const Error& error) {
  if (invocation.json || invocation.ndjson) {
    json::Writer json;
    json.begin_object()
        .field("type", "/problems/" + std::string{name_of(error.code)})
        .field("code", name_of(error.code))
        .field("title", error.message)
        .end_object();
    tell(json.take());
  } else {
    tell_lines("doorstep: " + error.message);
  }
  return exit_code_of(error.code);
}

ExitCode wrong_usage(const Invocation& invocation, std::string message) {
  std::ignore = fail(invocation, {ErrorCode::invalid, std::move(message)});
  return ExitCode::usage;
}

ExitCode end(const Invocation& invocation, ExitCode code) {
  const OutputEnd output = end_output();
  if (output.failed != 0) {
    std::ignore = fail(invocation, {ErrorCode::io, std::string{"stdout cannot be written: "} +
                                                       strerror(output.failed) +
                                                       ". What is there is not complete"});
  }
  const bool is_lost = output.failed != 0 || output.stderr_failed;
  return is_lost && code == ExitCode::ok ? ExitCode::failed : code;
}

Result<runtime::DataFolder> open_data(const Invocation& invocation) {
  return runtime::DataFolder::open(invocation.data);
}

}  // namespace doorstep::cli
