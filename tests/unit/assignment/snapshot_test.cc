#include "services/assignment/snapshot.h"

#include <gtest/gtest.h>

#include "common/memory/seeded_random.h"
#include "tests/support/cursors.h"
#include "tests/unit/assignment/field.h"

namespace doorstep::assignment {
namespace {

using namespace test;
using doorstep::test::cursor_at;

// Some days of a small county: planned now and then, at last not any more, so that much is left to
// say.
std::vector<Recorded> some_days(std::uint64_t seed) {
  memory::SeededRandom random{seed};
  const auto below = [&](std::uint64_t n) { return random.next() % n; };
  Field field;
  std::uint64_t visits = 0;
  for (std::uint64_t n = 1; n <= 3; ++n) field.register_worker(n, n == 3 ? village : grid);
  field.open_round();
  for (int i = 0; i < 120; ++i) {
    field.now = field.now + std::chrono::minutes{static_cast<int>(below(30))};
    const std::uint64_t n = 1 + below(6);
    switch (below(9)) {
      case 0:
        field.register_household(n, below(2) == 0 ? grid : micro_grid);
        break;
      case 1:
        if (below(4) == 0) field.withdraw(n);
        break;
      case 2:
        field.take(1 + below(3), n);
        break;
      case 3:
        if (below(8) == 0) field.open_round(second_round);
        if (below(8) == 0) field.close_round(first_round);
        break;
      case 4:
        if (visits > 0) field.retract(1 + below(visits), n);
        break;
      case 5:
        below(2) == 0 ? field.report_in(1 + below(3)) : field.stand_down(1 + below(3));
        break;
      default:
        field.visit_recorded(++visits, n, static_cast<Disposition>(1 + below(12)));
    }
    if (i < 70 && below(5) == 0) (void)field.plan();
  }
  return field.log();
}

// A service's state and what it does once level: decides, sees it land, decides again.
class Life {
 public:
  // From the start, up to there.
  Life(const std::vector<Recorded>& log, std::size_t upto) { fold(log, 0, upto); }
  // As a start from the snapshot that `before` would keep.
  explicit Life(const Bytes& snapshot) {
    auto kept = snapshot_from(snapshot);
    EXPECT_TRUE(kept.has_value());
    if (!kept) return;
    folded_ = std::move(kept->state);
    backlog_.add_all(folded_.registered);
  }
  void fold(const std::vector<Recorded>& log, std::size_t from, std::size_t upto) {
    for (std::size_t i = from; i < upto; ++i) take(log[i]);
  }
  [[nodiscard]] Bytes bytes(std::size_t upto) const {
    return to_bytes({.cursor = cursor_at(Position{upto})}, folded_);
  }
  [[nodiscard]] const Folded& folded() const { return folded_; }
  // What it states, in order, until nothing is left to say.
  std::vector<Event> plan(std::size_t at, Instant now) {
    std::vector<Event> said;
    while (const auto index = backlog_.take(folded_.registered)) {
      const auto event =
          next_event({folded_.registered, folded_.tasks, folded_.attempts, pending_}, *index, now);
      const Household& one = folded_.registered.household(*index);
      backlog_.set_waiting(*index, !event && waits_for_someone(folded_.tasks, one.id), one.area);
      if (!event) continue;
      said.push_back(*event);
      take({{.position = Position{++at}, .recorded_at = now}, *event});
    }
    return said;
  }

 private:
  void take(const Recorded& recorded) {
    folded_.evolve(recorded);
    backlog_.note(recorded, folded_.registered);
  }
  Folded folded_{};
  Backlog backlog_{};
  PendingLoad pending_{};
};

// Field by field: bytes alone would not show one that is not stored.
void expect_same(const Folded& a, const Folded& b) {
  ASSERT_EQ(a.registered.households().size(), b.registered.households().size());
  for (const RoundId round : {first_round, second_round}) {
    EXPECT_EQ(a.attempts.opened_by(round), b.attempts.opened_by(round));
    EXPECT_EQ(a.attempts.closed_by(round), b.attempts.closed_by(round));
    for (std::uint32_t i = 0; i < a.registered.households().size(); ++i) {
      const Attempts* const one = a.attempts.of(round, HouseholdIndex{i});
      const Attempts* const other = b.attempts.of(round, HouseholdIndex{i});
      ASSERT_EQ(one == nullptr, other == nullptr);
      if (one != nullptr) {
        EXPECT_EQ(*one, *other);
      }
    }
  }
  for (const Household& one : a.registered.households()) {
    EXPECT_EQ(a.attempts.withdrawn_by(one.id), b.attempts.withdrawn_by(one.id));
  }
}

class AssignmentSnapshots : public testing::TestWithParam<std::uint64_t> {};

TEST_P(AssignmentSnapshots, taken_anywhere_the_fold_and_the_decisions_go_on_as_from_the_start) {
  const auto log = some_days(GetParam());
  const Instant now = log.back().stamp.recorded_at + std::chrono::hours{1};
  const Life all{log, log.size()};
  Life whole{log, log.size()};
  const Bytes bytes = whole.bytes(log.size());
  const std::vector<Event> said = whole.plan(log.size(), now);
  for (std::size_t at = 0; at <= log.size(); at += 1 + at % 5) {
    Life life{Life{log, at}.bytes(at)};
    life.fold(log, at, log.size());
    ASSERT_EQ(life.bytes(log.size()), bytes) << at;
    expect_same(life.folded(), all.folded());
    ASSERT_EQ(life.plan(log.size(), now), said) << at;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AssignmentSnapshots, testing::Range<std::uint64_t>(1, 11));

TEST(AssignmentSnapshot, reads_back_with_its_place_and_is_none_if_anything_is_off) {
  const auto log = some_days(1);
  Bytes bytes = Life{log, log.size()}.bytes(log.size());
  const auto kept = snapshot_from(bytes);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->progress.cursor, cursor_at(Position{log.size()}));
  for (const std::size_t at : {0u, 8u, 12u}) {  // magic, version, layout
    bytes[at] ^= std::byte{1};
    EXPECT_FALSE(snapshot_from(bytes)) << at;
    bytes[at] ^= std::byte{1};
  }
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    EXPECT_FALSE(snapshot_from(BytesView{bytes}.first(size))) << size;
  }
  bytes.push_back(std::byte{0});
  EXPECT_FALSE(snapshot_from(bytes));
}

TEST(AssignmentSnapshot, a_wrong_byte_is_refused_or_folds_on) {
  const auto log = some_days(2);
  Bytes bytes = Life{log, log.size()}.bytes(log.size());
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    bytes[at] ^= std::byte{0xff};
    if (auto kept = snapshot_from(bytes)) {
      for (const Recorded& recorded : log) kept->state.evolve(recorded);
    }
    bytes[at] ^= std::byte{0xff};
  }
}

}  // namespace
}  // namespace doorstep::assignment
