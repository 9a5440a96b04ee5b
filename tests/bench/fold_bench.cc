// fold_bench [HOUSEHOLDS] [VISITS]: a made-up county and its day as stored blocks, folded into
// coverage as a replay does it. Prints what opening, decoding and folding take, and what the state
// then costs.
#include <chrono>
#include <concepts>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "common/runtime/file_snapshot.h"
#include "common/wire/block.h"
#include "common/wire/block_builder.h"
#include "common/wire/event_codec.h"
#include "services/aggregation/coverage.h"
#include "services/aggregation/digest.h"
#include "services/aggregation/questions.h"
#include "services/aggregation/snapshot.h"
#include "services/assignment/snapshot.h"
#include "services/intake/snapshot.h"
#include "tests/support/cursors.h"

namespace doorstep::bench {
namespace {

using namespace aggregation;

constexpr std::size_t block_events = 4'096;
constexpr std::uint64_t households_of_a_grid = 60;
constexpr Instant morning{1'647'993'600'000};
constexpr RoundId screening_round{{3, 1}};

// Ids as clients make them: the time in front, chance behind.
Uuid id(std::uint64_t kind, std::uint64_t n) {
  std::uint64_t mixed = (kind << 56) + n * 0x9e3779b97f4a7c15ULL;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111ebULL;
  return with_version({0x017f'b4a1'2c00'0000 + (n >> 6), mixed ^ (mixed >> 31)}, 7);
}

AreaCode grid_of(std::uint64_t household) {
  const std::uint64_t grid = household / households_of_a_grid;
  const std::uint64_t village = grid / 20;
  const std::uint64_t township = village / 17;
  return {43122400000000000 + (100 + township) * 100'000'000 + (1 + village % 17) * 100'000 +
          (1 + grid % 20) * 100};
}

class Day {
 public:
  void add(const Body& body, EventType type, StreamId stream, AreaCode area) {
    Event event{.envelope = {.id = {id(1, events_)},
                             .type = type,
                             .stream = stream,
                             .area = area,
                             .happened_at = morning,
                             .actor = {id(2, events_ % 500)},
                             .device = {id(3, events_ % 500)},
                             .purpose = Purpose::screening},
                .body = body};
    if (const auto* visit = std::get_if<VisitRecorded>(&body))
      event.envelope.id = {visit->visit.value};
    ++events_;
    const Instant at = morning + Milliseconds{static_cast<std::int64_t>(events_ / 50)};
    block_.add({.position = Position{events_}, .recorded_at = at}, wire::encode_event(event));
    if (block_.events() == block_events) end_block();
  }
  void end_block() {
    if (block_.events() == 0) return;
    blocks_.push_back(block_.finish());
    bytes_ += blocks_.back().size();
  }
  [[nodiscard]] const std::vector<Bytes>& blocks() const { return blocks_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  wire::BlockBuilder block_{};
  std::vector<Bytes> blocks_{};
  std::uint64_t events_{};
  std::uint64_t bytes_{};
};

void add_household(Day& day, std::uint64_t n) {
  const HouseholdId household{id(4, n)};
  const DwellingId dwelling{id(5, n)};
  const AreaCode grid = grid_of(n);
  day.add(DwellingRegistered{dwelling, DwellingState::in_use}, EventType::dwelling_registered,
          stream_of(dwelling), grid);
  day.add(HouseholdRegistered{household, HouseholdKind::family, {.registered = 3, .usual = 3}},
          EventType::household_registered, stream_of(household), grid);
  day.add(HouseholdPlaced{household, dwelling, grid, morning}, EventType::household_placed,
          stream_of(household), grid);
  day.add(ResponsibilityTaken{.responsibility = {id(6, n)},
                              .household = household,
                              .level = ResponsibilityLevel::covers_household,
                              .role = ResponsibilityRole::lead,
                              .holder = {HolderKind::worker, id(7, n / 40)},
                              .from = morning,
                              .basis = ResponsibilityBasis::pairing},
          EventType::responsibility_taken, stream_of(household), grid);
  day.add(TaskOpened{.task = {id(8, n)},
                     .kind = TaskKind::screening,
                     .household = household,
                     .round = screening_round,
                     .ordinal = 1},
          EventType::task_opened, stream_of(household), grid);
}

// Doors are knocked on in no order; one visit in four meets nobody.
void add_visit(Day& day, std::uint64_t n, std::uint64_t households) {
  const std::uint64_t door = (n * 2'654'435'761ULL) % households;
  VisitRecorded visit{.visit = {id(9, n)},
                      .household = {id(4, door)},
                      .round = screening_round,
                      .mode = VisitMode::at_door,
                      .started = morning,
                      .ended = morning,
                      .disposition = n % 4 == 0 ? Disposition::no_answer : Disposition::screened,
                      .persons = {.registered = 3, .usual = 3, .present = 2}};
  visit.done_by.add({id(7, door / 40)});
  day.add(visit, EventType::visit_recorded, stream_of(visit.household), grid_of(door));
}

// Of this process on a core: what else runs on the machine does not count.
double seconds(const std::function<void()>& work) {
  const std::clock_t start = std::clock();
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void show(const char* what, double took, std::uint64_t events) {
  std::printf("%-44s %9.3f s %12.0f events/s\n", what, took, static_cast<double>(events) / took);
}
void show(const char* what, double took) { std::printf("%-44s %9.3f ms\n", what, took * 1'000); }

long resident_mib() {
  long pages = 0;
  if (std::FILE* file = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    std::fclose(file);
  }
  return pages * 4'096 / (1 << 20);
}

// Each record of each block, decoded, to `take`; each block's end to `end`.
template <class Take, class End>
void replay(const Day& day, Take&& take, End&& end) {
  for (const Bytes& bytes : day.blocks()) {
    const auto block = wire::Block::open(bytes);
    for (const wire::Record& record : block->records()) take(record);
    end();
  }
}

void ask(const char* what, const Coverage& coverage, decltype(wire::Question::what) question) {
  constexpr int times = 20;
  std::size_t answered = 0;
  const double took = seconds([&] {
    for (int i = 0; i < times; ++i) {
      answered += answer({.what = question}, coverage, AsOf{}).what.index() < 6 ? 1u : 0u;
    }
  });
  show(what, took / times);
  if (answered != times) std::printf("  not answered\n");
}

template <class State>
State folded(const Day& day) {
  State state;
  const auto evolve = [&](const wire::Record& record) {
    const Recorded recorded{record.stamp, *wire::decode_event(record.event)};
    state.evolve(recorded);
    if constexpr (std::same_as<State, intake::Known>) {
      const auto* visit = std::get_if<VisitRecorded>(&recorded.event.body);
      if (visit != nullptr) state.note_in_batch(visit->visit, record.stamp.position);
    }
  };
  replay(day, evolve, [] {});
  return state;
}

double real_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// For how long a service stands still while it keeps a snapshot, written and synced, and how long
// the next start needs for it: of real time.
template <class State, class Restore>
void keep_and_restore(const std::string& whose, const State& state, Restore restore) {
  const auto path = std::filesystem::temp_directory_path() / "doorstep-fold-bench-snapshot";
  runtime::FileSnapshot file{path};
  const double start = real_seconds();
  const Bytes bytes = to_bytes({.cursor = test::cursor_at(Position{1})}, state);
  const double encoded = real_seconds();
  if (!file.replace(bytes)) std::printf("  not written\n");
  const double written = real_seconds();
  const auto read = file.read();
  if (!restore(**read)) std::printf("  not read back\n");
  const double restored = real_seconds();
  std::filesystem::remove(path);
  std::printf("%-44s %9.1f MiB: encode %.0f ms, write %.0f ms; read and restore %.0f ms\n",
              ("snapshot of " + whose).c_str(), static_cast<double>(bytes.size()) / (1 << 20),
              (encoded - start) * 1'000, (written - encoded) * 1'000, (restored - written) * 1'000);
}

void run(std::uint64_t households, std::uint64_t visits) {
  Day day;
  day.add(RoundOpened{.round = screening_round, .campaign = {id(10, 1)}, .number = 1},
          EventType::round_opened, stream_of(CampaignId{id(10, 1)}), {43122400000000000});
  for (std::uint64_t n = 0; n < households; ++n) add_household(day, n);
  for (std::uint64_t n = 0; n < visits; ++n) add_visit(day, n, households);
  day.end_block();
  std::printf("%llu events, %.1f MiB stored\n", static_cast<unsigned long long>(day.events()),
              static_cast<double>(day.bytes()) / (1 << 20));

  show("open blocks", seconds([&] { replay(day, [](const wire::Record&) {}, [] {}); }),
       day.events());
  std::size_t decoded = 0;
  const double decoding = seconds([&] {
    replay(
        day,
        [&](const wire::Record& record) {
          decoded += wire::decode_event(record.event)->body.index();
        },
        [] {});
  });
  show("open and decode", decoding, day.events());

  const long before = resident_mib();
  Coverage coverage;
  Position upto{};
  const double folding = seconds([&] {
    replay(
        day,
        [&](const wire::Record& record) {
          const Recorded recorded{record.stamp, *wire::decode_event(record.event)};
          coverage.evolve(recorded);
          upto = recorded.stamp.position;
        },
        [&] { coverage.settle(upto); });
  });
  show("open, decode and fold into coverage", folding, day.events());
  std::printf("%-44s %9ld MiB\n", "memory of the state", resident_mib() - before);

  Sha256 sha256{};
  show("digest", seconds([&] { sha256 = digest(coverage); }));
  Bytes bytes;
  show("snapshot", seconds([&] { bytes = to_bytes({.cursor = test::cursor_at(upto)}, coverage); }));
  std::printf("%-44s %9.1f MiB\n", "", static_cast<double>(bytes.size()) / (1 << 20));
  show("restore", seconds([&] {
         if (digest(snapshot_from(bytes)->state) != sha256) std::printf("  digest differs\n");
       }));
  keep_and_restore("coverage", coverage,
                   [](BytesView from) { return aggregation::snapshot_from(from); });
  const AreaCode grid = grid_of(0);
  ask("question: children of the county", coverage, wire::AskChildren{{43122400000000000}, {}});
  ask("question: households of a grid", coverage, wire::AskHouseholds{grid, {}, {}, 100});
  ask("question: households of the county", coverage,
      wire::AskHouseholds{{43122400000000000}, {}, {}, 100});
  ask("question: tasks of a grid", coverage, wire::AskTasks{grid, {}, 0, 100});
  ask("question: tasks of the county", coverage, wire::AskTasks{{43122400000000000}, {}, 0, 100});
  keep_and_restore("intake", folded<intake::Known>(day),
                   [](BytesView from) { return intake::snapshot_from(from); });
  keep_and_restore("assignment", folded<assignment::Folded>(day),
                   [](BytesView from) { return assignment::snapshot_from(from); });
}

}  // namespace
}  // namespace doorstep::bench

int main(int argc, char** argv) {
  const auto number = [&](int at, std::uint64_t otherwise) {
    return argc > at ? std::strtoull(argv[at], nullptr, 10) : otherwise;
  };
  doorstep::bench::run(number(1, 100'000), number(2, 1'000'000));
}
