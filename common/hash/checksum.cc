#include "common/hash/checksum.h"

#include <xxhash.h>

#include <algorithm>

#include "common/domain/assert.h"

namespace doorstep {

struct Checksum::State {
  XXH3_state_t* xxh3{XXH3_createState()};

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XXH3_freeState(xxh3); }
};

Checksum::Checksum() : state_{std::make_unique<State>()} {
  DOORSTEP_ASSERT(state_->xxh3 != nullptr && XXH3_128bits_reset(state_->xxh3) == XXH_OK);
}
Checksum::~Checksum() = default;
Checksum::Checksum(Checksum&&) noexcept = default;
Checksum& Checksum::operator=(Checksum&&) noexcept = default;

Checksum& Checksum::add(std::span<const std::byte> bytes) {
  DOORSTEP_ASSERT(XXH3_128bits_update(state_->xxh3, bytes.data(), bytes.size()) == XXH_OK);
  return *this;
}

Checksum::Value Checksum::finish() {
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, XXH3_128bits_digest(state_->xxh3));
  DOORSTEP_ASSERT(XXH3_128bits_reset(state_->xxh3) == XXH_OK);
  Value value{};
  static_assert(sizeof canonical.digest == sizeof value);
  std::ranges::copy(canonical.digest, value.begin());
  return value;
}

}  // namespace doorstep
