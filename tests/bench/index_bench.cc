// index_bench FOLDER [MILLIONS] [EVENTS A REQUEST]: a long log in a real store, and what its
// indexes cost and give: folding all of it, a start from the snapshot, one household's history, a
// filter that matches nothing, the lookup of a request. Prints one line each.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <semaphore>

#include "common/rocks/rocks_block_store.h"
#include "common/rocks/rocks_index_store.h"
#include "common/runtime/file_snapshot.h"
#include "common/wire/block_builder.h"
#include "common/wire/event_codec.h"
#include "services/event_log/feed_scan.h"
#include "services/event_log/index_verification.h"
#include "services/event_log/indexing.h"
#include "services/event_log/recovery.h"
#include "tests/bench/race/measure.h"
#include "tests/support/sample_events.h"

namespace doorstep::bench {
namespace {

using namespace event_log;

constexpr std::uint64_t households = 300'000;
constexpr std::uint64_t events_per_block = 2'000;

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "index_bench: " << why << "\n";
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().message);
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

double memory() {
  std::ifstream file{"/proc/self/statm"};
  double pages = 0;
  file >> pages >> pages;
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
}

HouseholdId household(std::uint64_t n) {
  // A day's round goes from door to door, and the next one in another order.
  const std::uint64_t which = n % households * 7'919 % households;
  return HouseholdId{{0x017f'b4a1'2c00'7000, 0x9000'0000'0000'0000 + which}};
}
// As clients make them: time-ordered.
AppendId append_id(std::uint64_t n) {
  return AppendId{{0x017f'b4a1'2c00'7000 + (n << 12), 0xa000'0000'0000'0000 + n * 0x9e3779b97f4a7}};
}

class Visits {
 public:
  Visits() : event_{test::sample_event(body_, stream_of(household(1)), Purpose::screening)} {}
  Bytes operator()(std::uint64_t n) {
    body_.visit = VisitId{{0x017f'b4a1'2c00'7000 + (n >> 12), 0x8000'0000'0000'0000 + n}};
    body_.household = household(n);
    event_.body = body_;
    event_.envelope.id = EventId{body_.visit.value};
    event_.envelope.stream = stream_of(body_.household);
    event_.envelope.area = AreaCode{431'224'100'001'00000 + n % households / 40 * 100};
    return wire::encode_event(event_);
  }

 private:
  VisitRecorded body_{test::sample_visit()};
  Event event_;
};

void write_log(BlockStore& store, std::counting_semaphore<>& durable, std::uint64_t events,
               std::uint64_t per_request) {
  Visits visits;
  wire::BlockBuilder builder;
  for (std::uint64_t n = 1; n <= events;) {
    const Position first{n};
    for (std::uint64_t i = 0; i < events_per_block && n <= events; ++i, ++n) {
      if (i % per_request == 0) builder.begin_request(append_id(n), {}, Position{n});
      builder.add({Position{n}, Revision{(n - 1) / households}, Instant{static_cast<int>(n / 100)}},
                  visits(n));
    }
    while (!store.accepts()) durable.acquire();
    const StoredBlock block{first, Position{n - 1},
                            std::make_shared<const Bytes>(builder.finish())};
    must(store.submit(block));
  }
  while (must(store.durable()) < Position{events}) durable.acquire();
}

// Of this process, user and system: what does not change with what else the machine does.
double cpu_seconds() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

struct Opened {
  Recovered recovered{};
  double seconds{};
  double cpu_seconds{};
};

Opened start(const RecoverFrom& from, const proof::Checkpoint& head) {
  const double before = now_seconds();
  const double cpu = cpu_seconds();
  auto recovered = must(recover(from, head));
  return {std::move(recovered), now_seconds() - before, cpu_seconds() - cpu};
}

void print(const char* what, std::vector<double> seconds) {
  std::ranges::sort(seconds);
  std::printf("%-56s p50 %10.2f µs   p99 %10.2f µs\n", what, seconds[seconds.size() / 2] * 1e6,
              seconds[seconds.size() * 99 / 100] * 1e6);
}

void ask(const BlockStore& store, const Recovered& recovered, std::uint64_t events) {
  const Tail tail{Position{events}};
  std::vector<double> histories;
  std::size_t found = 0;
  for (std::uint64_t i = 0; i < 200; ++i) {
    BlockReader reader{store, tail};
    FeedScan scan{reader, *recovered.index, {}};
    StreamWalk walk;
    const double before = now_seconds();
    for (Position to{}; to < Position{events};) {
      const auto scanned =
          must(scan.scan({.stream = stream_of(household(i * 7'919))},
                         {to, Position{events}, 1'000'000, 64 * 1024 * 1024}, walk));
      found += scanned.events;
      to = scanned.to;
    }
    histories.push_back(now_seconds() - before);
  }
  std::printf("events of a household: %.1f\n", static_cast<double>(found) / 200);
  print("the history of one household", histories);

  BlockReader reader{store, tail};
  FeedScan scan{reader, *recovered.index, {}};
  StreamWalk walk;
  const double before = now_seconds();
  for (Position to{}; to < Position{events};) {
    to = must(scan.scan({.area = AreaCode{500'000'000'000'00000}},
                        {to, Position{events}, 1'000, 1'000'000}, walk))
             .to;
  }
  std::printf("%-56s %.2f ms a million events\n", "a filter that matches nothing",
              (now_seconds() - before) * 1e9 / static_cast<double>(events));
}

void look_up(const AppendIds& ids, std::uint64_t events, std::uint64_t per_request) {
  constexpr int lookups = 100'000;
  std::vector<double> seconds;
  const auto measure = [&](const char* what, auto&& id_at, bool known) {
    const double before = now_seconds();
    for (std::uint64_t i = 0; i < lookups; ++i) {
      if (ids.find(id_at(i)).has_value() != known) give_up("a wrong answer to a lookup");
    }
    std::printf("%-56s %.2f µs\n", what, (now_seconds() - before) * 1e6 / lookups);
  };
  const std::uint64_t requests = events / per_request;
  measure(
      "a new, time-ordered request id is looked up",
      [&](std::uint64_t i) { return append_id(events + 1 + i); }, false);
  measure(
      "a new id that is a name's hash",
      [](std::uint64_t i) { return AppendId{named_id("bench", std::to_string(i))}; }, false);
  measure(
      "an old request's id, any of them",
      [&](std::uint64_t i) { return append_id(i * 104'729 % requests * per_request + 1); }, true);
}

void run(const std::filesystem::path& folder, std::uint64_t events, std::uint64_t per_request) {
  std::counting_semaphore<> durable{0};
  const auto blocks = must(rocks::open_block_store({.folder = folder / "log",
                                                    .log_if_new = LogId{{1, 1}},
                                                    .on_durable = [&] { durable.release(); }}));
  const double before = now_seconds();
  if (must(blocks.store->durable()) == Position{}) {
    write_log(*blocks.store, durable, events, per_request);
  }
  std::printf("wrote %.1f M events in %.1f s; memory %.0f MB\n", static_cast<double>(events) / 1e6,
              now_seconds() - before, memory());
  const auto indexes = must(rocks::open_index_store(folder / "index" / "pages"));
  runtime::FileSnapshot heads{folder / "index" / "heads"};
  const RecoverFrom from{*blocks.store, *indexes.store, heads, {blocks.log, blocks.epoch}};

  must(indexes.store->clear());
  std::filesystem::remove(folder / "index" / "heads");
  auto first = start(from, {});
  std::printf("all of it folded: %.2f s, %.2f s of CPU a million; memory %.0f MB\n", first.seconds,
              first.cpu_seconds * 1e6 / static_cast<double>(events), memory());
  ask(*blocks.store, first.recovered, events);
  look_up(first.recovered.state.append_ids, events, per_request);
  const Tail tail{Position{events}};
  Indexing indexing{{*blocks.store, tail, *first.recovered.index, heads},
                    from.log,
                    first.recovered.snapshot_at,
                    [](const std::string&) {}};
  indexing.drain();
  const double snapshot_before = now_seconds();
  while (!indexing.drained()) must(indexing.step({}));
  std::printf("snapshot: %.2f s\n", now_seconds() - snapshot_before);
  Hasher hasher;
  const proof::Checkpoint head{.size = events, .root = first.recovered.state.tree.root(hasher)};
  const auto again = start(from, head);
  std::printf("a start from the snapshot: %.2f s, %.2f s of CPU; memory with both %.0f MB\n",
              again.seconds, again.cpu_seconds, memory());
  if (!again.recovered.folded_again.empty()) give_up(again.recovered.folded_again);
  const double verify_before = now_seconds();
  must(verify_indexes(*blocks.store, *indexes.store, must(heads.read()), from.log));
  std::printf("verified in %.2f s\n", now_seconds() - verify_before);
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: index_bench FOLDER [MILLIONS] [EVENTS A REQUEST]\n";
    return 2;
  }
  const double millions = count > 2 ? std::atof(arguments[2]) : 1;
  const auto per_request = static_cast<std::uint64_t>(count > 3 ? std::atoi(arguments[3]) : 1);
  doorstep::bench::run(arguments[1], static_cast<std::uint64_t>(millions * 1e6), per_request);
  return 0;
}
