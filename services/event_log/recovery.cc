#include "services/event_log/recovery.h"

#include <string>
#include <utility>

namespace doorstep::event_log {
namespace {

constexpr std::string_view remedy =
    ". Events may be lost or changed, so the log does not start. Keep both folders as they are, "
    "and "
    "put back the newest backup that reaches at least the signed position";

std::unexpected<Error> damaged(const std::string& what) {
  return failure(ErrorCode::damaged, what + std::string{remedy});
}

// Where the log reaches the signed size its root must be the signed one.
Outcome compare(const LogState& state, Hasher& hasher, const proof::Checkpoint& head) {
  if (state.tree.size() != head.size || state.tree.root(hasher) == head.root) return {};
  return damaged("the events up to position " + std::to_string(head.size) +
                 " are not those that were signed");
}

Outcome take_up_block(Recovered& recovered, Hasher& hasher, const StoredBlock& stored,
                      const std::optional<proof::Checkpoint>& head) {
  const auto block = wire::Block::open(*stored.bytes);
  if (!block) return damaged(block.error().message);
  if (const auto taken = take_up_requests(recovered.state, *block); !taken) {
    return damaged(taken.error().message);
  }
  for (const wire::Record& record : block->records()) {
    const auto heading = take_up(recovered.state, hasher, record);
    if (!heading) return damaged(heading.error().message);
    recovered.positions.add(heading->stream);
    if (!head) continue;
    if (auto same = compare(recovered.state, hasher, *head); !same) return same;
  }
  if (recovered.state.head == stored.last) return {};
  return damaged("the block at position " + std::to_string(number(stored.first)) +
                 " ends elsewhere than its key says");
}

}  // namespace

Result<Recovered> recover(const BlockStore& store,
                          const std::optional<proof::Checkpoint>& signed_head,
                          const Progress& progress) {
  const auto durable = store.durable();
  if (!durable) return std::unexpected(durable.error());
  if (!signed_head && *durable > Position{}) {
    return damaged("the log holds " + std::to_string(number(*durable)) +
                   " events and its signed head is missing");
  }
  if (signed_head && number(*durable) < signed_head->size) {
    return damaged("the log ends at position " + std::to_string(number(*durable)) +
                   ", its signed head says " + std::to_string(signed_head->size));
  }
  Recovered recovered;
  Hasher hasher;
  while (recovered.state.head < *durable) {
    const auto stored = store.read(next(recovered.state.head));
    if (!stored) {
      if (stored.error().code == ErrorCode::damaged) return damaged(stored.error().message);
      return std::unexpected(stored.error());
    }
    if (!*stored) {
      return damaged("the block at position " + std::to_string(number(next(recovered.state.head))) +
                     " is missing");
    }
    const auto taken = take_up_block(recovered, hasher, **stored, signed_head);
    if (!taken) return std::unexpected(taken.error());
    if (progress) progress(recovered.state.head, *durable);
  }
  return recovered;
}

}  // namespace doorstep::event_log
