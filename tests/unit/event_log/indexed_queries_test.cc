// Readers of streams, areas and types see the same events whether the index covers them, some of
// them, or none.
#include <gtest/gtest.h>

#include <random>

#include "common/wire/block_builder.h"
#include "services/event_log/indexing.h"
#include "services/event_log/recovery.h"
#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {
namespace {

constexpr std::uint64_t seed = 20220325;
constexpr std::uint64_t events_in_all = 6'000;
constexpr std::uint64_t pages_in_all = events_in_all / page_events + 1;
constexpr Milliseconds tick{7};

// A log written at once, and indexes that are stepped by hand.
class IndexedQueries : public testing::Test {
 protected:
  IndexedQueries() {
    store = std::move(*memory::MemoryBlockStore::open(disk, Epoch{1}));
    while (headings.size() < events_in_all) add_block(1 + random() % 900);
    tail = std::make_unique<Tail>(Position{events_in_all});
    index = std::make_unique<LogIndex>(index_store, IndexFold{});
    indexing = std::make_unique<Indexing>(
        Indexing::Outside{*store, *tail, *index, heads}, IndexedLog{}, Position{},
        [](const std::string&) {}, Indexing::Limits{.events_per_write = 1'000});
    reader = std::make_unique<BlockReader>(*store, *tail);
  }
  void add_block(std::uint64_t events) {
    wire::BlockBuilder builder;
    const Position first{headings.size() + 1};
    builder.begin_request(AppendId{{1, number(first)}}, {}, first);
    for (std::uint64_t i = 0; i < events && headings.size() < events_in_all; ++i) {
      const Said said{.stream = household(random() % 50 * (random() % 20)),
                      .area = std::vector{grid_1, grid_2, village, AreaCode{}}[random() % 4]};
      const bool stood = random() % 4 == 0;
      const std::uint64_t n = headings.size() + 1;
      const Revision revision{revisions[said.stream]++};
      builder.add({Position{n}, revision, Instant{static_cast<std::int64_t>(n / 10) * 10}},
                  stood ? stood_down(n, said) : reported_in(n, said));
      headings.push_back({said.stream, said.area,
                          stood ? EventType::worker_stood_down : EventType::worker_reported_in});
    }
    const Position last = builder.last();
    ASSERT_TRUE(store
                    ->submit({.first = first,
                              .last = last,
                              .bytes = std::make_shared<const Bytes>(builder.finish())})
                    .has_value());
  }
  void index_up_to(std::uint64_t position) {
    for (Milliseconds now{}; number(index->covered()) < position; now += tick) {
      ASSERT_TRUE(indexing->step({.monotonic = now}).has_value());
    }
  }
  [[nodiscard]] std::vector<Position> expected(const wire::Filter& filter, Position after) const {
    std::vector<Position> all;
    for (std::uint64_t i = number(after); i < headings.size(); ++i) {
      if (matches({filter.area, filter.stream, filter.types}, headings[i])) {
        all.push_back(Position{i + 1});
      }
    }
    return all;
  }
  [[nodiscard]] std::vector<Position> scanned(const wire::Filter& filter, Position after,
                                              std::uint64_t credit_events) {
    FeedScan scan{*reader, *index, {.events_per_scan = 700, .pages_per_scan = 2}};
    StreamWalk walk;
    std::vector<Position> all;
    std::size_t without_progress = 0;
    for (Position to = after; to < Position{events_in_all};) {
      const auto found = scan.scan(filter,
                                   {.after = to,
                                    .upto = Position{events_in_all},
                                    .credit_events = credit_events,
                                    .credit_bytes = 1'000'000},
                                   walk);
      EXPECT_TRUE(found.has_value()) << found.error().message;
      if (!found) return {};
      without_progress = found->to > to ? 0 : without_progress + 1;
      const bool may_be_walking = !filter.stream.is_none() && found->block.empty();
      if (without_progress > (may_be_walking ? pages_in_all / 2 : 0)) return {};
      to = found->to;
      EXPECT_LE(found->events, credit_events);
      if (found->block.empty()) continue;
      const auto block = wire::Block::open(found->block);
      for (const auto& record : block->records()) {
        EXPECT_LE(record.stamp.position, to);
        all.push_back(record.stamp.position);
      }
    }
    return all;
  }

  std::mt19937_64 random{seed};
  std::vector<Heading> headings{};
  std::map<StreamId, std::uint64_t> revisions{};
  memory::MemoryDisk disk{};
  std::unique_ptr<memory::MemoryBlockStore> store{};
  std::unique_ptr<Tail> tail{};
  memory::MemoryIndexStore index_store{};
  memory::MemorySnapshotFile heads{};
  std::unique_ptr<LogIndex> index{};
  std::unique_ptr<Indexing> indexing{};
  std::unique_ptr<BlockReader> reader{};
};

TEST_F(IndexedQueries, find_what_a_look_at_everything_finds_however_far_the_index_is) {
  for (const std::uint64_t covered : {0u, 900u, 2'500u, 6'000u}) {
    index_up_to(covered);
    for (int i = 0; i < 60; ++i) {
      wire::Filter filter;
      if (random() % 2 == 0) filter.stream = household(random() % 200);
      if (random() % 2 == 0) filter.area = random() % 2 == 0 ? village : grid_2;
      if (random() % 3 == 0) filter.types = {EventType::worker_stood_down};
      if (filter.is_everything()) filter.stream = household(0);
      const Position after{random() % events_in_all};
      ASSERT_EQ(scanned(filter, after, 1 + random() % 100), expected(filter, after))
          << "covered " << covered << ", seed " << seed;
    }
  }
}

TEST_F(IndexedQueries, nothing_is_opened_where_the_columns_say_that_nothing_matches) {
  index_up_to(events_in_all);
  for (std::uint64_t n = 1; n <= events_in_all; n += 100) disk.damage(Position{n});
  const wire::Filter elsewhere{.area = AreaCode{500'000'000'000'00000}};
  EXPECT_TRUE(scanned(elsewhere, Position{}, 10).empty());
  FeedScan scan{*reader, *index, {}};
  const ScanRequest all{.upto = Position{events_in_all}, .credit_events = 1, .credit_bytes = 1'000};
  StreamWalk walk;
  EXPECT_EQ(scan.scan(elsewhere, all, walk)->to, Position{events_in_all}) << "in one step";
  EXPECT_FALSE(scan.scan({.area = village}, all, walk).has_value())
      << "and this one would be opened";
}

TEST_F(IndexedQueries, a_walk_goes_so_many_pages_a_call_and_gives_nothing_before_it_is_over) {
  index_up_to(events_in_all);
  const auto all = expected({.stream = household(0)}, {});
  ASSERT_GT(all.size(), 100u);
  StreamWalk walk;
  const auto ask = [&] {
    return walk.after(*index, household(0), Position{}, Position{3'000}, {.pages = 1}).value();
  };
  for (std::size_t page = page_of(all.back()); page > 0; --page) {
    EXPECT_EQ(ask().upto, Position{}) << "page " << page;
  }
  const auto found = ask();
  EXPECT_EQ(found.upto, Position{3'000});
  const auto in_range = std::ranges::upper_bound(all, Position{3'000}) - all.begin();
  EXPECT_TRUE(std::ranges::equal(found.positions,
                                 std::span{all}.first(static_cast<std::size_t>(in_range))));
}

TEST_F(IndexedQueries, a_history_longer_than_is_remembered_comes_in_parts) {
  index_up_to(events_in_all);
  const auto all = expected({.stream = household(0)}, {});
  for (const std::size_t remembered : {1u, 7u, 60u}) {
    StreamWalk walk;
    std::vector<Position> got;
    std::size_t parts = 0;
    for (Position to{}; to < Position{events_in_all}; ++parts) {
      const auto found =
          walk.after(*index, household(0), to, Position{events_in_all}, {.positions = remembered});
      ASSERT_TRUE(found.has_value());
      ASSERT_LE(found->positions.size(), remembered);
      ASSERT_GT(found->upto, to);
      got.insert(got.end(), found->positions.begin(), found->positions.end());
      to = found->upto;
    }
    EXPECT_EQ(got, all) << remembered;
    EXPECT_GE(parts, all.size() / remembered);
  }
}

TEST_F(IndexedQueries, a_stream_that_is_not_there_has_no_history) {
  index_up_to(events_in_all);
  StreamWalk walk;
  const auto found = walk.after(*index, household(777'777), Position{}, Position{10}, {});
  EXPECT_TRUE(found->positions.empty());
  EXPECT_EQ(found->upto, Position{10});
}

TEST_F(IndexedQueries, pages_hold_the_roots_of_the_tree) {
  index_up_to(events_in_all);
  Hasher hasher;
  proof::MerkleTree of_pages;
  proof::MerkleTree of_records;
  for (std::uint64_t page = 0; page < 5; ++page) {
    of_pages.append_page(hasher, (*index->page(page))->root);
  }
  for (std::uint64_t n = 1; n <= 5 * page_events; ++n) {
    const auto opened = reader->open(Position{n});
    const auto place = n - number((*opened)->stored.first);
    of_records.append(hasher, (*opened)->block.records()[place].stored);
  }
  EXPECT_EQ(of_pages.root(hasher), of_records.root(hasher));
  EXPECT_EQ(of_pages.size(), of_records.size());
}

// What the index makes of a tail that knows what came out of each block, and what it stores; `last`
// gets a look at what the tail knows of the last one's leaves.
IndexFold::Parts folded_as_known(const BlockStore& store, std::span<const Heading> headings,
                                 memory::MemoryIndexStore& index_store,
                                 const std::function<void(proof::Growth&)>& last) {
  Tail tail{Position{}};
  proof::MerkleTree tree;
  Hasher hasher;
  while (tail.head() < Position{headings.size()}) {
    const StoredBlock stored = **store.read(next(tail.head()));
    const auto block = wire::Block::open(*stored.bytes);
    const std::uint64_t before = tree.size();
    std::vector<Sha256> pages;
    for (const auto& record : block->records()) tree.append(hasher, record.stored, &pages);
    TailBlock known{.stored = stored,
                    .headings = {headings.begin() + static_cast<std::ptrdiff_t>(before),
                                 headings.begin() + static_cast<std::ptrdiff_t>(tree.size())},
                    .growth = tree.growth_since(before)};
    for (const auto& [stamp, event, whole] : block->records()) {
      const bool is_new =
          known.times.empty() || known.times.back().recorded_at != stamp.recorded_at;
      if (is_new) known.times.push_back({stamp.position, stamp.recorded_at});
    }
    known.growth.pages = pages;
    if (tree.size() == headings.size()) last(known.growth);
    tail.push(std::make_shared<const TailBlock>(std::move(known)));
  }
  memory::MemorySnapshotFile heads;
  LogIndex index{index_store, IndexFold{}};
  Indexing indexing{{store, tail, index, heads}, {}, {}, [](const std::string&) {}};
  while (index.covered() < tail.head()) EXPECT_TRUE(indexing.step({}).has_value());
  EXPECT_TRUE(index.write());
  return index.fold().parts();
}

TEST_F(IndexedQueries, what_the_tail_knows_of_a_block_is_not_read_from_it_again) {
  index_up_to(events_in_all);
  const IndexFold::Parts& read = index->fold().parts();
  ASSERT_TRUE(index->write());
  memory::MemoryIndexStore stored;
  const IndexFold::Parts known = folded_as_known(*store, headings, stored, [](proof::Growth&) {});
  EXPECT_EQ(known.tree, read.tree);
  EXPECT_EQ(known.pages, read.pages);
  EXPECT_EQ(known.page, read.page);
  EXPECT_EQ(known.recorded_at, read.recorded_at);
  ASSERT_GT(read.pages.size(), 1u);
  for (std::uint64_t page = 0; page < read.pages.size(); ++page) {
    EXPECT_EQ(stored.page(page).value(), index_store.page(page).value()) << page;
  }
  for (std::uint64_t n = 1; n <= events_in_all; ++n) {
    const auto found = index_store.find(AppendId{{1, n}}).value();
    const auto known_found = stored.find(AppendId{{1, n}}).value();
    ASSERT_EQ(known_found.has_value(), found.has_value()) << n;
    if (found) {
      EXPECT_EQ(known_found->events, found->events) << n;
    }
  }
  const auto wrong = [](proof::Growth& growth) { growth.peaks.back()[0] ^= 1; };
  memory::MemoryIndexStore other;
  EXPECT_NE(folded_as_known(*store, headings, other, wrong).tree, read.tree)
      << "it was hashed after all";
}

TEST_F(IndexedQueries, the_lag_is_told_once_and_when_it_is_over) {
  std::vector<std::string> said;
  Indexing slow{{*store, *tail, *index, heads},
                {},
                {},
                [&said](const std::string& line) { said.push_back(line); },
                {.lag_told = 3'000}};
  for (int i = 0; i < 1'000; ++i) ASSERT_TRUE(slow.step({}).has_value());
  ASSERT_EQ(said.size(), 2u);
  EXPECT_NE(said[0].find("behind"), std::string::npos);
}

TEST_F(IndexedQueries, a_duty_that_is_asked_to_end_writes_what_it_has) {
  ASSERT_TRUE(indexing->step({}).has_value());
  indexing->drain();
  for (Milliseconds now{}; !indexing->drained(); now += Milliseconds{500}) {
    ASSERT_LE(now, Milliseconds{4'000});
    ASSERT_TRUE(indexing->step({.monotonic = now}).has_value());
  }
  EXPECT_GT(index->covered(), Position{});
  EXPECT_LT(index->covered(), Position{events_in_all}) << "its time was over";
  EXPECT_EQ(index_store.cursor().value(), index->covered());
  const auto parts = heads_from(**heads.read(), {});
  ASSERT_TRUE(parts.has_value());
  EXPECT_EQ(Position{parts->tree.size()}, index->covered());
}

}  // namespace
}  // namespace doorstep::event_log
