// Plays a day: sends its actions to intake when they are due by the county's clock, over several
// kept connections, each request again under its id until it is answered. What one household or
// worker is said to have done is sent in order. Uses a thread a connection; ends early when asked
// to.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>

#include "clients/cli/ack_file.h"
#include "clients/cli/field_day.h"
#include "clients/cli/intake_client.h"
#include "common/domain/result.h"
#include "common/seam/clock.h"

namespace doorstep::cli {

struct PlaySettings {
  std::uint16_t intake_port{};
  std::size_t connections{8};
  bool waits{true};              // false: sends as fast as it goes, whatever the clock says
  std::uint32_t clock_speed{1};  // of the county's clock, against real time
};

struct PlayCounts {
  std::atomic<std::uint64_t> acknowledged{};
  std::atomic<std::uint64_t> duplicates{};  // of them: intake knew the id already
  std::atomic<std::uint64_t> refused{};     // intake said no, in words
  std::atomic<std::uint64_t> retries{};
};

class Player {
 public:
  // All must outlive it; `acks` may be null. `refusal` is called with words about each one, by any
  // thread.
  Player(const FieldDay& day, const PlaySettings& settings, const Clock& clock, AckFile* acks,
         std::function<void(const std::string&)> refusal);
  Player(const Player&) = delete;
  Player& operator=(const Player&) = delete;

  // Returns when all is sent. `look` is called about each half second by this thread; it returns
  // false to end early. io: the acknowledgements could not be kept.
  [[nodiscard]] Outcome play(const std::function<bool(const PlayCounts&)>& look);
  [[nodiscard]] const PlayCounts& counts() const { return counts_; }

 private:
  void play_share(const std::vector<std::uint32_t>& share);
  // These return false when the day is to end early.
  bool send(IntakeClient& intake, const FieldAction& action);
  bool keep(const Acknowledged& acknowledged);
  bool wait_until_due(const FieldAction& action);
  bool pause(Milliseconds time);

  const FieldDay& day_;
  PlaySettings settings_{};
  const Clock& clock_;
  AckFile* acks_{};
  std::function<void(const std::string&)> refusal_{};
  PlayCounts counts_{};
  std::mutex mutex_{};
  std::condition_variable changed_{};
  bool ending_{};
  std::size_t playing_{};  // threads still at it
  std::optional<Error> failed_{};
};

}  // namespace doorstep::cli
