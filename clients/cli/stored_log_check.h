// Runs the log's own checks over a folder of blocks, with a word on stderr now and then. One
// thread.
#pragma once

#include <string>
#include <vector>

#include "clients/cli/command.h"
#include "common/json/writer.h"
#include "common/rocks/stored_log.h"
#include "services/event_log/verification.h"

namespace doorstep::cli {

// Up to `upto`, or all where it is 0. damaged, io: the folder cannot be read on; what is wrong with
// the log itself is in the result.
[[nodiscard]] Result<event_log::Verified> check_stored_log(
    const rocks::StoredLog& log, std::vector<event_log::SignedPoint> points, Position upto = {});

// One sentence of the first problem and how many more there are; for an error.
[[nodiscard]] std::string summary_of(const event_log::Verified& verified);
void add_problems(json::Writer& to, const event_log::Verified& verified);

}  // namespace doorstep::cli
