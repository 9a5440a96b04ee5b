#include "services/aggregation/digest.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <vector>

#include "services/aggregation/contribution.h"

namespace doorstep::aggregation {
namespace {

// Gathers big-endian fields and hashes them in large pieces.
class Canonical {
 public:
  void number(std::uint64_t value, std::size_t width) {
    for (std::size_t i = width; i-- > 0;)
      bytes_.push_back(static_cast<std::byte>(value >> (8 * i)));
    if (bytes_.size() >= piece_bytes) flush();
  }
  void uuid(Uuid uuid) {
    number(uuid.high, 8);
    number(uuid.low, 8);
  }
  void text(std::string_view text) {
    number(text.size(), 8);
    for (const char c : text) bytes_.push_back(static_cast<std::byte>(c));
  }
  [[nodiscard]] Sha256 finish() {
    flush();
    return hasher_.finish();
  }

 private:
  static constexpr std::size_t piece_bytes = 64 * 1024;

  void flush() {
    hasher_.add(std::span<const std::byte>{bytes_});
    bytes_.clear();
  }

  Hasher hasher_{};
  std::vector<std::byte> bytes_{};
};

template <class Less>
std::vector<std::uint32_t> order(std::size_t count, Less&& less) {
  std::vector<std::uint32_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), 0u);
  std::ranges::sort(numbers, less);
  return numbers;
}

void add_row(Canonical& canonical, HouseholdId household, const Row& row, const Visit* deciding,
             const Contribution& counted) {
  canonical.uuid(household.value);
  canonical.number(counted.area.value, 8);
  canonical.number(static_cast<std::uint64_t>(counted.counted_as), 1);
  canonical.number(counted.slot, 1);
  canonical.number(deciding == nullptr ? 0 : number(deciding->position), 8);
  canonical.number(
      static_cast<std::uint64_t>(deciding == nullptr ? 0 : deciding->effective.unix_ms), 8);
  canonical.number(row.visits, 4);
  canonical.number(counted.persons_usual, 4);
  canonical.number(counted.persons_not_verified, 4);
}

}  // namespace

Sha256 digest(const Coverage& coverage) {
  const std::vector<Household>& households = coverage.registered().households();
  const std::vector<Sheet>& sheets = coverage.answers().sheets();
  const auto by_household = order(households.size(), [&](std::uint32_t a, std::uint32_t b) {
    return households[a].id < households[b].id;
  });
  const auto by_round = order(sheets.size(), [&](std::uint32_t a, std::uint32_t b) {
    return sheets[a].round < sheets[b].round;
  });

  Canonical canonical;
  canonical.text(Coverage::name);
  canonical.number(Coverage::version, 4);
  canonical.number(sheets.size(), 8);
  for (const std::uint32_t sheet : by_round) {
    canonical.uuid(sheets[sheet].round.value);
    canonical.number(sheets[sheet].open ? 1 : 0, 1);
    std::uint64_t rows = 0;
    for (const std::uint32_t at : by_household) {
      const Row row = coverage.answers().row(static_cast<SheetNumber>(sheet), HouseholdIndex{at});
      const Visit* const deciding = coverage.answers().deciding(row);
      const Contribution counted = contribution(row, deciding);
      if (counted.counted_as == CountedAs::nothing) continue;
      add_row(canonical, households[at].id, row, deciding, counted);
      ++rows;
    }
    canonical.number(rows, 8);
  }
  return canonical.finish();
}

}  // namespace doorstep::aggregation
