#include "services/event_log/feed_admission.h"

#include <string>
#include <utility>

namespace doorstep::event_log {
namespace {

using wire::RefusalCode;

std::string text(Position position) { return std::to_string(number(position)); }

wire::Refused another_history(const std::string& what) {
  return {.code = RefusalCode::epoch_changed,
          .message = "subscribe: " + what +
                     ". What the reader has made of it does not belong to this log: keep it "
                     "apart, and read this log from its start"};
}

}  // namespace

wire::Refused below_floor(Position reader, Position floor) {
  return {.code = RefusalCode::cursor_below_floor,
          .message = "the reader has position " + text(reader) + ", and events up to " +
                     text(floor) +
                     " are no longer kept here. What is missing is in the sealed days and in "
                     "backups; read on from " +
                     text(floor) + " only if it may be missing",
          .position = floor};
}

Result<std::optional<wire::Refused>> refusal_of(const wire::Subscribe& wanted, const LogFacts& log,
                                                const RootAt& root_at) {
  const Position from = wanted.from_exclusive;
  if (wanted.log != LogId{} && wanted.log != log.log) {
    return another_history("the reader has read log " + to_string(wanted.log) + ", this is log " +
                           to_string(log.log));
  }
  if (wanted.epoch != Epoch{} && wanted.epoch != log.epoch) {
    return another_history("the reader has read epoch " +
                           std::to_string(std::to_underlying(wanted.epoch)) + ", this is epoch " +
                           std::to_string(std::to_underlying(log.epoch)) +
                           ": the log was put back from a backup");
  }
  if (from > log.head) {
    return wire::Refused{.code = RefusalCode::ahead_of_log,
                         .message = "subscribe: the reader has position " + text(from) +
                                    ", the log ends at " + text(log.head) +
                                    ". The log was put back; the reader must start over from it",
                         .position = log.head};
  }
  if (from < log.floor) return below_floor(from, log.floor);
  if (!wanted.root || !root_at) return std::nullopt;
  const auto root = root_at(from);
  if (!root) return std::unexpected(root.error());
  if (!*root || **root == *wanted.root) return std::nullopt;
  return another_history("the events up to position " + text(from) +
                         " are not those that the reader has read");
}

}  // namespace doorstep::event_log
