#include "services/event_log/recovery.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/event_log/earlier_root.h"
#include "services/event_log/floor_base.h"

namespace doorstep::event_log {
namespace {

constexpr std::size_t requests_per_write = 64 * 1024;
constexpr std::size_t pages_per_write = 256;
constexpr std::string_view remedy =
    ". Events may be lost or changed, so the log does not start. Keep both folders as they are, "
    "and "
    "put back the newest backup that reaches at least the signed position";

std::unexpected<Error> damaged(const std::string& what) {
  return failure(ErrorCode::damaged, what + std::string{remedy});
}

Result<StoredBlock> read_block(const BlockStore& store, Position position) {
  const auto stored = store.read(position);
  if (!stored) {
    if (stored.error().code == ErrorCode::damaged) return damaged(stored.error().message);
    return std::unexpected(stored.error());
  }
  if (!*stored) {
    return damaged("the block at position " + std::to_string(number(position)) + " is missing");
  }
  return **stored;
}

// One way through the blocks, from where a fold is to the log's head.
class Recovery {
 public:
  Recovery(const RecoverFrom& from, const std::optional<proof::Checkpoint>& signed_head,
           Position durable, const FloorTree& floor, IndexFold fold)
      : from_{from}, signed_head_{signed_head}, durable_{durable} {
    recovered_.floor = floor;
    recovered_.snapshot_at = fold.upto();
    recovered_.state.head = fold.upto();
    recovered_.state.recorded_at = fold.parts().recorded_at;
    recovered_.state.streams = Streams{fold.parts().heads};
    recovered_.index = std::make_unique<LogIndex>(from.index, std::move(fold));
    recovered_.state.append_ids = AppendIds{*recovered_.index};
  }

  [[nodiscard]] Result<Recovered> run(const Progress& progress);

 private:
  [[nodiscard]] Outcome check_earlier_root();
  [[nodiscard]] Outcome fill_recent();
  [[nodiscard]] Outcome take_up_block(const StoredBlock& stored);
  [[nodiscard]] Outcome take_up_request(const wire::BlockRequest& request);
  [[nodiscard]] Outcome compare();
  [[nodiscard]] const IndexFold& fold() const { return recovered_.index->fold(); }

  const RecoverFrom& from_;
  const std::optional<proof::Checkpoint>& signed_head_;
  Position durable_;
  Hasher hasher_{};
  std::vector<Heading> headings_{};  // of the block at hand
  Recovered recovered_{};
};

Result<Recovered> Recovery::run(const Progress& progress) {
  if (auto same = check_earlier_root(); !same) return std::unexpected(same.error());
  if (auto filled = fill_recent(); !filled) return std::unexpected(filled.error());
  LogState& state = recovered_.state;
  while (state.head < durable_) {
    const auto stored = read_block(from_.store, next(state.head));
    if (!stored) return std::unexpected(stored.error());
    const auto taken = take_up_block(*stored);
    if (!taken) return std::unexpected(taken.error());
    const IndexBatch& batch = fold().batch();
    if (batch.append_ids.size() >= requests_per_write || batch.pages.size() >= pages_per_write ||
        state.head == durable_) {
      if (auto written = recovered_.index->write(); !written) {
        return std::unexpected(written.error());
      }
    }
    if (progress) progress(state.head, durable_);
  }
  state.tree = fold().parts().tree;
  state.pages = fold().parts().pages;
  return std::move(recovered_);
}

// Where the log reaches the signed size its root must be the signed one.
Outcome Recovery::compare() {
  const proof::MerkleTree& tree = fold().parts().tree;
  if (!signed_head_ || tree.size() != signed_head_->size ||
      tree.root(hasher_) == signed_head_->root) {
    return {};
  }
  return damaged("the events up to position " + std::to_string(tree.size()) +
                 " are not those that were signed");
}

// The signed size may lie before the snapshot.
Outcome Recovery::check_earlier_root() {
  if (fold().upto() == Position{}) return {};
  if (!signed_head_ || signed_head_->size >= number(fold().upto())) return compare();
  const auto root =
      earlier_root(from_.store, fold().parts().pages, signed_head_->size, recovered_.floor.tree);
  if (!root) return std::unexpected(root.error());
  if (*root == signed_head_->root) return {};
  return damaged("the events up to position " + std::to_string(signed_head_->size) +
                 " are not those that were signed");
}

// Conditions may ask about what is older than the snapshot.
Outcome Recovery::fill_recent() {
  const std::uint64_t upto = number(recovered_.state.head);
  const std::uint64_t wanted = std::max(
      number(recovered_.floor.floor),
      number(durable_) - std::min<std::uint64_t>(number(durable_), RecentHeadings::kept_max));
  recovered_.state.recent = RecentHeadings{Position{std::min(wanted, upto)}};
  for (std::uint64_t done = wanted; done < upto;) {
    const auto stored = read_block(from_.store, Position{done + 1});
    if (!stored) return std::unexpected(stored.error());
    const auto block = wire::Block::open(*stored->bytes);
    if (!block) return damaged(block.error().message);
    const std::uint64_t end = std::min(upto, number(stored->last));
    for (const wire::Record& record : block->records()) {
      const std::uint64_t position = number(record.stamp.position);
      if (position <= done || position > end) continue;
      if (position != done + 1) break;
      const auto heading = heading_in(record);
      if (!heading) return damaged(heading.error().message);
      recovered_.state.recent.add(record.stamp.position, *heading);
      ++done;
    }
    if (done == end) continue;
    return damaged("the record at position " + std::to_string(done + 1) + " is missing");
  }
  return {};
}

Outcome Recovery::take_up_request(const wire::BlockRequest& request) {
  // Where the index is ahead of its snapshot it knows the request already, at the same place.
  const auto known = recovered_.state.append_ids.find(request.append_id);
  if (const auto failed = recovered_.index->lost()) return std::unexpected(*failed);
  if (known && known->first == request.first && !request.append_id.is_nil()) return {};
  if (request.append_id.is_nil() || request.events > AppendIds::events_max || known ||
      !recovered_.state.append_ids.add(request.append_id, request.digest, request.first,
                                       request.events)) {
    return damaged("the record at position " + std::to_string(number(request.first)) +
                   " belongs to an append request that was there before");
  }
  return {};
}

Outcome Recovery::take_up_block(const StoredBlock& stored) {
  LogState& state = recovered_.state;
  const auto block = wire::Block::open(*stored.bytes);
  if (!block) return damaged(block.error().message);
  if (block->requests().empty()) {
    return damaged("the block at position " + std::to_string(number(stored.first)) +
                   " belongs to no append request");
  }
  const Position before = state.head;
  // Small blocks may have become one large block since the snapshot.
  const std::uint64_t known = number(before) + 1 - number(stored.first);
  if (stored.first > next(before) || known >= block->records().size()) {
    return damaged("the block with position " + std::to_string(number(next(before))) +
                   " is missing");
  }
  const auto records = block->records().subspan(known);
  headings_.clear();
  for (const wire::Record& record : records) {
    const auto heading = follow(state, record);
    if (!heading) return damaged(heading.error().message);
    headings_.push_back(*heading);
  }
  if (state.head != stored.last) {
    return damaged("the block at position " + std::to_string(number(stored.first)) +
                   " ends elsewhere than its key says");
  }
  std::vector<wire::BlockRequest> requests;
  for (const wire::BlockRequest& request : block->requests()) {
    if (request.first <= before) continue;
    if (auto taken = take_up_request(request); !taken) return taken;
    requests.push_back(request);
  }
  recovered_.index->add(requests);
  // In two parts where the signed size lies inside the block.
  const std::uint64_t signed_size = signed_head_ ? signed_head_->size : 0;
  const std::size_t part =
      signed_size <= number(before) ? 0 : std::min(records.size(), signed_size - number(before));
  const std::span<const Heading> headings{headings_};
  recovered_.index->add(records.first(part), headings.first(part));
  if (auto same = part == 0 ? Outcome{} : compare(); !same) return same;
  recovered_.index->add(records.subspan(part), headings.subspan(part));
  return {};
}

// The snapshot, where there is one and it fits the log; nullopt: the indexes are empty; else why
// not.
std::expected<std::optional<IndexFold>, std::string> usable_fold(const RecoverFrom& from,
                                                                 Position durable,
                                                                 const FloorBase& base) {
  const auto bytes = from.heads.read();
  if (!bytes) return std::unexpected(bytes.error().message);
  const auto cursor = from.index.cursor();
  if (!cursor) return std::unexpected(cursor.error().message);
  if (!*bytes) {
    if (*cursor == Position{}) return std::nullopt;
    return std::unexpected("there is no snapshot of the heads");
  }
  auto parts = heads_from(**bytes, from.log);
  if (!parts) return std::unexpected("the snapshot of the heads is of another log or version");
  if (parts->tree.size() > number(*cursor)) {
    return std::unexpected("the pages end before the snapshot of the heads");
  }
  // Requests that the log does not hold must not be found.
  if (*cursor > durable) return std::unexpected("the indexes are ahead of the log");
  const auto& below = base.parts.pages;
  if (parts->tree.size() < base.parts.tree.size()) {
    return std::unexpected("the snapshot of the heads is older than the floor");
  }
  if (!std::ranges::equal(below, std::span{parts->pages}.first(below.size()))) {
    return std::unexpected("the snapshot of the heads is of other events than the floor");
  }
  if (auto same = check_tree(from.store, *parts, base.parts.tree); !same) {
    return std::unexpected(same.error().message);
  }
  return IndexFold{std::move(*parts)};
}

// What can be found of dropped blocks, for an index that is empty. The cursor comes last: with a
// part of them it counts as empty still.
Outcome put_back_dropped(const BlockStore& store, IndexStore& index) {
  IndexBatch batch;
  std::uint64_t events = 0;
  const auto put_back = [&](const IndexedAppend& request) -> Outcome {
    events += request.events;
    batch.append_ids.push_back(request);
    if (batch.append_ids.size() < requests_per_write) return {};
    return index.write(std::exchange(batch, {}));
  };
  if (auto walked = store.each_dropped(put_back); !walked) return walked;
  // They follow each other without a gap, so that their events are all that was dropped.
  if (events != number(store.floor())) {
    return damaged("append requests of events below the floor at position " +
                   std::to_string(number(store.floor())) + " are missing");
  }
  batch.upto = store.floor();
  return index.write(batch);
}

Result<Position> checked_head(const BlockStore& store,
                              const std::optional<proof::Checkpoint>& signed_head) {
  const auto durable = store.durable();
  if (!durable) return std::unexpected(durable.error());
  if (!signed_head && *durable > Position{}) {
    return damaged("the log holds " + std::to_string(number(*durable)) +
                   " events and its signed head is missing");
  }
  if (signed_head && signed_head->size < number(store.floor())) {
    return damaged("the log keeps events from position " +
                   std::to_string(number(next(store.floor()))) + " on, its signed head says " +
                   std::to_string(signed_head->size));
  }
  if (signed_head && number(*durable) < signed_head->size) {
    return damaged("the log ends at position " + std::to_string(number(*durable)) +
                   ", its signed head says " + std::to_string(signed_head->size));
  }
  return *durable;
}

}  // namespace

Result<Recovered> recover(const RecoverFrom& from,
                          const std::optional<proof::Checkpoint>& signed_head,
                          const Progress& progress) {
  const auto durable = checked_head(from.store, signed_head);
  if (!durable) return std::unexpected(durable.error());
  auto base = read_floor_base(from.store, from.log.log);
  if (!base) return damaged(base.error().message);
  const FloorTree floor = base->tree();
  std::string why;
  auto fold = usable_fold(from, *durable, *base);
  if (fold && *fold) {
    auto recovered = Recovery{from, signed_head, *durable, floor, **std::move(fold)}.run(progress);
    if (recovered) return recovered;
    // Whatever is wrong may be the index's fault: only all blocks together can say.
    why = recovered.error().message;
  } else if (!fold) {
    why = fold.error();
  }
  if (auto cleared = why.empty() ? Outcome{} : from.index.clear(); !cleared) {
    return std::unexpected(cleared.error());
  }
  if (floor.floor > Position{}) {
    if (auto put_back = put_back_dropped(from.store, from.index); !put_back) {
      return std::unexpected(put_back.error());
    }
  }
  IndexFold from_floor{std::move(base->parts)};
  auto recovered =
      Recovery{from, signed_head, *durable, floor, std::move(from_floor)}.run(progress);
  if (recovered) recovered->folded_again = why;
  return recovered;
}

}  // namespace doorstep::event_log
