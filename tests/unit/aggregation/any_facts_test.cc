// Whatever is in the log, also what fits nothing: after every event the tallies equal a naive
// recount, and a state that went through a snapshot goes on to the same digest. Repeat one seed
// with DOORSTEP_SEED=n.
#include <cstdlib>
#include <string>

#include "common/memory/seeded_random.h"
#include "services/aggregation/digest.h"
#include "services/aggregation/snapshot.h"
#include "tests/support/cursors.h"
#include "tests/unit/aggregation/naive_recount.h"

namespace doorstep::aggregation {
namespace {

class AnyFacts {
 public:
  explicit AnyFacts(std::uint64_t seed) : random_{seed} {}

  test::Fact next() {
    test::Fact fact = body();
    fact.area = any_area();
    // From hours early to hours late, now and then from another age.
    fact.happened_at = test::minutes_past(static_cast<std::int64_t>(below(1'000)) - 300);
    if (below(40) == 0) fact.happened_at = Instant{static_cast<std::int64_t>(random_.next() >> 2)};
    return fact;
  }
  std::uint64_t below(std::uint64_t limit) { return random_.next() % limit; }

 private:
  test::Fact body() {
    switch (below(24)) {
      case 0:
        return opened(any_round());
      case 1:
        if (below(4) == 0) return RoundClosed{any_round()};
        return AreaDefined{any_area(), "area"};
      case 2:
      case 3:
        return registered(any_household(), any_count());
      case 4:
      case 5:
      case 6:
        return placed(any_household(), any_area());
      case 7:
        return withdrawn(any_household(), WithdrawalReason(below(8)));
      case 8:
      case 9:
      case 10:
        return VisitRetracted{any_visit(), any_household(), any_round(),
                              RetractionReason(below(5))};
      case 11:
        return TaskOpened{.task = any_task(), .household = any_household(), .round = any_round()};
      case 12:
        return TaskGiven{any_task(), any_household(), WorkerId{{7, below(3)}},
                         GivenReason(below(3))};
      case 13:
        return TaskDone{any_task(), any_household(), any_visit()};
      case 14:
        return TaskCancelled{any_task(), any_household(), CancellationReason(below(4))};
      case 15:
        return other_body();
      default:
        return any_visit_recorded();
    }
  }

  test::Fact other_body() {
    const ResponsibilityId responsibility{{8, below(6)}};
    switch (below(7)) {
      case 0:
        return ResponsibilityTaken{.responsibility = responsibility, .household = any_household()};
      case 1:
        return ResponsibilityReleased{.responsibility = responsibility};
      case 2:
        return WorkerRegistered{.worker = {{7, below(3)}}, .home = any_area()};
      case 3:
        return WorkerReportedIn{{{7, below(4)}}};
      case 4:
        return DwellingRegistered{{{4, below(4)}}, DwellingState::in_use};
      case 5:
        return CampaignOpened{spring, "spring"};
      default:
        return Unknown{};
    }
  }

  VisitRecorded any_visit_recorded() {
    VisitRecorded visit{.visit = any_visit(), .household = any_household(), .round = any_round()};
    visit.disposition = Disposition(below(14));
    visit.device_skew_ms = static_cast<std::int32_t>(below(7'200'000)) - 3'600'000;
    if (below(3) != 0) visit.persons = {.usual = any_count(), .not_verified = any_count()};
    return visit;
  }

  HouseholdId any_household() { return {{below(12) == 0 ? 0ull : 1ull, below(9)}}; }
  RoundId any_round() { return {{below(9) == 0 ? 0ull : 3ull, below(3)}}; }
  VisitId any_visit() { return {{5, below(60)}}; }
  TaskId any_task() { return {{6, below(20)}}; }
  std::uint16_t any_count() {
    return static_cast<std::uint16_t>(below(9) ? below(9) : below(65'536));
  }
  AreaCode any_area() {
    constexpr AreaCode some[] = {grid_1,
                                 grid_2,
                                 grid_3,
                                 village_1,
                                 village_2,
                                 township,
                                 county,
                                 AreaCode{},
                                 AreaCode{12'345},
                                 AreaCode{~0ull},
                                 AreaCode{43122410000100102}};
    return some[below(std::size(some))];
  }

  memory::SeededRandom random_;
};

void expect_equal(const Coverage& coverage, const NaiveRecount& recount) {
  for (const RoundId round : recount.rounds()) {
    const auto expected = recount.tallies(round);
    for (std::size_t i = 0; i < coverage.areas().size(); ++i) {
      const AreaCode area = coverage.areas().at(static_cast<AreaNode>(i)).code;
      const Tally tally = tally_of(coverage, area, round);
      const auto at = expected.find(area);
      ASSERT_EQ(tally, at == expected.end() ? Tally{} : at->second) << to_string(area);
      ASSERT_LE(tally.persons_not_verified, tally.persons_usual);
    }
    for (const auto& [area, tally] : expected) {
      if (tally == Tally{}) continue;
      ASSERT_TRUE(coverage.areas().find(area)) << to_string(area);
    }
  }
}

// Through bytes and back.
Coverage restored(const Coverage& coverage, Position upto) {
  auto snapshot = snapshot_from(to_bytes({.cursor = test::cursor_at(upto)}, coverage));
  EXPECT_TRUE(snapshot.has_value());
  return snapshot ? std::move(snapshot->state) : Coverage{};
}

void run(std::uint64_t seed) {
  SCOPED_TRACE("repeat with DOORSTEP_SEED=" + std::to_string(seed));
  AnyFacts facts{seed};
  test::FactLog log;
  Coverage coverage;
  Coverage interrupted;
  NaiveRecount recount;
  for (int i = 0; i < 400; ++i) {
    const Recorded recorded = log.add(facts.next());
    coverage.evolve(recorded);
    coverage.settle(recorded.stamp.position);
    recount.add(recorded);
    expect_equal(coverage, recount);
    if (testing::Test::HasFatalFailure()) return;

    interrupted.evolve(recorded);
    if (facts.below(20) == 0) {
      interrupted.settle(recorded.stamp.position);
      interrupted = restored(interrupted, recorded.stamp.position);
    }
    ASSERT_EQ(digest(interrupted), digest(coverage)) << "event " << i;
  }
  const runtime::Progress end{.cursor = test::cursor_at(log.records().back().stamp.position)};
  interrupted.settle(end.cursor.position);
  EXPECT_EQ(to_bytes(end, interrupted), to_bytes(end, coverage));
  EXPECT_EQ(interrupted.unmatched(), coverage.unmatched());
}

TEST(AnyFacts, tallies_equal_a_naive_recount_after_every_event_and_snapshots_change_nothing) {
  if (const char* seed = std::getenv("DOORSTEP_SEED")) return run(std::stoull(seed));
  for (std::uint64_t seed = 1; seed <= 40 && !testing::Test::HasFailure(); ++seed) run(seed);
}

}  // namespace
}  // namespace doorstep::aggregation
