#include "common/domain/tally.h"

#include <numeric>

#include "common/domain/assert.h"

namespace doorstep {
namespace {

constexpr std::size_t first_disposition = 1;

template <std::size_t n>
void add(std::array<std::uint32_t, n>& to, const std::array<std::uint32_t, n>& what) {
  for (std::size_t i = 0; i < n; ++i) to[i] += what[i];
}

void take(std::uint32_t& from, std::uint32_t what) {
  DOORSTEP_ASSERT(from >= what);
  from -= what;
}

template <std::size_t n>
void take(std::array<std::uint32_t, n>& from, const std::array<std::uint32_t, n>& what) {
  for (std::size_t i = 0; i < n; ++i) take(from[i], what[i]);
}

}  // namespace

Tally& Tally::operator+=(const Tally& other) {
  add(by_disposition, other.by_disposition);
  untouched += other.untouched;
  add(withdrawn, other.withdrawn);
  off_roster += other.off_roster;
  persons_usual += other.persons_usual;
  persons_not_verified += other.persons_not_verified;
  return *this;
}

Tally& Tally::operator-=(const Tally& other) {
  take(by_disposition, other.by_disposition);
  take(untouched, other.untouched);
  take(withdrawn, other.withdrawn);
  take(off_roster, other.off_roster);
  take(persons_usual, other.persons_usual);
  take(persons_not_verified, other.persons_not_verified);
  return *this;
}

std::uint32_t count(const Tally& tally, Disposition disposition) {
  return tally.by_disposition[static_cast<std::size_t>(disposition)];
}

std::uint32_t count(const Tally& tally, Answer answer) {
  if (answer == Answer::untouched) return tally.untouched;
  std::uint32_t sum = 0;
  for (std::size_t i = first_disposition; i < tally.by_disposition.size(); ++i) {
    if (answer_of(static_cast<Disposition>(i)) == answer) sum += tally.by_disposition[i];
  }
  return sum;
}

std::uint32_t roster(const Tally& tally) {
  return std::accumulate(tally.by_disposition.begin(), tally.by_disposition.end(), tally.untouched);
}

std::uint32_t withdrawn(const Tally& tally) {
  return std::accumulate(tally.withdrawn.begin(), tally.withdrawn.end(), std::uint32_t{0});
}

std::optional<double> progress(const Tally& tally) {
  const std::uint32_t all = roster(tally);
  if (all == 0) return std::nullopt;
  return static_cast<double>(all - tally.untouched) / all;
}

std::optional<double> coverage(const Tally& tally) {
  const std::uint32_t all = roster(tally);
  if (all == 0) return std::nullopt;
  const std::uint32_t answered = count(tally, Answer::screened) + count(tally, Answer::settled);
  return static_cast<double>(answered) / all;
}

}  // namespace doorstep
