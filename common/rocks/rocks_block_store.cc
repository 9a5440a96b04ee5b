#include "common/rocks/rocks_block_store.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <iterator>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "common/domain/assert.h"
#include "common/rocks/block_iterators.h"
#include "common/rocks/block_value.h"
#include "common/rocks/log_meta.h"
#include "common/rocks/rocks_settings.h"

namespace doorstep::rocks {
namespace {

using Lock = std::unique_lock<std::mutex>;

// A kept iterator pins memtables and deleted files, so the committer drops them now and then.
constexpr std::uint64_t writes_between_iterator_drops = 64;
constexpr std::chrono::milliseconds stall_pause{2};

Outcome put(rocksdb::WriteBatch& batch, rocksdb::ColumnFamilyHandle* family,
            const StoredBlock& block) {
  const auto key = key_of(block.first);
  const ValueHead head = head_of(block);
  const std::array<rocksdb::Slice, 2> value{
      rocksdb::Slice{reinterpret_cast<const char*>(head.data()), head.size()},
      rocksdb::Slice{reinterpret_cast<const char*>(block.bytes->data()), block.bytes->size()}};
  const rocksdb::Slice key_slice{key.data(), key.size()};
  const auto status = batch.Put(family, rocksdb::SliceParts{&key_slice, 1},
                                rocksdb::SliceParts{value.data(), value.size()});
  if (!status.ok()) return std::unexpected(error_of(status, "build a write"));
  return {};
}

class RocksBlockStore final : public BlockStore {
 public:
  RocksBlockStore(Database database, std::function<void()> on_durable)
      : database_{std::move(database)}, on_durable_{std::move(on_durable)} {}
  ~RocksBlockStore() override;
  RocksBlockStore(const RocksBlockStore&) = delete;
  RocksBlockStore& operator=(const RocksBlockStore&) = delete;

  [[nodiscard]] Outcome start();

  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override;
  [[nodiscard]] Outcome submit_here(SubmittedBlock block) override;
  [[nodiscard]] bool accepts() const override;
  [[nodiscard]] Result<Position> durable() const override;
  [[nodiscard]] Result<std::optional<StoredBlock>> read(Position position) const override;
  [[nodiscard]] Outcome replace(const StoredBlock& merged) override;
  [[nodiscard]] Outcome keep_as_written(Position upto) override;
  [[nodiscard]] Position replaced_to() const override;

 private:
  [[nodiscard]] Outcome delete_parts(rocksdb::WriteBatch& batch, const StoredBlock& merged) const;
  [[nodiscard]] Outcome write_unsynced(rocksdb::WriteBatch& batch, Position replaced);
  // Takes the block into account as submitted, if it may be.
  [[nodiscard]] Outcome admit(const SubmittedBlock& block);
  void commit();
  void write_replacement();
  // Seals and writes; what durable() says afterwards is the outcome.
  void write_all(std::vector<SubmittedBlock> submitted);
  [[nodiscard]] Outcome write(const std::vector<StoredBlock>& blocks);

  Database database_;
  mutable BlockIterators iterators_{database_};
  std::function<void()> on_durable_;

  mutable std::mutex mutex_;
  std::condition_variable submitted_changed_;
  std::deque<SubmittedBlock> submitted_;
  std::size_t waiting_{};  // submitted and not yet durable
  Position last_submitted_{};
  Position durable_{};
  Position replaced_{};
  std::optional<Error> failed_;
  bool stopping_{};
  // Waits for the committer, if there is one: whoever wants it waits for `done`.
  struct Replacement {
    rocksdb::WriteBatch& batch;
    Position replaced{};
    std::optional<Outcome> done{};
  };
  Replacement* replacement_{};
  std::condition_variable replacement_done_;
  std::uint64_t writes_{};
  std::thread committer_;
};

RocksBlockStore::~RocksBlockStore() {
  {
    const Lock lock{mutex_};
    stopping_ = true;
  }
  submitted_changed_.notify_one();
  if (committer_.joinable()) committer_.join();
  iterators_.drop();
  database_.close();
}

Outcome RocksBlockStore::start() {
  const std::unique_ptr<rocksdb::Iterator> iterator{
      database_.db->NewIterator(block_read_options(), database_.blocks)};
  iterator->SeekToLast();
  if (iterator->Valid()) {
    const auto block = decode_value(iterator->key(), iterator->value());
    if (!block) return std::unexpected(block.error());
    durable_ = last_submitted_ = block->last;
  } else if (!iterator->status().ok()) {
    return std::unexpected(error_of(iterator->status(), "find the last block"));
  }
  const auto replaced = LogMeta{database_}.number(replaced_key, 0);
  if (!replaced) return std::unexpected(replaced.error());
  replaced_ = Position{*replaced};
  committer_ = std::thread{[this] { commit(); }};
  return {};
}

// Under the lock.
Outcome RocksBlockStore::admit(const SubmittedBlock& block) {
  DOORSTEP_ASSERT(block.seal != nullptr);
  if (failed_) return std::unexpected(*failed_);
  if (block.first != next(last_submitted_) || block.last < block.first) {
    return failure(ErrorCode::invalid, "submit a block: it does not start after the last one");
  }
  if (waiting_ >= submitted_max) {
    return failure(ErrorCode::busy, "submit a block: enough are waiting already");
  }
  ++waiting_;
  last_submitted_ = block.last;
  return {};
}

Outcome RocksBlockStore::submit(SubmittedBlock block) {
  {
    const Lock lock{mutex_};
    if (auto admitted = admit(block); !admitted) return admitted;
    submitted_.push_back(std::move(block));
  }
  submitted_changed_.notify_one();
  return {};
}

Outcome RocksBlockStore::submit_here(SubmittedBlock block) {
  bool is_alone = false;
  {
    const Lock lock{mutex_};
    is_alone = waiting_ == 0;
    if (is_alone) {
      if (auto admitted = admit(block); !admitted) return admitted;
    }
  }
  if (!is_alone) return submit(std::move(block));
  std::vector<SubmittedBlock> alone;
  alone.push_back(std::move(block));
  write_all(std::move(alone));
  return {};
}

bool RocksBlockStore::accepts() const {
  const Lock lock{mutex_};
  return !failed_ && waiting_ < submitted_max;
}

Result<Position> RocksBlockStore::durable() const {
  const Lock lock{mutex_};
  if (failed_) return std::unexpected(*failed_);
  return durable_;
}

void RocksBlockStore::commit() {
  while (true) {
    std::vector<SubmittedBlock> submitted;
    {
      Lock lock{mutex_};
      submitted_changed_.wait(
          lock, [this] { return stopping_ || !submitted_.empty() || replacement_ != nullptr; });
      if (submitted_.empty() && replacement_ == nullptr) return;
      submitted.assign(std::move_iterator{submitted_.begin()},
                       std::move_iterator{submitted_.end()});
      submitted_.clear();
    }
    if (submitted.empty()) {
      write_replacement();
      continue;
    }
    write_all(std::move(submitted));
    if (on_durable_) on_durable_();
    const Lock lock{mutex_};
    if (!failed_) continue;
    if (replacement_ != nullptr) replacement_->done = std::unexpected(*failed_);
    replacement_done_.notify_all();
    return;
  }
}

void RocksBlockStore::write_replacement() {
  Replacement* replacement = nullptr;
  {
    const Lock lock{mutex_};
    replacement = std::exchange(replacement_, nullptr);
  }
  rocksdb::WriteOptions options = synced_write();
  options.sync = false;
  const auto status = database_.db->Write(options, &replacement->batch);
  const Lock lock{mutex_};
  if (status.ok()) {
    replaced_ = replacement->replaced;
    replacement->done = Outcome{};
  } else if (status.IsIncomplete()) {
    replacement->done = failure(ErrorCode::busy, "replace blocks: the disk is behind");
  } else {
    replacement->done = std::unexpected(error_of(status, "replace blocks"));
  }
  replacement_done_.notify_all();
}

void RocksBlockStore::write_all(std::vector<SubmittedBlock> submitted) {
  std::vector<StoredBlock> blocks;
  for (SubmittedBlock& block : submitted) {
    blocks.push_back({block.first, block.last, block.seal()});
  }
  const Outcome written = write(blocks);
  if (++writes_ % writes_between_iterator_drops == 0) iterators_.drop();
  const Lock lock{mutex_};
  if (!written) {
    failed_ = written.error();
    return;
  }
  durable_ = blocks.back().last;
  waiting_ -= blocks.size();
}

Outcome RocksBlockStore::write(const std::vector<StoredBlock>& blocks) {
  rocksdb::WriteBatch batch{0, 0, 8, 0};  // with 8 bytes of protection for each key
  for (const StoredBlock& block : blocks) {
    if (auto added = put(batch, database_.blocks, block); !added) return added;
  }
  while (true) {
    const auto status = database_.db->Write(synced_write(), &batch);
    if (status.ok()) return {};
    // A stall (no_slowdown) is refused before anything is written; everything else is final.
    if (!status.IsIncomplete()) return std::unexpected(error_of(status, "write a block"));
    std::this_thread::sleep_for(stall_pause);
  }
}

Result<std::optional<StoredBlock>> RocksBlockStore::read(Position position) const {
  Position durable{};
  {
    const Lock lock{mutex_};
    durable = durable_;
  }
  if (position == Position{} || position > durable) return std::optional<StoredBlock>{};
  auto block = iterators_.read(position, durable);
  if (!block) return std::unexpected(block.error());
  return std::optional{std::move(*block)};
}

Outcome RocksBlockStore::replace(const StoredBlock& merged) {
  rocksdb::WriteBatch batch{0, 0, 8, 0};
  if (auto parts = delete_parts(batch, merged); !parts) return parts;
  if (auto added = put(batch, database_.blocks, merged); !added) return added;
  return write_unsynced(batch, merged.last);
}

Outcome RocksBlockStore::keep_as_written(Position upto) {
  rocksdb::WriteBatch batch;
  return write_unsynced(batch, upto);
}

Position RocksBlockStore::replaced_to() const {
  const Lock lock{mutex_};
  return replaced_;
}

// All of them but the first, whose key the merged block takes.
Outcome RocksBlockStore::delete_parts(rocksdb::WriteBatch& batch, const StoredBlock& merged) const {
  const auto invalid = [] {
    return failure(ErrorCode::invalid, "replace blocks: they do not begin and end there");
  };
  const std::unique_ptr<rocksdb::Iterator> iterator{
      database_.db->NewIterator(block_read_options(), database_.blocks)};
  const auto first = key_of(merged.first);
  Position expected = merged.first;
  for (iterator->Seek({first.data(), first.size()}); iterator->Valid() && expected <= merged.last;
       iterator->Next()) {
    const auto part = decode_value(iterator->key(), iterator->value());
    if (!part) return std::unexpected(part.error());
    if (part->first != expected) return invalid();
    expected = next(part->last);
    if (part->first == merged.first) continue;
    const auto status = batch.Delete(database_.blocks, iterator->key());
    if (!status.ok()) return std::unexpected(error_of(status, "build a write"));
  }
  if (!iterator->status().ok()) {
    return std::unexpected(error_of(iterator->status(), "replace blocks"));
  }
  return expected == next(merged.last) ? Outcome{} : invalid();
}

// In the write-ahead log in front of every later append, and on disk with the next one: a crash
// before that leaves the blocks as they were. By the committer, when it has nothing else to write:
// the thread that asks may be one of low priority, and must not be the one an append waits for.
Outcome RocksBlockStore::write_unsynced(rocksdb::WriteBatch& batch, Position replaced) {
  const auto value = key_of(replaced);
  const auto status = batch.Put(database_.meta, rocksdb::Slice{replaced_key},
                                rocksdb::Slice{value.data(), value.size()});
  if (!status.ok()) return std::unexpected(error_of(status, "build a write"));
  Replacement replacement{.batch = batch, .replaced = replaced};
  Lock lock{mutex_};
  if (failed_) return std::unexpected(*failed_);
  DOORSTEP_ASSERT(replacement_ == nullptr);
  replacement_ = &replacement;
  submitted_changed_.notify_one();
  replacement_done_.wait(lock, [&] { return replacement.done.has_value(); });
  return *replacement.done;
}

}  // namespace

Result<OpenedBlockStore> open_block_store(BlockStoreSettings settings) {
  auto database = open_database(settings.folder);
  if (!database) return std::unexpected(database.error());
  LogMeta meta{*database};
  const auto epoch = settle_epoch(meta, settings.epoch);
  if (!epoch) return std::unexpected(epoch.error());
  const auto log = settle_log(meta, settings.log_if_new);
  if (!log) return std::unexpected(log.error());
  auto store =
      std::make_unique<RocksBlockStore>(std::move(*database), std::move(settings.on_durable));
  if (const auto started = store->start(); !started) return std::unexpected(started.error());
  return OpenedBlockStore{.log = *log, .epoch = *epoch, .store = std::move(store)};
}

}  // namespace doorstep::rocks
