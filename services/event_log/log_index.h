// The log's indexes at work: the upkeep thread folds into them and writes them, any thread asks
// them. Errors: one that cannot be read or written is given up; the process must end, and the next
// start folds it again.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "services/event_log/append_ids.h"
#include "services/event_log/index_fold.h"

namespace doorstep::event_log {

class LogIndex final : public OlderAppendIds {
 public:
  // `store` must outlive it. Pre-condition: it holds all that `fold` has seen.
  LogIndex(IndexStore& store, IndexFold fold);

  // Of one thread, the one that folds. Requests before their records.
  void add(std::span<const wire::BlockRequest> requests);
  // Pre-condition: as for IndexFold::add.
  void add(std::span<const wire::Record> records, std::span<const Heading> headings);
  // The same of records that somebody else has looked at: what their leaves made of the tree, and
  // their times. Pre-condition: `times` starts with the first of them.
  void add(const proof::Growth& growth, std::span<const RecordedFrom> times,
           std::span<const Heading> headings);
  [[nodiscard]] const IndexFold& fold() const { return fold_; }
  // Stores what add() completed.
  [[nodiscard]] Outcome write();
  [[nodiscard]] Outcome sync() { return store_.sync(); }

  // Any thread.
  [[nodiscard]] Position covered() const { return covered_; }  // by pages and heads; never falls
  [[nodiscard]] std::optional<StreamHead> head_of(StreamId stream) const;
  // Pre-condition: its first event is covered.
  [[nodiscard]] Result<std::shared_ptr<const IndexPage>> page(std::uint64_t number) const;

  // Roots of the first complete pages, up to the one before that of position `size` + 1.
  [[nodiscard]] std::vector<Sha256> page_roots(std::uint64_t size) const;

  // Asked for each request: these do not wait for the thread that folds, which has less priority.
  [[nodiscard]] Position upto() const override { return written_; }
  [[nodiscard]] std::optional<KnownAppend> find(AppendId id) const override;
  [[nodiscard]] AppendId largest() const override;
  [[nodiscard]] std::optional<Error> lost() const override;

 private:
  // `recorded_at(i)`: of the i-th.
  template <class RecordedAt>
  void add_columns(std::span<const Heading> headings, RecordedAt recorded_at);

  IndexStore& store_;
  mutable std::mutex mutex_{};
  std::vector<Sha256> page_roots_;  // the fold's, which grow outside the mutex
  IndexFold fold_;  // what others read of it is written by the one thread, under the mutex
  std::atomic<Position> covered_{};
  std::atomic<Position> written_{};
  mutable std::atomic<bool> is_lost_{};
  void note_lost(const Error& error) const;
  mutable Error why_lost_{};  // set before is_lost_
};

}  // namespace doorstep::event_log
