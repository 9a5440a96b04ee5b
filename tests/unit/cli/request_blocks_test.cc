#include "clients/cli/request_blocks.h"

#include <gtest/gtest.h>

#include "common/wire/block_builder.h"
#include "tests/unit/event_log/log_words.h"

namespace doorstep::cli {
namespace {

using event_log::id_of;
using event_log::reported_in;

struct Request {
  std::uint64_t id{};
  std::uint64_t first{};
  std::uint32_t events{};
};

runtime::FeedBatch batch(std::uint64_t from, const std::vector<Request>& requests,
                         bool with_ids = true) {
  wire::BlockBuilder builder;
  Position last{};
  for (const Request& request : requests) {
    if (with_ids) builder.begin_request(id_of<AppendId>(request.id), {}, Position{request.first});
    for (std::uint32_t i = 0; i < request.events; ++i) {
      last = Position{request.first + i};
      builder.add({last, Revision{number(last)}, Instant{5}}, reported_in(1));
    }
  }
  auto block = wire::Block::open(builder.finish());
  EXPECT_TRUE(block.has_value());
  runtime::FeedBatch made{.from_exclusive = Position{from}, .to_inclusive = last, .head = last};
  made.block = std::make_unique<wire::Block>(std::move(*block));
  return made;
}

std::vector<std::uint64_t> ids_in(const StoredBlock& stored) {
  const auto block = wire::Block::open(*stored.bytes);
  std::vector<std::uint64_t> firsts;
  for (const auto& request : block->requests()) firsts.push_back(number(request.first));
  return firsts;
}

TEST(RequestBlocks, requests_of_several_batches_become_one_block) {
  RequestBlocks blocks{Position{}, {}};
  ASSERT_TRUE(blocks.take(batch(0, {{1, 1, 2}, {2, 3, 1}})).has_value());
  ASSERT_TRUE(blocks.take(batch(3, {{3, 4, 1}})).has_value());
  EXPECT_FALSE(blocks.next_block(false).has_value()) << "it is small";
  const auto stored = blocks.next_block(true);
  ASSERT_TRUE(stored.has_value());
  EXPECT_EQ(stored->first, Position{1});
  EXPECT_EQ(stored->last, Position{4});
  EXPECT_EQ(ids_in(*stored), (std::vector<std::uint64_t>{1, 3, 4}));
  EXPECT_EQ(blocks.requests(), 3u);
  EXPECT_FALSE(blocks.next_block(true).has_value());
}

TEST(RequestBlocks, what_a_whole_block_repeats_is_passed_over) {
  RequestBlocks blocks{Position{3}, {}};
  ASSERT_TRUE(blocks.take(batch(3, {{1, 1, 2}, {2, 3, 1}, {3, 4, 2}})).has_value());
  const auto stored = blocks.next_block(true);
  EXPECT_EQ(stored->first, Position{4});
  EXPECT_EQ(ids_in(*stored), std::vector<std::uint64_t>{4});
}

TEST(RequestBlocks, what_lies_behind_the_end_is_left_out) {
  RequestBlocks blocks{Position{}, Position{3}};
  ASSERT_TRUE(blocks.take(batch(0, {{1, 1, 2}, {2, 3, 1}, {3, 4, 2}})).has_value());
  EXPECT_EQ(blocks.taken(), Position{3});
  EXPECT_EQ(blocks.next_block(true)->last, Position{3});
}

TEST(RequestBlocks, records_without_their_requests_a_gap_and_a_cut_request_are_errors) {
  RequestBlocks nameless{Position{}, {}};
  EXPECT_EQ(nameless.take(batch(0, {{1, 1, 2}}, false)).error().code, ErrorCode::damaged);
  RequestBlocks gap{Position{}, {}};
  EXPECT_EQ(gap.take(batch(0, {{1, 2, 2}})).error().code, ErrorCode::damaged);
  RequestBlocks begun{Position{1}, {}};
  EXPECT_EQ(begun.take(batch(1, {{1, 1, 2}})).error().code, ErrorCode::damaged);
  RequestBlocks cut{Position{}, Position{1}};
  EXPECT_EQ(cut.take(batch(0, {{1, 1, 2}})).error().code, ErrorCode::damaged);
  EXPECT_FALSE(cut.next_block(true).has_value()) << "nothing of it is kept";
  RequestBlocks empty{Position{}, {}};
  EXPECT_EQ(empty.take({.to_inclusive = Position{4}}).error().code, ErrorCode::damaged);
}

}  // namespace
}  // namespace doorstep::cli
