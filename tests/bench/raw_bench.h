// What the same machine does without Doorstep: a synced write of the device, and RocksDB with one
// key for each event. Beside these, and in the same run, the log's figures mean something.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace doorstep::bench {

struct Rate {
  double events_per_second{};
  double p50_ms{};
  double p99_ms{};
};

// Seconds on a clock that only goes forward.
[[nodiscard]] double now_seconds();
// Of the durations of single steps, in seconds.
[[nodiscard]] Rate rate_of(std::vector<double> durations, double events, double seconds);

// `rounds` times 4 KiB and fdatasync.
[[nodiscard]] Rate device(const std::filesystem::path& folder, int rounds);
// Each write is one batch of `events_per_write` keys, synced; for about `seconds`.
[[nodiscard]] Rate raw_rocks(const std::filesystem::path& folder, const std::string& event,
                             std::size_t events_per_write, double seconds);

}  // namespace doorstep::bench
