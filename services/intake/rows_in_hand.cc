#include "services/intake/rows_in_hand.h"

#include <algorithm>
#include <utility>

namespace doorstep::intake {

void RowsInHand::take(std::uint64_t number, ImportRow what) {
  Row& row = rows_[number];
  row = {.number = number, .what = std::move(what)};
  row.subjects = subjects_of(row.what);
  for (const Subject& subject : row.subjects) claims_[subject.id].push_back(number);
  if (is_first_everywhere(row)) ready_.push_back(number);
}

const RowsInHand::Row* RowsInHand::next() {
  if (ready_.empty()) return nullptr;
  const std::uint64_t number = ready_.front();
  ready_.pop_front();
  return &rows_.at(number);
}

void RowsInHand::settle(std::uint64_t number) {
  const Row row = std::move(rows_.extract(number).mapped());
  for (const Subject& subject : row.subjects) {
    const auto claims = claims_.find(subject.id);
    claims->second.pop_front();
    if (claims->second.empty()) claims_.erase(claims);
  }
  for (const Subject& subject : row.subjects) {
    const auto claims = claims_.find(subject.id);
    if (claims == claims_.end()) continue;
    const std::uint64_t then = claims->second.front();
    const bool is_told = std::ranges::find(ready_, then) != ready_.end();
    if (!is_told && is_first_everywhere(rows_.at(then))) ready_.push_back(then);
  }
}

bool RowsInHand::is_first_everywhere(const Row& row) const {
  return std::ranges::all_of(row.subjects, [&](const Subject& subject) {
    return claims_.at(subject.id).front() == row.number;
  });
}

}  // namespace doorstep::intake
