#include "common/rocks/rocks_block_store.h"

#include <gtest/gtest.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <mutex>

#include "common/rocks/block_value.h"
#include "common/rocks/stored_log.h"

namespace doorstep::rocks {
namespace {

class RocksBlockStore : public testing::Test {
 protected:
  RocksBlockStore() {
    std::string name = (std::filesystem::temp_directory_path() / "doorstep-rocks-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  ~RocksBlockStore() override {
    opened.store.reset();
    std::filesystem::remove_all(folder);
  }
  Outcome open(Epoch epoch = {}) {
    opened.store.reset();
    auto result = open_block_store({.folder = folder / "log",
                                    .log_if_new = LogId{{1, ++logs}},
                                    .epoch = epoch,
                                    .on_durable = [this] {
                                      const std::scoped_lock lock{mutex};
                                      changed.notify_all();
                                    }});
    if (!result) return std::unexpected(result.error());
    opened = std::move(*result);
    return {};
  }
  // The store is closed meanwhile. Handles: default, blocks, meta, base, dropped.
  template <class Change>
  void change_behind_its_back(Change change) {
    opened.store.reset();
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* db = nullptr;
    const std::vector<rocksdb::ColumnFamilyDescriptor> families{
        {rocksdb::kDefaultColumnFamilyName, {}},
        {"blocks", {}},
        {"meta", {}},
        {"base", {}},
        {"dropped", {}}};
    ASSERT_TRUE(rocksdb::DB::Open({}, (folder / "log").string(), families, &handles, &db).ok());
    change(db, handles);
    for (auto* handle : handles) ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    delete db;
  }
  static StoredBlock block(std::uint64_t first, std::uint64_t last, std::size_t size = 100) {
    Bytes bytes(size, static_cast<std::byte>(first));
    return {Position{first}, Position{last}, std::make_shared<const Bytes>(std::move(bytes))};
  }
  void wait_for(std::uint64_t position) {
    std::unique_lock lock{mutex};
    changed.wait(lock, [&] { return opened.store->durable().value() >= Position{position}; });
  }
  void write(std::uint64_t first, std::uint64_t last, std::size_t size = 100) {
    ASSERT_TRUE(opened.store->submit(block(first, last, size)).has_value());
    wait_for(last);
  }
  void expect_block(std::uint64_t position, std::uint64_t first, std::uint64_t last) {
    const auto read = opened.store->read(Position{position});
    ASSERT_TRUE(read.has_value()) << read.error().message;
    ASSERT_TRUE(read->has_value()) << position;
    EXPECT_EQ((*read)->first, Position{first});
    EXPECT_EQ((*read)->last, Position{last});
    EXPECT_EQ(*(*read)->bytes, *block(first, last).bytes);
  }
  std::filesystem::path folder;
  std::uint64_t logs{};
  std::mutex mutex{};
  std::condition_variable changed{};
  OpenedBlockStore opened{};
};

TEST_F(RocksBlockStore, an_empty_one_has_a_name_an_epoch_and_nothing_else) {
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(opened.log, (LogId{{1, 1}}));
  EXPECT_EQ(opened.epoch, Epoch{1});
  EXPECT_EQ(opened.store->durable().value(), Position{0});
  EXPECT_FALSE(opened.store->read(Position{1}).value().has_value());
}

TEST_F(RocksBlockStore, keeps_its_name_and_its_blocks) {
  ASSERT_TRUE(open().has_value());
  write(1, 3);
  write(4, 4);
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(opened.log, (LogId{{1, 1}}));
  EXPECT_EQ(opened.store->durable().value(), Position{4});
  for (const std::uint64_t position : {1, 2, 3}) expect_block(position, 1, 3);
  expect_block(4, 4, 4);
  EXPECT_FALSE(opened.store->read(Position{5}).value().has_value());
  EXPECT_FALSE(opened.store->read(Position{0}).value().has_value());
}

TEST_F(RocksBlockStore, writes_what_was_submitted_before_it_closes) {
  ASSERT_TRUE(open().has_value());
  ASSERT_TRUE(opened.store->submit(block(1, 2)).has_value());
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(opened.store->durable().value(), Position{2});
}

TEST_F(RocksBlockStore, takes_blocks_in_order_only) {
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(opened.store->submit(block(2, 2)).error().code, ErrorCode::invalid);
  write(1, 5);
  EXPECT_EQ(opened.store->submit(block(5, 6)).error().code, ErrorCode::invalid);
  EXPECT_EQ(opened.store->submit(block(7, 8)).error().code, ErrorCode::invalid);
  write(6, 6);
}

TEST_F(RocksBlockStore, reads_ahead_while_blocks_are_being_written) {
  ASSERT_TRUE(open().has_value());
  std::uint64_t seen = 0;
  for (std::uint64_t n = 1; n <= 300; ++n) {
    write(n, n);
    if (n % 7 != 0) continue;
    while (seen < n) {
      ++seen;
      expect_block(seen, seen, seen);
    }
  }
  for (std::uint64_t n = 1; n <= 300; n += 13) expect_block(n, n, n);
}

TEST_F(RocksBlockStore, an_earlier_epoch_is_fenced_off) {
  ASSERT_TRUE(open(Epoch{5}).has_value());
  EXPECT_EQ(opened.epoch, Epoch{5});
  EXPECT_EQ(open(Epoch{4}).error().code, ErrorCode::conflict);
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(opened.epoch, Epoch{5});
}

TEST_F(RocksBlockStore, one_process_at_a_time) {
  ASSERT_TRUE(open().has_value());
  const auto second = open_block_store({.folder = folder / "log"});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().code, ErrorCode::io);
}

// Flips a byte of the value behind RocksDB's own checksums, as a bug above them would.
TEST_F(RocksBlockStore, a_value_with_a_wrong_byte_is_damaged) {
  ASSERT_TRUE(open().has_value());
  write(1, 1);
  change_behind_its_back([](rocksdb::DB* db, const auto& handles) {
    const std::string key{"\0\0\0\0\0\0\0\1", 8};
    std::string value;
    ASSERT_TRUE(db->Get({}, handles[1], key, &value).ok());
    value.back() ^= 1;
    ASSERT_TRUE(db->Put({}, handles[1], key, value).ok());
  });
  const auto again = open();
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, ErrorCode::damaged);
}

// XXH3-128 of "\0\0\0\0\0\0\0\1", "\0\0\0\0\0\0\0\3" and 100 bytes of 1: by `xxhsum -H2`.
TEST_F(RocksBlockStore, a_block_stands_behind_its_last_position_and_a_published_checksum) {
  EXPECT_EQ(head_of(block(1, 3)),
            (ValueHead{0,    0,    0,    0,    0,    0,    0,    3,    0x73, 0x4e, 0xdf, 0x25,
                       0x5c, 0xb9, 0x78, 0xee, 0x22, 0x0a, 0x8c, 0xd0, 0x21, 0xd3, 0xe0, 0xa6}));
}

TEST_F(RocksBlockStore, a_block_of_before_with_half_a_sha_256_is_read_and_one_with_neither_is_not) {
  ASSERT_TRUE(open().has_value());
  write(1, 3);
  write(4, 6);
  const auto put_head = [](rocksdb::DB* db, auto* blocks, std::uint64_t first, ValueHead head) {
    const auto key = key_of(Position{first});
    std::string value;
    ASSERT_TRUE(db->Get({}, blocks, {key.data(), key.size()}, &value).ok());
    std::ranges::copy(head, value.begin());
    ASSERT_TRUE(db->Put({}, blocks, {key.data(), key.size()}, value).ok());
  };
  change_behind_its_back([&](rocksdb::DB* db, const auto& handles) {
    put_head(db, handles[1], 1, sha_head_of(block(1, 3)));
    put_head(db, handles[1], 4, sha_head_of(block(4, 6)));
  });
  ASSERT_TRUE(open().has_value());
  EXPECT_EQ(*opened.store->read(Position{2}).value()->bytes, *block(1, 3).bytes);
  change_behind_its_back([&](rocksdb::DB* db, const auto& handles) {
    put_head(db, handles[1], 1, sha_head_of(block(1, 3, 99)));
  });
  ASSERT_TRUE(open().has_value());
  const auto damaged = opened.store->read(Position{2});
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().code, ErrorCode::damaged);
}

TEST_F(RocksBlockStore, a_database_of_before_there_was_a_floor_is_opened_to_read_and_to_write) {
  ASSERT_TRUE(open().has_value());
  write(1, 3);
  change_behind_its_back([](rocksdb::DB* db, const auto& handles) {
    ASSERT_TRUE(db->DropColumnFamilies({handles[3], handles[4]}).ok());
  });
  {
    const auto stored = StoredLog::open(folder / "log");
    ASSERT_TRUE(stored.has_value()) << stored.error().message;
    EXPECT_EQ(stored->floor(), Position{0});
    EXPECT_FALSE(stored->base().value());
    EXPECT_TRUE(stored->each_dropped([](const IndexedAppend&) { return Outcome{}; }));
    EXPECT_EQ(stored->last(), Position{3});
  }
  ASSERT_TRUE(open().has_value());
  ASSERT_TRUE(opened.store->move_floor({Position{3}, Bytes(10)}));
}

TEST_F(RocksBlockStore, a_base_with_a_wrong_byte_is_damaged) {
  ASSERT_TRUE(open().has_value());
  write(1, 3);
  ASSERT_TRUE(opened.store->move_floor({Position{3}, Bytes(10)}));
  change_behind_its_back([](rocksdb::DB* db, const auto& handles) {
    const std::string key{"\0\0\0\0\0\0\0\3\0\0\0\0", 12};
    ASSERT_TRUE(db->Put({}, handles[3], key, std::string{"012345678\1", 10}).ok());
  });
  ASSERT_TRUE(open().has_value());
  const auto base = opened.store->base();
  ASSERT_FALSE(base.has_value());
  EXPECT_EQ(base.error().code, ErrorCode::damaged);
}

// RocksDB's default would open quietly without the synced blocks behind the damage.
TEST_F(RocksBlockStore, a_flipped_bit_in_the_write_ahead_log_is_damaged) {
  ASSERT_TRUE(open().has_value());
  for (std::uint64_t n = 1; n <= 20; ++n) write(n, n);
  std::filesystem::path wal;
  for (const auto& file : std::filesystem::directory_iterator{folder / "log"}) {
    if (file.path().extension() == ".log" && file.file_size() > 2'000) wal = file.path();
  }
  ASSERT_FALSE(wal.empty());
  const auto copy = folder / "copy";
  std::filesystem::copy(folder / "log", copy);  // as after a kill: nothing was flushed
  opened.store.reset();
  {
    std::fstream file{copy / wal.filename(), std::ios::in | std::ios::out | std::ios::binary};
    file.seekg(1'000);
    const int byte = file.get();
    file.seekp(1'000);
    file.put(static_cast<char>(byte ^ 1));
  }
  const auto damaged = open_block_store({.folder = copy});
  ASSERT_FALSE(damaged.has_value());
  EXPECT_EQ(damaged.error().code, ErrorCode::damaged) << damaged.error().message;
}

// More than a memtable, so that the manifest tracks write-ahead logs: read beside the writer, and
// after it.
TEST_F(RocksBlockStore, a_large_one_is_read_while_it_is_written_and_afterwards) {
  ASSERT_TRUE(open().has_value());
  constexpr std::size_t size = 4 * 1024 * 1024;
  for (std::uint64_t n = 1; n <= 24; ++n) write(n, n, size);
  for (int lives = 0; lives < 2; ++lives) {
    const auto stored = StoredLog::open(folder / "log");
    ASSERT_TRUE(stored.has_value()) << stored.error().message;
    std::uint64_t blocks = 0;
    const Outcome walked = stored->each(Position{1}, [&](Position, const auto& found) {
      blocks += found.has_value() ? 1 : 0;
      return true;
    });
    EXPECT_TRUE(walked.has_value());
    EXPECT_EQ(blocks, 24u);
    opened.store.reset();
  }
}

}  // namespace
}  // namespace doorstep::rocks
