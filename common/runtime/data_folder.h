// The data folder: everything one installation owns, made by `doorstep init`. Each process opens it
// and finds its keys, its peers' addresses and its place to write. Layout: docs/operations.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"

namespace doorstep::runtime {

// A CURVE key pair in Z85 text, 40 characters each.
struct KeyPair {
  std::string public_key{};
  std::string secret_key{};
};

// Who may connect and what they may append. `init` makes one account for each service and the CLI.
struct Account {
  std::string name{};
  std::string public_key{};
  std::vector<EventType> may_append{};  // empty: nothing
  std::uint32_t events_per_second{};    // that it may append; 0: no limit
  bool may_move_floor{};                // let the log drop old events
};

struct Endpoints {
  std::string log_cmd{};  // tcp://127.0.0.1:…
  std::string log_feed{};
  std::string aggregation{};
  std::uint16_t reporting_port{};
  std::uint16_t intake_port{};
};

// Simulated time: at the real instant `anchor` the county's clock showed `starts`, and since then
// it runs `speed` times as fast.
struct SimulatedClock {
  Instant anchor{};
  Instant starts{};
  std::uint32_t speed{1};
};

class DataFolder {
 public:
  static constexpr std::uint16_t default_port =
      8420;  // reporting; intake P+1; log P+2, P+3; aggregation P+4

  // not_found: no data folder there, say `doorstep init`. denied: keys are readable by others.
  [[nodiscard]] static Result<DataFolder> open(const std::filesystem::path& path);
  // Makes what is missing and keeps what is there: running it twice changes nothing. With a port,
  // writes endpoints.json anew.
  [[nodiscard]] static Result<DataFolder> init(const std::filesystem::path& path,
                                               std::optional<std::uint16_t> port);

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] const Endpoints& endpoints() const { return endpoints_; }
  [[nodiscard]] const std::vector<Account>& accounts() const { return accounts_; }
  // The key pair of an account ("intake", "cli", …) or server ("log-server", "aggregation-server").
  [[nodiscard]] Result<KeyPair> key(const std::string& name) const;
  [[nodiscard]] std::optional<SimulatedClock> simulated_clock() const { return clock_; }
  [[nodiscard]] Outcome set_simulated_clock(const SimulatedClock& clock);

  [[nodiscard]] std::filesystem::path log_folder() const { return path_ / "log"; }
  // Derived from the log: it may be deleted at any time.
  [[nodiscard]] std::filesystem::path index_folder() const { return path_ / "log-index"; }
  // Outside the database, so that a log cut short does not take its own witness with it.
  [[nodiscard]] std::filesystem::path head_file() const {
    return path_ / "log-head" / "checkpoint";
  }
  // common/runtime/clock_file.h
  [[nodiscard]] std::filesystem::path clock_note_file() const {
    return path_ / "log-head" / "clock";
  }
  // The newest checkpoint that witnesses have cosigned, and who they are (common/proof/policy.h).
  [[nodiscard]] std::filesystem::path cosigned_file() const {
    return path_ / "log-head" / "cosigned";
  }
  [[nodiscard]] std::filesystem::path witness_policy_file() const {
    return path_ / "witness-policy";
  }
  [[nodiscard]] std::filesystem::path signing_key_file() const {
    return path_ / "keys" / "log-signing.pem";
  }
  [[nodiscard]] std::filesystem::path snapshot_file(const std::string& name) const {
    return path_ / "snapshots" / name;
  }
  [[nodiscard]] std::filesystem::path run_folder() const { return path_ / "run"; }
  [[nodiscard]] std::filesystem::path logs_folder() const { return path_ / "logs"; }

 private:
  std::filesystem::path path_{};
  Endpoints endpoints_{};
  std::vector<Account> accounts_{};
  std::optional<SimulatedClock> clock_{};
};

}  // namespace doorstep::runtime
