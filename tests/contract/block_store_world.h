// Disks for the contracts of a BlockStore: the one in memory and RocksDB in a folder.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <functional>
#include <memory>
#include <semaphore>
#include <string>
#include <vector>

#include "common/memory/memory_block_store.h"
#include "common/rocks/rocks_block_store.h"

namespace doorstep {

inline StoredBlock block(std::uint64_t first, std::uint64_t last) {
  Bytes bytes(100 + first % 7, static_cast<std::byte>(first));
  return {Position{first}, Position{last}, std::make_shared<const Bytes>(std::move(bytes))};
}

// A disk, and stores opened on it one after the other.
class World {
 public:
  virtual ~World() = default;
  // Epoch 0: the one that the disk has.
  virtual Result<std::unique_ptr<BlockStore>> open(Epoch epoch) = 0;
  virtual void settle(BlockStore& store) = 0;
};

class MemoryWorld final : public World {
 public:
  Result<std::unique_ptr<BlockStore>> open(Epoch epoch) override {
    epoch_ = epoch == Epoch{} ? epoch_ : epoch;
    auto store =
        memory::MemoryBlockStore::open(disk_, epoch_, memory::MemoryBlockStore::Settling::by_hand);
    if (!store) return std::unexpected(store.error());
    return std::move(*store);
  }
  void settle(BlockStore& store) override {
    static_cast<memory::MemoryBlockStore&>(store).settle();
  }

 private:
  memory::MemoryDisk disk_{};
  Epoch epoch_{1};
};

class RocksWorld final : public World {
 public:
  RocksWorld() {
    std::string name = (std::filesystem::temp_directory_path() / "doorstep-blocks-XXXXXX").string();
    folder_ = mkdtemp(name.data());
  }
  ~RocksWorld() override { std::filesystem::remove_all(folder_); }
  Result<std::unique_ptr<BlockStore>> open(Epoch epoch) override {
    auto opened = rocks::open_block_store({.folder = folder_ / "blocks",
                                           .log_if_new = LogId{Uuid{7, 7}},
                                           .epoch = epoch,
                                           .on_durable = [this] { durable_.release(); }});
    if (!opened) return std::unexpected(opened.error());
    return std::move(opened->store);
  }
  // Its committer thread does that, and says so.
  void settle(BlockStore&) override {
    (void)durable_.try_acquire_for(std::chrono::milliseconds{1});
  }

 private:
  std::counting_semaphore<> durable_{0};
  std::filesystem::path folder_{};
};

struct Implementation {
  const char* name{};
  std::function<std::unique_ptr<World>()> make{};
};

struct BlockStoreContract : testing::TestWithParam<Implementation> {
  std::unique_ptr<World> world{GetParam().make()};
  std::unique_ptr<BlockStore> store{world->open(Epoch{}).value()};

  void settle_to(Position position) {
    for (int i = 0; i < 20'000 && store->durable().value() < position; ++i) world->settle(*store);
    ASSERT_EQ(store->durable().value(), position);
  }
  void put(std::uint64_t first, std::uint64_t last) {
    ASSERT_TRUE(store->submit(block(first, last)));
    settle_to(Position{last});
  }
  void reopen() {
    store.reset();
    store = world->open(Epoch{}).value();
  }
};

inline auto every_implementation() {
  return testing::Values(Implementation{"memory", [] { return std::make_unique<MemoryWorld>(); }},
                         Implementation{"rocks", [] { return std::make_unique<RocksWorld>(); }});
}

}  // namespace doorstep
