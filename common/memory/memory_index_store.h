// Indexes in memory. It outlives the log that writes it, as a disk outlives a process; crash()
// loses what was not synced. One thread.
#pragma once

#include <map>

#include "common/seam/index_store.h"

namespace doorstep::memory {

class MemoryIndexStore final : public IndexStore {
 public:
  [[nodiscard]] Outcome write(const IndexBatch& batch) override {
    for (const IndexedPage& page : batch.pages)
      now_.pages.insert_or_assign(page.number, page.bytes);
    for (const IndexedAppend& append : batch.append_ids) {
      now_.append_ids.insert_or_assign(append.id, append);
    }
    now_.cursor = batch.upto;
    return {};
  }
  [[nodiscard]] Outcome sync() override {
    synced_ = now_;
    return {};
  }
  [[nodiscard]] Result<Position> cursor() const override { return now_.cursor; }
  [[nodiscard]] Result<std::optional<Bytes>> page(std::uint64_t number) const override {
    if (given_up_) return failure(ErrorCode::damaged, "read an index page: it is damaged");
    const auto found = now_.pages.find(number);
    if (found == now_.pages.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] Result<std::optional<IndexedAppend>> find(AppendId id) const override {
    if (given_up_) return failure(ErrorCode::damaged, "look up an append: the index is damaged");
    const auto found = now_.append_ids.find(id);
    if (found == now_.append_ids.end()) return std::nullopt;
    return found->second;
  }
  [[nodiscard]] Result<AppendId> largest_append_id() const override {
    return now_.append_ids.empty() ? AppendId{} : now_.append_ids.rbegin()->first;
  }
  [[nodiscard]] Result<std::uint64_t> count_append_ids() const override {
    return now_.append_ids.size();
  }
  void give_up() const override { given_up_ = true; }
  [[nodiscard]] Outcome clear() override {
    now_ = synced_ = {};
    given_up_ = false;
    return {};
  }

  // The process dies, and another one opens it.
  void crash() {
    now_ = given_up_ ? Kept{} : synced_;
    if (given_up_) synced_ = {};
    given_up_ = false;
  }
  [[nodiscard]] std::size_t pages() const { return now_.pages.size(); }
  void forget_page(std::uint64_t number) { now_.pages.erase(number); }
  void forget(AppendId id) { now_.append_ids.erase(id); }

 private:
  struct Kept {
    std::map<std::uint64_t, Bytes> pages{};
    std::map<AppendId, IndexedAppend> append_ids{};
    Position cursor{};
  };
  Kept now_{};
  Kept synced_{};
  mutable bool given_up_{};
};

}  // namespace doorstep::memory
