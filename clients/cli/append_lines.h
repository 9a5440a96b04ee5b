// Appends what comes in line by line: many requests under way at once, acknowledgements in the
// order of the lines. A bad line is said and left out; the others land. Knows no sockets and no
// files: one thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "clients/cli/exit_code.h"
#include "common/domain/result.h"
#include "common/runtime/log_client.h"

namespace doorstep::cli {

class AppendLines {
 public:
  struct Sinks {
    std::function<void(const std::string&)> acknowledged{};  // a line for stdout
    std::function<void(const std::string&)> refused{};       // a line for stderr
  };

  // `client` must outlive it.
  AppendLines(runtime::LogClient& client, Sinks sinks)
      : client_{client}, sinks_{std::move(sinks)} {}
  AppendLines(const AppendLines&) = delete;
  AppendLines& operator=(const AppendLines&) = delete;

  // Pre-condition: accepts(). Empty lines count, and mean nothing.
  void take(std::string_view line);
  [[nodiscard]] bool accepts() const;
  // Writes what is decided, as far as the lines before it are.
  void write_decided();
  [[nodiscard]] bool is_done() const { return lines_.empty(); }
  [[nodiscard]] std::uint64_t taken() const { return count_; }
  // The log did not answer: nothing more is sent, so that a long input does not wait for each line.
  [[nodiscard]] bool has_given_up() const { return exit_code_ == ExitCode::unavailable; }
  // ok, failed where a line was refused, unavailable where the log did not answer.
  [[nodiscard]] ExitCode exit_code() const { return exit_code_; }

 private:
  struct Line {
    std::uint64_t number{};
    AppendId append_id{};
    std::optional<std::expected<wire::Appended, wire::Refused>> answer{};
  };

  void refuse(std::uint64_t number, std::string_view code, std::string_view message);

  runtime::LogClient& client_;
  Sinks sinks_{};
  std::uint64_t count_{};
  std::deque<Line> lines_{};  // a deque: answers keep a reference to theirs
  ExitCode exit_code_{ExitCode::ok};
};

}  // namespace doorstep::cli
