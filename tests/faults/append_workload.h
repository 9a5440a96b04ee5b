// A short life of a log on a real disk: opens it, appends a fixed list of requests one after the
// other, signs its head, stops. The same list each time, so that a second life repeats the first
// one's requests.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "common/domain/result.h"
#include "common/hash/ed25519.h"
#include "common/wire/log_protocol.h"

namespace doorstep::faults {

// Requests of one event, of several, of several streams, and of enough for a compressed block.
[[nodiscard]] std::vector<wire::Append> workload();

[[nodiscard]] std::filesystem::path log_folder(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path head_file(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path index_folder(const std::filesystem::path& folder);
[[nodiscard]] std::filesystem::path heads_file(const std::filesystem::path& folder);
[[nodiscard]] Ed25519Key signing_key();

enum class Acknowledge : std::uint8_t {
  when_durable,
  // The planted bug: a block is taken for durable when it is handed over, and reaches the disk with
  // the one after it.
  before_it_is_written,
};

// Request `index` of the workload was acknowledged.
using Acknowledged = std::function<void(std::size_t index, const wire::Appended&)>;

// An error is one of opening, or a refusal that the workload does not expect.
[[nodiscard]] Outcome live(const std::filesystem::path& folder, Acknowledge acknowledge,
                           const Acknowledged& acknowledged);

}  // namespace doorstep::faults
