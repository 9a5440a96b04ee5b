#include "common/rocks/rocks_block_store.h"

#include <rocksdb/db.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <iterator>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "common/domain/assert.h"
#include "common/rocks/block_batches.h"
#include "common/rocks/block_iterators.h"
#include "common/rocks/block_value.h"
#include "common/rocks/floor_records.h"
#include "common/rocks/log_meta.h"
#include "common/rocks/rocks_settings.h"

namespace doorstep::rocks {
namespace {

using Lock = std::unique_lock<std::mutex>;

// A kept iterator pins memtables and deleted files, so the committer drops them now and then.
constexpr std::uint64_t writes_between_iterator_drops = 64;
constexpr std::uint64_t writes_before_an_errand_max = 16;  // while blocks keep coming
constexpr std::chrono::milliseconds stall_pause{2};

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
  [[nodiscard]] Outcome keep_dropped(std::span<const IndexedAppend> requests) override;
  [[nodiscard]] Outcome move_floor(const LogBase& base) override;
  [[nodiscard]] Outcome drop_below_floor() override;
  [[nodiscard]] Position floor() const override;
  [[nodiscard]] Result<std::optional<LogBase>> base() const override {
    return floor_records_.base();
  }
  [[nodiscard]] Outcome each_dropped(const TakeDropped& take) const override {
    return floor_records_.each_dropped(take);
  }

 private:
  enum class Synced : std::uint8_t { no, yes };
  [[nodiscard]] Outcome write_replaced(rocksdb::WriteBatch& batch, Position replaced);
  [[nodiscard]] Outcome write_by_committer(rocksdb::WriteBatch& batch, Synced synced);
  // The same again where the disk is behind.
  [[nodiscard]] Outcome write_patiently(rocksdb::WriteBatch& batch, Synced synced);
  // Takes the block into account as submitted, if it may be.
  [[nodiscard]] Outcome admit(const SubmittedBlock& block);
  void commit();
  void write_errand();
  // Seals and writes; what durable() says afterwards is the outcome.
  void write_all(std::vector<SubmittedBlock> submitted);
  [[nodiscard]] Outcome write(const std::vector<StoredBlock>& blocks);

  Database database_;
  FloorRecords floor_records_{database_};
  mutable BlockIterators iterators_{database_};
  std::function<void()> on_durable_;

  mutable std::mutex mutex_;
  std::condition_variable submitted_changed_;
  std::deque<SubmittedBlock> submitted_;
  std::size_t waiting_{};  // submitted and not yet durable
  Position last_submitted_{};
  Position durable_{};
  Position replaced_{};
  Position floor_{};
  Position dropped_to_{};
  std::optional<Error> failed_;
  bool stopping_{};
  // A write that is no block's. Waits for the committer; whoever wants it waits for `done`.
  struct Errand {
    rocksdb::WriteBatch& batch;
    Synced synced{};
    std::optional<Outcome> done{};
  };
  Errand* errand_{};
  std::condition_variable errand_done_;
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
  const auto floor = floor_records_.floor();
  if (!floor) return std::unexpected(floor.error());
  floor_ = dropped_to_ = *floor;
  replaced_ = std::max(Position{*replaced}, floor_);
  durable_ = last_submitted_ = std::max(durable_, floor_);
  committer_ = std::thread{[this] { commit(); }};
  iterator->SeekToFirst();
  const bool is_left = iterator->Valid() && position_of(iterator->key()) <= floor_;
  return is_left ? drop_below_floor() : Outcome{};
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
          lock, [this] { return stopping_ || !submitted_.empty() || errand_ != nullptr; });
      if (submitted_.empty() && errand_ == nullptr) return;
      submitted.assign(std::move_iterator{submitted_.begin()},
                       std::move_iterator{submitted_.end()});
      submitted_.clear();
    }
    const bool is_errands_turn = submitted.empty() || writes_ % writes_before_an_errand_max ==
                                                          writes_before_an_errand_max - 1;
    if (!submitted.empty()) write_all(std::move(submitted));
    if (is_errands_turn) write_errand();
    if (on_durable_) on_durable_();  // of a failed errand, too: nothing is stored any more
    const Lock lock{mutex_};
    if (!failed_) continue;
    if (errand_ != nullptr) errand_->done = std::unexpected(*failed_);
    errand_done_.notify_all();
    return;
  }
}

void RocksBlockStore::write_errand() {
  Errand* errand = nullptr;
  {
    const Lock lock{mutex_};
    if (failed_) return;
    errand = std::exchange(errand_, nullptr);
  }
  if (errand == nullptr) return;
  rocksdb::WriteOptions options = synced_write();
  options.sync = errand->synced == Synced::yes;
  const auto status = database_.db->Write(options, &errand->batch);
  const Lock lock{mutex_};
  if (status.ok()) {
    errand->done = Outcome{};
  } else if (status.IsIncomplete()) {
    errand->done = failure(ErrorCode::busy, "write beside the blocks: the disk is behind");
  } else {
    failed_ = error_of(status, "write beside the blocks");
    errand->done = std::unexpected(*failed_);
  }
  errand_done_.notify_all();
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
    if (auto added = put_block(batch, database_, block); !added) return added;
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
  Position dropped_to{};
  {
    const Lock lock{mutex_};
    durable = durable_;
    dropped_to = dropped_to_;
  }
  if (position <= dropped_to || position > durable) return std::optional<StoredBlock>{};
  auto block = iterators_.read(position, durable);
  if (!block) return std::unexpected(block.error());
  return std::optional{std::move(*block)};
}

Outcome RocksBlockStore::replace(const StoredBlock& merged) {
  if (merged.first <= floor()) {
    return failure(ErrorCode::invalid, "replace blocks: they begin below the floor");
  }
  rocksdb::WriteBatch batch{0, 0, 8, 0};
  if (auto parts = delete_parts(batch, database_, merged); !parts) return parts;
  if (auto added = put_block(batch, database_, merged); !added) return added;
  return write_replaced(batch, merged.last);
}

Outcome RocksBlockStore::keep_as_written(Position upto) {
  rocksdb::WriteBatch batch;
  return write_replaced(batch, upto);
}

Position RocksBlockStore::replaced_to() const {
  const Lock lock{mutex_};
  return replaced_;
}

// In the write-ahead log in front of every later append, and on disk with the next one: a crash
// before that leaves the blocks as they were.
Outcome RocksBlockStore::write_replaced(rocksdb::WriteBatch& batch, Position replaced) {
  const auto value = key_of(replaced);
  const auto status = batch.Put(database_.meta, rocksdb::Slice{replaced_key},
                                rocksdb::Slice{value.data(), value.size()});
  if (!status.ok()) return std::unexpected(error_of(status, "build a write"));
  if (auto written = write_by_committer(batch, Synced::no); !written) return written;
  const Lock lock{mutex_};
  replaced_ = replaced;
  return {};
}

// By the committer, when it has nothing else to write: the thread that asks may be one of low
// priority, and must not be the one an append waits for.
Outcome RocksBlockStore::write_by_committer(rocksdb::WriteBatch& batch, Synced synced) {
  Errand errand{.batch = batch, .synced = synced};
  Lock lock{mutex_};
  if (failed_) return std::unexpected(*failed_);
  DOORSTEP_ASSERT(errand_ == nullptr);
  errand_ = &errand;
  submitted_changed_.notify_one();
  errand_done_.wait(lock, [&] { return errand.done.has_value(); });
  return *errand.done;
}

Outcome RocksBlockStore::write_patiently(rocksdb::WriteBatch& batch, Synced synced) {
  while (true) {
    Outcome written = write_by_committer(batch, synced);
    if (written || written.error().code != ErrorCode::busy) return written;
    std::this_thread::sleep_for(stall_pause);
  }
}

Outcome RocksBlockStore::keep_dropped(std::span<const IndexedAppend> requests) {
  auto batch = floor_records_.batch_of(requests);
  if (!batch) return std::unexpected(batch.error());
  return write_patiently(*batch, Synced::yes);
}

Outcome RocksBlockStore::move_floor(const LogBase& base) {
  const auto head = durable();
  if (!head) return std::unexpected(head.error());
  const auto last = read(base.floor);
  if (!last) return std::unexpected(last.error());
  const bool is_end = *last ? (**last).last == base.floor : *head == Position{};
  if (!is_end || base.floor <= floor()) {
    return failure(ErrorCode::invalid, "move the floor: no block above the present one ends there");
  }
  auto batches = floor_records_.batches_of(base);
  if (!batches) return std::unexpected(batches.error());
  for (rocksdb::WriteBatch& batch : *batches) {
    if (auto written = write_patiently(batch, Synced::yes); !written) return written;
  }
  const Lock lock{mutex_};
  floor_ = base.floor;
  if (durable_ == Position{}) durable_ = last_submitted_ = floor_;
  return {};
}

Outcome RocksBlockStore::drop_below_floor() {
  Position floor{};
  {
    const Lock lock{mutex_};
    floor = dropped_to_ = floor_;
    replaced_ = std::max(replaced_, floor_);
  }
  if (floor == Position{}) return {};
  if (auto deleted = floor_records_.delete_files(floor); !deleted) return deleted;
  auto batch = floor_records_.batch_that_drops(floor);
  if (!batch) return std::unexpected(batch.error());
  if (auto written = write_patiently(*batch, Synced::no); !written) return written;
  iterators_.drop();  // they pin what was deleted
  return floor_records_.reclaim(floor);
}

Position RocksBlockStore::floor() const {
  const Lock lock{mutex_};
  return floor_;
}

}  // namespace

Result<OpenedBlockStore> open_block_store(BlockStoreSettings settings) {
  auto database = open_database(settings.folder, settings.disk_may_be_full);
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
