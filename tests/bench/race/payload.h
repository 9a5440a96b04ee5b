// What everybody appends: visits as they come from the doors, about one household out of 100,000,
// as the bytes that Doorstep's log would be given. Made before the measurement, so that making
// them costs nobody anything.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/domain/ids.h"
#include "common/seam/messages.h"

namespace doorstep::bench {

struct Visit {
  Uuid household{};
  std::uint64_t revision{};  // how many there were of this household before
  BytesView bytes{};

  [[nodiscard]] const char* data() const { return reinterpret_cast<const char*>(bytes.data()); }
};

[[nodiscard]] Uuid household_of(std::size_t n);

// Each connection writes about households of its own, so that revisions need no agreement.
class Payloads {
 public:
  static constexpr std::size_t households = 100'000;

  explicit Payloads(std::size_t connections);
  // The next events of a connection; valid until it asks again.
  [[nodiscard]] std::span<const Visit> next(std::size_t connection, std::size_t events);

 private:
  struct Place {
    std::size_t household{};
    std::uint64_t revision{};
  };
  std::vector<Bytes> visits_{};  // one of each household
  std::vector<Place> places_{};  // of each connection
  std::vector<Visit> taken_{};
};

}  // namespace doorstep::bench
