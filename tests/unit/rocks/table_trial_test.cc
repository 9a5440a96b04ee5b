#include "common/rocks/table_trial.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "common/rocks/rocks_block_store.h"
#include "common/rocks/rocks_index_store.h"
#include "common/rocks/stored_log.h"

namespace doorstep::rocks {
namespace {

namespace fs = std::filesystem;

struct TableTrial : testing::Test {
  TableTrial() {
    std::string name = (fs::temp_directory_path() / "doorstep-trial-XXXXXX").string();
    EXPECT_NE(mkdtemp(name.data()), nullptr);
    folder = name;
  }
  ~TableTrial() override { fs::remove_all(folder); }

  fs::path a_table_of(const fs::path& database) {
    for (const auto& entry : fs::directory_iterator{database}) {
      if (entry.path().extension() == ".sst") return entry.path();
    }
    ADD_FAILURE() << database << " has no table";
    return {};
  }
  void make_index() {
    auto opened = open_index_store(folder / "pages");
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    ASSERT_TRUE(opened->store->write({.pages = {{1, Bytes(100)}}, .upto = Position{1}}));
    ASSERT_TRUE(opened->store->sync());
  }
  // Two lives: what the first wrote becomes a table when the second starts.
  void make_log() {
    for (int lives = 0; lives < 2; ++lives) {
      const auto opened = open_block_store({.folder = folder / "log", .log_if_new = LogId{{1, 1}}});
      ASSERT_TRUE(opened.has_value()) << opened.error().message;
    }
  }
  static std::string read(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator{in}, {}};
  }
  static void write(const fs::path& file, const std::string& bytes) {
    std::ofstream{file, std::ios::binary} << bytes;
  }
  // A block ends with the offset of its only restart, 0, and the number of restarts, 1; then comes
  // its compression, none. The number's highest bit says that a hash index is in front of it.
  // Footer and checksums are whole; which of such blocks are the properties, only RocksDB knows.
  void say_there_is_a_hash_index(const fs::path& table) {
    const std::string whole = read(table);
    const std::string end{"\0\0\0\0\1\0\0\0\0", 9};
    for (std::size_t at = whole.find(end); at != std::string::npos; at = whole.find(end, at + 1)) {
      std::string damaged = whole;
      damaged[at + 7] = static_cast<char>(0x80);
      write(table, damaged);
      if (!try_tables(table.parent_path())) return;
    }
    FAIL() << "RocksDB survives them all";
  }

  fs::path folder;
};

TEST_F(TableTrial, whole_tables_pass_and_so_does_a_folder_without_any) {
  make_index();
  EXPECT_TRUE(try_tables(folder / "pages"));
  EXPECT_TRUE(try_tables(folder));
  EXPECT_TRUE(try_tables(folder / "nowhere"));
}

TEST_F(TableTrial, a_table_that_rocksdb_dies_of_is_named) {
  make_index();
  const auto table = a_table_of(folder / "pages");
  write(folder / "pages" / "000000.sst", read(table));
  say_there_is_a_hash_index(table);
  const auto tried = try_tables(folder / "pages");
  ASSERT_FALSE(tried.has_value());
  EXPECT_EQ(tried.error().code, ErrorCode::damaged);
  EXPECT_EQ(tried.error().message, "RocksDB dies of its table " + table.string() + " (signal 6)");
}

// The footer's 53 bytes are in no checksum: the kind of checksum (1), then where the metaindex is
// and how large, as varints. RocksDB asks for that much memory before it looks into the file.
TEST_F(TableTrial, a_table_that_asks_for_all_memory_is_damaged_and_nothing_leaves_the_child) {
  make_index();
  const auto table = a_table_of(folder / "pages");
  std::string bytes = read(table);
  const std::string offset_and_size{"\1\xff\xff\xff\xff\xff\xff\xff\x7f", 9};
  bytes.replace(bytes.size() - 52, offset_and_size.size(), offset_and_size);
  write(table, bytes);
  const auto tried = try_tables(folder / "pages");
  ASSERT_FALSE(tried.has_value());
  EXPECT_EQ(tried.error().code, ErrorCode::damaged) << tried.error().message;
  EXPECT_TRUE(open_index_store(folder / "pages").has_value());
}

TEST_F(TableTrial, what_rocksdb_refuses_in_words_is_left_to_it) {
  make_index();
  const auto table = a_table_of(folder / "pages");
  write(table, read(table).substr(0, 100));
  EXPECT_TRUE(try_tables(folder / "pages"));
}

TEST_F(TableTrial, an_index_with_such_a_table_is_emptied) {
  make_index();
  const auto table = a_table_of(folder / "pages");
  say_there_is_a_hash_index(table);
  const auto reader = read_index_store(folder / "pages");
  ASSERT_FALSE(reader.has_value());
  EXPECT_NE(reader.error().message.find("next start folds"), std::string::npos);
  const auto opened = open_index_store(folder / "pages");
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_NE(opened->emptied.find(table.filename().string()), std::string::npos);
  EXPECT_EQ(opened->store->cursor().value(), Position{});
}

TEST_F(TableTrial, a_log_with_such_a_table_is_damaged_and_left_as_it_is) {
  make_log();
  const auto table = a_table_of(folder / "log");
  say_there_is_a_hash_index(table);
  const std::string bytes = read(table);
  const auto opened = open_block_store({.folder = folder / "log", .log_if_new = LogId{{1, 1}}});
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::damaged);
  EXPECT_NE(opened.error().message.find("newest backup"), std::string::npos);
  EXPECT_EQ(StoredLog::open(folder / "log").error().code, ErrorCode::damaged);
  EXPECT_EQ(read(table), bytes);
}

}  // namespace
}  // namespace doorstep::rocks
