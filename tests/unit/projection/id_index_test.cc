#include "common/projection/id_index.h"

#include <gtest/gtest.h>

namespace doorstep {
namespace {

TEST(IdIndex, finds_what_was_kept_and_nothing_else) {
  IdIndex<TaskId> index;
  EXPECT_EQ(index.find({{1, 1}}), std::nullopt);
  for (std::uint32_t n = 0; n < 5'000; ++n) {
    const auto [number, is_new] = index.try_emplace({{7, n + 1}}, n);
    ASSERT_EQ(number, n);
    ASSERT_TRUE(is_new);
  }
  for (std::uint32_t n = 0; n < 5'000; ++n) ASSERT_EQ(index.find({{7, n + 1}}), n);
  EXPECT_EQ(index.find({{7, 5'001}}), std::nullopt);
  EXPECT_EQ(index.find({{8, 1}}), std::nullopt);
}

TEST(IdIndex, the_first_number_under_an_id_stands) {
  IdIndex<TaskId> index;
  (void)index.try_emplace({{1, 1}}, 4);
  EXPECT_EQ(index.try_emplace({{1, 1}}, 9), (std::pair{4u, false}));
  EXPECT_EQ(index.find({{1, 1}}), 4u);
}

TEST(IdIndex, nil_is_an_id_as_any_other) {
  IdIndex<TaskId> index;
  EXPECT_EQ(index.find({}), std::nullopt);
  EXPECT_EQ(index.try_emplace({}, 3), (std::pair{3u, true}));
  EXPECT_EQ(index.try_emplace({}, 4), (std::pair{3u, false}));
  EXPECT_EQ(index.find({}), 3u);
}

TEST(IdIndex, ids_that_differ_only_in_front_or_only_behind_keep_apart) {
  IdIndex<TaskId> index;
  for (std::uint32_t n = 0; n < 64; ++n) {
    (void)index.try_emplace({{1ULL << n, 0}}, 2 * n);
    (void)index.try_emplace({{0, 1ULL << n}}, 2 * n + 1);
  }
  for (std::uint32_t n = 0; n < 64; ++n) {
    EXPECT_EQ(index.find({{1ULL << n, 0}}), 2 * n);
    EXPECT_EQ(index.find({{0, 1ULL << n}}), 2 * n + 1);
  }
}

TEST(IdIndex, cleared_it_is_empty_and_reserving_loses_nothing) {
  IdIndex<TaskId> index;
  (void)index.try_emplace({{1, 1}}, 4);
  index.reserve(1'000);
  EXPECT_EQ(index.find({{1, 1}}), 4u);
  index.clear();
  EXPECT_EQ(index.find({{1, 1}}), std::nullopt);
}

}  // namespace
}  // namespace doorstep
