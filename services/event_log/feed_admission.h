// Whether a reader's history is this log's, asked when it subscribes: another log, another epoch,
// other records, more than there is, or less than is kept. Pure.
#pragma once

#include <functional>
#include <optional>

#include "common/wire/log_protocol.h"

namespace doorstep::event_log {

// The RFC 6962 root over the records up to a position; nullopt: it cannot be told.
using RootAt = std::function<Result<std::optional<Sha256>>(Position)>;

struct LogFacts {
  LogId log{};
  Epoch epoch{};
  Position head{};
  Position floor{};  // events up to here are no longer kept
};

[[nodiscard]] wire::Refused below_floor(Position reader, Position floor);

// nullopt: nothing speaks against it. Errors are those of `root_at`.
[[nodiscard]] Result<std::optional<wire::Refused>> refusal_of(const wire::Subscribe& wanted,
                                                              const LogFacts& log,
                                                              const RootAt& root_at);

}  // namespace doorstep::event_log
