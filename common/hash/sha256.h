// SHA-256 (FIPS 180-4), and ids derived from what caused them. The only folder that sees OpenSSL's
// hashes. Pure: rules may use it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/hash/hash_input.h"

namespace doorstep {

using Sha256 = std::array<std::uint8_t, 32>;

// One context, reused: three times faster than a fresh one for each hash. One thread.
class Hasher : public HashInput<Hasher> {
 public:
  Hasher();
  ~Hasher();
  Hasher(Hasher&&) noexcept;
  Hasher& operator=(Hasher&&) noexcept;

  using HashInput<Hasher>::add;
  Hasher& add(std::span<const std::byte> bytes);
  // The hash of what was added, and a fresh start.
  [[nodiscard]] Sha256 finish();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

[[nodiscard]] std::string to_hex(const Sha256& hash);

// The id of what a rule states: UUIDv7 with the time and a hash of its cause, so that a restart or
// a replay states it under the same id. `rule` is the rule's fixed name; `ordinal` tells several
// apart.
[[nodiscard]] Uuid derived_id(Instant at, std::string_view rule, Uuid cause,
                              std::uint64_t ordinal = 0);
// The id of what another system calls `name`: UUIDv8 of a hash, so that importing it twice finds it
// again.
[[nodiscard]] Uuid named_id(std::string_view kind, std::string_view name);

}  // namespace doorstep
