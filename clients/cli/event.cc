// event append, read and tail: the log from outside.
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstring>
#include <string>

#include "clients/cli/append_lines.h"
#include "clients/cli/arguments.h"
#include "clients/cli/command.h"
#include "clients/cli/connection.h"
#include "clients/cli/decimal.h"
#include "clients/cli/health.h"
#include "clients/cli/log_reading.h"
#include "common/domain/names.h"
#include "common/json/event_json.h"
#include "common/wire/event_codec.h"

namespace doorstep::cli {
namespace {

constexpr std::size_t read_bytes = 64 * 1024;
constexpr std::size_t line_bytes_max = 16 * 1024 * 1024;
constexpr Milliseconds wait_max{50};
constexpr Milliseconds patience{10'000};

struct ReadOptions {
  std::uint64_t from{1};
  std::uint64_t to{};
  std::string area{};
  std::vector<std::string> types{};
  std::string stream{};
};

// Bytes from a file descriptor as lines. Reads only when asked.
class LineInput {
 public:
  explicit LineInput(int fd) : fd_{fd} {}

  // The next whole line that is here already; at the end also one without a newline.
  std::optional<std::string_view> line() {
    const std::size_t end = text_.find('\n', start_);
    if (end == std::string::npos) {
      if (!at_end_ || start_ == text_.size()) return std::nullopt;
      const std::string_view last = std::string_view{text_}.substr(start_);
      start_ = text_.size();
      return last;
    }
    const std::string_view line = std::string_view{text_}.substr(start_, end - start_);
    start_ = end + 1;
    return line;
  }

  // Blocks until something is there.
  Outcome read_more() {
    text_.erase(0, start_);
    start_ = 0;
    if (text_.size() > line_bytes_max) {
      return failure(ErrorCode::too_large, "a line is longer than 16 MiB");
    }
    const std::size_t before = text_.size();
    text_.resize(before + read_bytes);
    const ssize_t count = read(fd_, text_.data() + before, read_bytes);
    text_.resize(before + (count > 0 ? static_cast<std::size_t>(count) : 0));
    if (count == 0) at_end_ = true;
    if (count < 0 && errno != EINTR && errno != EAGAIN) {
      return failure(ErrorCode::io, std::string{"read: "} + strerror(errno));
    }
    return {};
  }
  [[nodiscard]] bool at_end() const { return at_end_; }
  [[nodiscard]] bool is_ready() const {
    pollfd input{.fd = fd_, .events = POLLIN, .revents = 0};
    return poll(&input, 1, 0) > 0;
  }

 private:
  int fd_{};
  std::string text_{};
  std::size_t start_{};
  bool at_end_{};
};

// Nobody takes acknowledgements any more. What was sent was answered, and said on stderr.
ExitCode end_unheard(const AppendLines& lines, LineInput& input) {
  if (input.at_end() && !input.line()) return lines.exit_code();  // all of it was sent
  tell("acknowledgements cannot be printed: lines after line " + std::to_string(lines.taken()) +
       " were not sent. The same input again goes on");
  return lines.exit_code() == ExitCode::ok ? ExitCode::failed : lines.exit_code();
}

ExitCode append(const Invocation& invocation, const std::string& file) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const int fd = file == "-" ? STDIN_FILENO : open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    return fail(invocation, {ErrorCode::not_found, "open " + file + ": " + strerror(errno)});
  }
  auto connection = Connection::open(*folder, Connection::To::log_cmd, {fd});
  if (!connection) return fail(invocation, connection.error());
  runtime::LogClient client{(*connection)->messages()};
  bool is_heard = true;
  AppendLines lines{
      client,
      {.acknowledged = [&](const std::string& line) { is_heard &= acknowledge(line); },
       .refused = [](const std::string& line) { tell(line); }}};
  LineInput input{fd};
  for (;;) {
    while (is_heard && lines.accepts()) {
      const auto line = input.line();
      if (!line) break;
      lines.take(*line);
    }
    const bool wants_input = is_heard && lines.accepts() && !input.at_end();
    if (wants_input && input.is_ready()) {
      if (Outcome got = input.read_more(); !got) return fail(invocation, got.error());
    }
    const Work work = client.step((*connection)->now());
    lines.write_decided();
    if (lines.has_given_up() && lines.is_done()) {
      tell(
          "the log does not answer; lines after the last one named were not sent. The same input "
          "again goes on: see `doorstep status`");
      break;
    }
    if (!is_heard && lines.is_done()) return end_unheard(lines, input);
    if (input.at_end() && lines.is_done()) {
      const auto rest = input.line();
      if (!rest) break;
      lines.take(*rest);
    } else if (work == Work::idle) {
      wants_input ? (*connection)->wait(wait_max) : (*connection)->wait_for_message(wait_max);
    }
  }
  return lines.exit_code();
}

Result<wire::Filter> filter_of(const ReadOptions& options) {
  wire::Filter filter{};
  if (!options.area.empty()) {
    const auto area = parse_area(options.area);
    if (!area) return failure(ErrorCode::invalid, "--area " + options.area + " is no area code");
    filter.area = *area;
  }
  for (const std::string& name : options.types) {
    const auto type = from_name<EventType>(name);
    if (!type) {
      return failure(ErrorCode::invalid,
                     "--type " + name + " is no event type; choose from " + all_names<EventType>());
    }
    filter.types.push_back(*type);
  }
  if (!options.stream.empty()) {
    const auto stream = json::parse_stream(options.stream);
    if (!stream) {
      return failure(ErrorCode::invalid,
                     "--stream " + options.stream +
                         ": say KIND/ID, as events are printed: household/<UUID>, "
                         "area/431224100");
    }
    filter.stream = *stream;
  }
  return filter;
}

// A batch is written at once. False: stdout takes no more, or a record is `broken`.
bool print_records(const runtime::FeedBatch& batch, std::optional<Error>& broken) {
  std::string lines;
  for (const wire::Record& record : batch.records()) {
    const auto event = wire::decode_event(record.event);
    if (!event) {
      broken = event.error();
      break;
    }
    if (!lines.empty()) lines += '\n';
    lines += json::to_json(Recorded{record.stamp, *event});
  }
  return (lines.empty() || print_lines(lines)) && !broken;
}

ExitCode read(const Invocation& invocation, const ReadOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto filter = filter_of(options);
  if (!filter) {
    std::ignore = fail(invocation, filter.error());
    return ExitCode::usage;
  }
  const auto log = describe_log(*folder, patience);
  if (!log) return fail(invocation, log.error());
  const std::uint64_t head = number(log->head);
  const std::uint64_t to = options.to == 0 ? head : std::min(options.to, head);
  if (options.from > to) return ExitCode::ok;  // nothing there yet
  std::optional<Error> broken;
  const Outcome done = read_log(
      *folder,
      {.from_exclusive = Position{options.from - 1}, .until = Position{to}, .filter = *filter},
      [&](const runtime::FeedBatch& batch) { return print_records(batch, broken); });
  if (!done) return fail(invocation, done.error());
  return broken ? fail(invocation, *broken) : ExitCode::ok;
}

ExitCode tail(const Invocation& invocation, const ReadOptions& options) {
  runtime::StopSignal stop;  // before any thread
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto filter = filter_of(options);
  if (!filter) {
    std::ignore = fail(invocation, filter.error());
    return ExitCode::usage;
  }
  Position from_exclusive{options.from - 1};
  if (options.from == 0) {
    const auto log = describe_log(*folder, patience);
    if (!log) return fail(invocation, log.error());
    from_exclusive = log->head;
  }
  std::optional<Error> broken;
  const Outcome done =
      read_log(*folder,
               {.from_exclusive = from_exclusive,
                .filter = *filter,
                .stop = &stop,
                .patience = Milliseconds{}},
               [&](const runtime::FeedBatch& batch) { return print_records(batch, broken); });
  if (!done) return fail(invocation, done.error());
  if (broken) return fail(invocation, *broken);
  return stop.asked() ? ExitCode::interrupted : ExitCode::ok;
}

void add_filter(CLI::App& command, ReadOptions& options) {
  command.add_option("--area", options.area, "only this area and all below");
  command.add_option("--type", options.types, "only events of this type (may be given again)");
  command.add_option("--stream", options.stream, "only this stream: household/ID, area/CODE, …");
}

}  // namespace

void add_event(CLI::App& app, Invocation& invocation) {
  auto* event = app.add_subcommand("event", "Events of the log: append, read, follow");
  event->require_subcommand(1);

  auto* append_command = event->add_subcommand(
      "append", "Append events, one or a batch a line; one acknowledgement a line comes back");
  const auto file = std::make_shared<std::string>("-");
  as_path(append_command->add_option("file", *file, "NDJSON; - for standard input"));
  append_command->callback(
      [&invocation, file] { invocation.run = [&, file] { return append(invocation, *file); }; });

  auto* read_command = event->add_subcommand("read", "Print recorded events, one a line");
  const auto reading = std::make_shared<ReadOptions>();
  read_command->add_option("--from", reading->from, "the first position (1)")
      ->check(decimal_from(1));
  read_command->add_option("--to", reading->to, "the last position (the head)")
      ->check(decimal_from(1));
  add_filter(*read_command, *reading);
  read_command->callback([&invocation, reading] {
    invocation.run = [&, reading] { return read(invocation, *reading); };
  });

  auto* tail_command = event->add_subcommand("tail", "Print events as they are recorded");
  const auto tailing = std::make_shared<ReadOptions>();
  tailing->from = 0;
  tail_command->add_option("--from", tailing->from, "a position to begin at (after the head)")
      ->check(decimal_from(1));
  add_filter(*tail_command, *tailing);
  tail_command->callback([&invocation, tailing] {
    invocation.run = [&, tailing] { return tail(invocation, *tailing); };
  });
}

}  // namespace doorstep::cli
