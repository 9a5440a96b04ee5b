// Where chance enters: ids of new things, jitter. Seeded in tests, the operating system's in a
// process.
#pragma once

#include <cstdint>

#include "common/domain/ids.h"
#include "common/domain/instant.h"

namespace doorstep {

class Random {
 public:
  virtual ~Random() = default;
  [[nodiscard]] virtual std::uint64_t next() = 0;

  // A fresh UUIDv7 (RFC 9562 §5.7): 48 bits of `now`, the rest random.
  [[nodiscard]] Uuid uuid(Instant now) {
    const auto ms = static_cast<std::uint64_t>(now.unix_ms);
    return with_version({(ms << 16) | (next() & 0xffff), next()}, 7);
  }
};

}  // namespace doorstep
