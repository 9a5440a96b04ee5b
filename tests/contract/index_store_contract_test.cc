// What every IndexStore promises, checked for the one in memory and for RocksDB in a folder.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>

#include "common/memory/memory_index_store.h"
#include "common/rocks/rocks_index_store.h"

namespace doorstep {
namespace {

namespace fs = std::filesystem;

AppendId id(std::uint64_t n) { return AppendId{{0x017f'b4a1'2c00'7000 + n, n}}; }
IndexedAppend append(std::uint64_t n) {
  return {.id = id(n), .first = Position{n}, .events = 3, .digest_start = n * n};
}
Bytes page_bytes(std::uint64_t n) { return Bytes(500 + n, static_cast<std::byte>(n)); }
IndexBatch batch(std::uint64_t from, std::uint64_t to) {
  IndexBatch all{.upto = Position{to}};
  for (std::uint64_t n = from; n <= to; ++n) {
    all.append_ids.push_back(append(n));
    all.pages.push_back({.number = n, .bytes = page_bytes(n)});
  }
  return all;
}

// A folder, opened by one process after the other.
class World {
 public:
  virtual ~World() = default;
  virtual IndexStore& store() = 0;
  // The process dies: what was not synced may be lost.
  virtual void die() = 0;
};

class MemoryWorld final : public World {
 public:
  IndexStore& store() override { return store_; }
  void die() override { store_.crash(); }

 private:
  memory::MemoryIndexStore store_{};
};

class RocksWorld final : public World {
 public:
  RocksWorld() {
    std::string name = (fs::temp_directory_path() / "doorstep-index-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    open();
  }
  ~RocksWorld() override {
    store_.reset();
    fs::remove_all(folder_);
  }
  IndexStore& store() override { return *store_; }
  // What a killed process leaves is what is in the folder now.
  void die() override {
    fs::copy(folder_ / "pages", folder_ / "left", fs::copy_options::recursive);
    store_.reset();
    fs::remove_all(folder_ / "pages");
    fs::rename(folder_ / "left", folder_ / "pages");
    open();
  }
  void open() {
    auto opened = rocks::open_index_store(folder_ / "pages");
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store_ = std::move(opened->store);
    emptied = opened->emptied;
  }
  void damage(const std::string& extension) {
    store_.reset();
    for (const auto& entry : fs::directory_iterator{folder_ / "pages"}) {
      if (entry.path().extension() != extension) continue;
      std::fstream file{entry.path(), std::ios::in | std::ios::out | std::ios::binary};
      for (std::streamoff at = 0; at < 2'000; ++at) {
        file.seekp(at);
        file.put('\x5a');
      }
    }
  }
  [[nodiscard]] fs::path folder() const { return folder_ / "pages"; }
  std::string emptied{};

 private:
  fs::path folder_{};
  std::unique_ptr<IndexStore> store_{};
};

struct Implementation {
  const char* name{};
  std::function<std::unique_ptr<World>()> make{};
};

struct IndexStoreContract : testing::TestWithParam<Implementation> {
  std::unique_ptr<World> world{GetParam().make()};
  IndexStore& store() { return world->store(); }

  void expect_empty() {
    EXPECT_EQ(store().cursor().value(), Position{});
    EXPECT_FALSE(store().page(1).value());
    EXPECT_FALSE(store().find(id(1)).value());
  }
};

TEST_P(IndexStoreContract, at_first_there_is_nothing) { expect_empty(); }

TEST_P(IndexStoreContract, what_was_written_is_found_at_once_and_nothing_else) {
  ASSERT_TRUE(store().write(batch(1, 50)));
  ASSERT_TRUE(store().write(batch(51, 60)));
  EXPECT_EQ(store().cursor().value(), Position{60});
  for (std::uint64_t n = 1; n <= 60; ++n) {
    EXPECT_EQ(store().find(id(n)).value(), append(n));
    EXPECT_EQ(store().page(n).value(), page_bytes(n));
  }
  EXPECT_EQ(store().count_append_ids().value(), 60u);
  EXPECT_FALSE(store().find(id(61)).value());
  EXPECT_FALSE(store().page(61).value());
}

TEST_P(IndexStoreContract, the_largest_append_id_is_told) {
  EXPECT_TRUE(store().largest_append_id().value().is_nil());
  const auto append = [](std::uint64_t high, std::uint64_t low) {
    return IndexedAppend{.id = AppendId{{high, low}}, .first = Position{1}, .events = 1};
  };
  ASSERT_TRUE(store().write(
      {.append_ids = {append(2, 9), append(0x8000'0000'0000'0000, 1),
                      append(0x8000'0000'0000'0000, 0xff00'0000'0000'0000), append(3, 1)},
       .upto = Position{4}}));
  EXPECT_EQ(store().largest_append_id().value(),
            (AppendId{{0x8000'0000'0000'0000, 0xff00'0000'0000'0000}}));
}

TEST_P(IndexStoreContract, writing_the_same_again_changes_nothing) {
  ASSERT_TRUE(store().write(batch(1, 5)));
  ASSERT_TRUE(store().write(batch(3, 7)));
  for (std::uint64_t n = 1; n <= 7; ++n) EXPECT_EQ(store().find(id(n)).value(), append(n));
  EXPECT_EQ(store().cursor().value(), Position{7});
}

TEST_P(IndexStoreContract, what_was_synced_survives_a_death) {
  ASSERT_TRUE(store().write(batch(1, 20)));
  ASSERT_TRUE(store().sync());
  world->die();
  EXPECT_EQ(store().cursor().value(), Position{20});
  EXPECT_EQ(store().find(id(20)).value(), append(20));
  EXPECT_EQ(store().page(20).value(), page_bytes(20));
}

TEST_P(IndexStoreContract, after_a_death_the_cursor_is_not_ahead_of_what_is_there) {
  ASSERT_TRUE(store().write(batch(1, 20)));
  ASSERT_TRUE(store().sync());
  ASSERT_TRUE(store().write(batch(21, 30)));
  world->die();
  const std::uint64_t cursor = number(store().cursor().value());
  EXPECT_GE(cursor, 20u);
  for (std::uint64_t n = 1; n <= cursor; ++n) {
    EXPECT_EQ(store().find(id(n)).value(), append(n));
    EXPECT_EQ(store().page(n).value(), page_bytes(n));
  }
  ASSERT_TRUE(store().write(batch(21, 30)));
  EXPECT_EQ(store().find(id(30)).value(), append(30));
}

TEST_P(IndexStoreContract, a_cleared_one_is_empty_and_can_be_written_again) {
  ASSERT_TRUE(store().write(batch(1, 20)));
  ASSERT_TRUE(store().sync());
  ASSERT_TRUE(store().clear());
  expect_empty();
  ASSERT_TRUE(store().write(batch(1, 2)));
  ASSERT_TRUE(store().sync());
  world->die();
  EXPECT_EQ(store().cursor().value(), Position{2});
  EXPECT_FALSE(store().find(id(3)).value());
}

TEST_P(IndexStoreContract, one_that_was_given_up_is_empty_at_the_next_opening) {
  ASSERT_TRUE(store().write(batch(1, 20)));
  ASSERT_TRUE(store().sync());
  store().give_up();
  world->die();
  expect_empty();
}

INSTANTIATE_TEST_SUITE_P(
    , IndexStoreContract,
    testing::Values(Implementation{"memory", [] { return std::make_unique<MemoryWorld>(); }},
                    Implementation{"rocks", [] { return std::make_unique<RocksWorld>(); }}),
    [](const auto& tested) { return tested.param.name; });

// What only the one on disk can meet.
TEST(RocksIndexStores, a_damaged_file_empties_the_index_now_or_at_the_next_opening) {
  RocksWorld world;
  ASSERT_TRUE(world.store().write(batch(1, 2'000)));
  ASSERT_TRUE(world.store().sync());
  world.damage(".sst");
  world.open();
  const bool now = !world.emptied.empty();
  EXPECT_TRUE(now || !world.store().find(id(1)).has_value()) << "a wrong answer";
  world.die();
  EXPECT_EQ(world.store().cursor().value(), Position{});
  EXPECT_TRUE(now || !world.emptied.empty()) << "and it is said";
  EXPECT_TRUE(world.store().write(batch(1, 1)));
}

TEST(RocksIndexStores, a_reader_sees_what_had_reached_the_disk_and_changes_nothing) {
  RocksWorld world;
  EXPECT_TRUE(rocks::read_index_store(world.folder()).has_value());
  EXPECT_EQ(rocks::read_index_store(world.folder() / "elsewhere").error().code,
            ErrorCode::not_found);
  ASSERT_TRUE(world.store().write(batch(1, 20)));
  ASSERT_TRUE(world.store().sync());
  ASSERT_TRUE(world.store().write(batch(21, 30)));
  const auto reader = std::move(rocks::read_index_store(world.folder()).value());
  EXPECT_EQ(reader->cursor().value(), Position{20});
  EXPECT_EQ(reader->find(id(20)).value(), append(20));
  EXPECT_EQ(reader->page(20).value(), page_bytes(20));
  EXPECT_FALSE(reader->find(id(21)).value());
  EXPECT_FALSE(reader->write(batch(21, 22)));
  EXPECT_FALSE(reader->clear());
  reader->give_up();
  world.die();
  EXPECT_EQ(world.store().find(id(20)).value(), append(20));
  EXPECT_TRUE(world.emptied.empty());
}

TEST(RocksIndexStores, a_damaged_manifest_empties_the_index) {
  RocksWorld world;
  ASSERT_TRUE(world.store().write(batch(1, 20)));
  ASSERT_TRUE(world.store().sync());
  world.damage("");  // CURRENT, MANIFEST-…, LOCK, LOG
  world.open();
  EXPECT_FALSE(world.emptied.empty());
  EXPECT_EQ(world.store().cursor().value(), Position{});
}

}  // namespace
}  // namespace doorstep
