#include <gtest/gtest.h>

#include <map>
#include <random>

#include "services/event_log/append_ids.h"
#include "services/event_log/streams.h"
#include "services/event_log/tail.h"
#include "tests/unit/event_log/log_words.h"

namespace doorstep::event_log {
namespace {

constexpr std::uint64_t seed = 20220323;

TEST(AppendIds, every_request_is_found_among_many) {
  AppendIds ids;
  Position first{1};
  std::map<std::uint64_t, Position> expected;
  for (std::uint64_t n = 1; n <= 20'000; ++n) {
    const std::uint32_t events = n % 5 == 0 ? 4'096 : 1;
    ASSERT_TRUE(ids.add(id_of<AppendId>(n), {}, first, events));
    expected[n] = first;
    first = Position{number(first) + events};
  }
  EXPECT_EQ(ids.size(), 20'000u);
  for (const auto& [n, at] : expected) {
    const auto known = ids.find(id_of<AppendId>(n));
    ASSERT_TRUE(known.has_value()) << n;
    EXPECT_EQ(known->first, at);
    EXPECT_EQ(number(known->last) - number(known->first), n % 5 == 0 ? 4'095u : 0u);
  }
  EXPECT_FALSE(ids.find(id_of<AppendId>(20'001)).has_value());
}

TEST(AppendIds, a_taken_id_stays_as_it_was) {
  AppendIds ids;
  Sha256 digest{};
  digest.fill(1);
  ASSERT_TRUE(ids.add(id_of<AppendId>(1), digest, Position{1}, 2));
  EXPECT_FALSE(ids.add(id_of<AppendId>(1), {}, Position{3}, 1));
  const auto known = ids.find(id_of<AppendId>(1)).value();
  EXPECT_EQ(known.first, Position{1});
  EXPECT_TRUE(known.says_the_same(digest));
  EXPECT_FALSE(known.says_the_same({}));
}

// An index that knows every request up to a position.
class KnownUpTo final : public OlderAppendIds {
 public:
  [[nodiscard]] Position upto() const override { return at; }
  [[nodiscard]] std::optional<KnownAppend> find(AppendId id) const override {
    ++asked;
    const std::uint64_t n = id.value.low - id_of<AppendId>(0).value.low;
    if (n == 0 || n > number(at)) return std::nullopt;
    return KnownAppend{.first = Position{n}, .last = Position{n}};
  }
  [[nodiscard]] AppendId largest() const override { return id_of<AppendId>(number(at)); }
  [[nodiscard]] std::optional<Error> lost() const override { return std::nullopt; }

  Position at{};
  mutable int asked{};
};

TEST(AppendIds, memory_holds_only_what_the_index_does_not_know_and_every_request_is_found) {
  constexpr std::uint64_t requests = 400'000;
  constexpr std::uint64_t lag = 10'000;
  KnownUpTo index;
  AppendIds ids{index};
  std::size_t most = 0;
  for (std::uint64_t n = 1; n <= requests; ++n) {
    if (n > lag) index.at = Position{n - lag};
    ASSERT_FALSE(ids.find(id_of<AppendId>(n)).has_value());
    ASSERT_TRUE(ids.add(id_of<AppendId>(n), {}, Position{n}, 1));
    most = std::max(most, ids.size());
  }
  EXPECT_LE(most, 3 * 64 * 1024u);
  for (std::uint64_t n = 1; n <= requests; ++n) {
    ASSERT_EQ(ids.find(id_of<AppendId>(n)).value().first, Position{n});
  }
}

TEST(AppendIds, nothing_is_let_go_while_the_index_stands_still) {
  KnownUpTo index;
  AppendIds ids{index};
  for (std::uint64_t n = 1; n <= 300'000; ++n) {
    ASSERT_TRUE(ids.add(id_of<AppendId>(n), {}, Position{n}, 1));
  }
  EXPECT_EQ(ids.size(), 300'000u);
  const int asked = index.asked;
  for (std::uint64_t n = 1; n <= 300'000; ++n) {
    ASSERT_TRUE(ids.find(id_of<AppendId>(n)).has_value());
  }
  EXPECT_EQ(index.asked, asked) << "memory comes first";
}

TEST(Streams, count_and_place_as_a_plain_map_would) {
  std::mt19937_64 random{seed};
  Streams streams;
  Heads heads;
  std::map<StreamId, std::vector<Position>> expected;
  for (std::uint64_t n = 1; n <= 20'000; ++n) {
    const std::uint64_t which = random() % 3'000;
    const StreamId stream = which % 2 == 0 ? worker(which / 2) : household(which / 2);
    auto& all = expected[stream];
    ASSERT_EQ(number(streams.add(stream)), all.size()) << "seed " << seed;
    ASSERT_EQ(heads.add(stream, Position{n}), all.empty() ? 0 : n - number(all.back()));
    all.push_back(Position{n});
  }
  const Streams again{heads};
  for (const auto& [stream, all] : expected) {
    EXPECT_EQ(streams.events_of(stream), all.size());
    EXPECT_EQ(again.events_of(stream), all.size());
    EXPECT_EQ(heads.of(stream),
              (StreamHead{.stream = stream, .events = all.size(), .last = all.back()}));
  }
  EXPECT_EQ(streams.events_of(worker(99'999)), 0u);
  EXPECT_FALSE(heads.of(worker(99'999)).has_value());
  EXPECT_EQ(heads.sorted().size(), expected.size());
}

std::shared_ptr<const TailBlock> tail_block(std::uint64_t first, std::uint64_t last) {
  return std::make_shared<const TailBlock>(
      TailBlock{.stored = {Position{first}, Position{last}, std::make_shared<const Bytes>(100)},
                .headings = std::vector<Heading>(last - first + 1)});
}

TEST(Tail, keeps_the_newest_within_its_limits) {
  Tail tail{Position{10}, {.bytes_max = 250, .events_max = 1'000}};
  EXPECT_EQ(tail.head(), Position{10});
  EXPECT_EQ(tail.find(Position{10}), nullptr);
  tail.push(tail_block(11, 13));
  tail.push(tail_block(14, 14));
  tail.push(tail_block(15, 20));
  EXPECT_EQ(tail.head(), Position{20});
  EXPECT_EQ(tail.find(Position{12}), nullptr) << "older than what it keeps";
  EXPECT_EQ(tail.find(Position{14})->stored.first, Position{14});
  for (const std::uint64_t position : {15u, 17u, 20u}) {
    EXPECT_EQ(tail.find(Position{position})->stored.first, Position{15});
  }
  EXPECT_EQ(tail.find(Position{21}), nullptr);
}

TEST(Tail, rings_only_when_told_to) {
  Tail tail{Position{0}};
  int rung = 0;
  tail.listen([&rung] { ++rung; });
  tail.push(tail_block(1, 1));
  EXPECT_EQ(rung, 0);
  tail.ring();
  EXPECT_EQ(rung, 1);
}

TEST(Tail, a_merged_block_takes_the_place_of_its_parts_only_where_all_are_there) {
  Tail tail{Position{10}, {.bytes_max = 400, .events_max = 1'000}};
  for (std::uint64_t position = 11; position <= 15; ++position) {
    tail.push(tail_block(position, position));
  }
  const auto merged = [](std::uint64_t first, std::uint64_t last) {
    return StoredBlock{Position{first}, Position{last}, std::make_shared<const Bytes>(150)};
  };
  tail.replace(merged(11, 13));
  EXPECT_EQ(tail.find(Position{12})->stored.last, Position{12}) << "11 is no longer kept";
  tail.replace(merged(12, 14));
  EXPECT_EQ(tail.find(Position{13})->stored.first, Position{12});
  EXPECT_EQ(tail.find(Position{13})->headings.size(), 3u);
  tail.replace(merged(13, 15));
  EXPECT_EQ(tail.find(Position{15})->stored.first, Position{15}) << "begins inside a block";
  tail.push(tail_block(16, 16));
  EXPECT_NE(tail.find(Position{12}), nullptr) << "150 bytes in the place of 300";
  tail.push(tail_block(17, 17));
  EXPECT_EQ(tail.find(Position{12}), nullptr);
  EXPECT_EQ(tail.head(), Position{17});
}

TEST(Tail, keeps_one_block_however_large) {
  Tail tail{Position{0}, {.bytes_max = 1, .events_max = 1}};
  tail.push(tail_block(1, 9));
  EXPECT_NE(tail.find(Position{5}), nullptr);
  tail.push(tail_block(10, 10));
  EXPECT_EQ(tail.find(Position{5}), nullptr);
}

}  // namespace
}  // namespace doorstep::event_log
