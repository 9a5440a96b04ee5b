// What the witness has seen of each log, one file each, named by the hash of the log's origin: a
// note with the log's signature and our cosignature, so that a file says by itself whether it is
// whole. Errors: io; damaged where a file is not what we wrote; conflict where the log signed it
// with another key than the one that is known now. One thread.
#pragma once

#include <filesystem>
#include <string>

#include "services/witness/consider.h"

namespace doorstep::witness {

// SHA-256 of the origin in hexadecimal, as in the address of the monitoring request.
[[nodiscard]] std::string hash_of(std::string_view origin);

class SeenFiles {
 public:
  SeenFiles(std::filesystem::path folder, proof::VerifierKey own)
      : folder_{std::move(folder)}, own_{std::move(own)} {}

  // nullopt: nothing of that log was ever cosigned.
  [[nodiscard]] Result<std::optional<Seen>> read(const proof::VerifierKey& log) const;
  // Returns when it is on disk.
  [[nodiscard]] Outcome keep(const Seen& seen) const;

 private:
  std::filesystem::path folder_{};
  proof::VerifierKey own_{};
};

}  // namespace doorstep::witness
