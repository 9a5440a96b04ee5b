#include "services/event_log/floor_base.h"

#include <algorithm>
#include <bit>
#include <string>
#include <utility>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "services/event_log/heads_snapshot.h"
#include "services/event_log/log_state.h"
#include "services/event_log/tree_nodes.h"

namespace doorstep::event_log {
namespace {

// "doorbas" and a zero byte, read as a little-endian number.
constexpr std::uint64_t magic = 0x00'73'61'62'72'6f'6f'64;
constexpr std::uint32_t version = 1;

struct StoredLeaf {
  Sha256 hash{};
};
template <class Archive>
void each_field(Archive& archive, StoredLeaf& leaf) {
  for (std::uint8_t& byte : leaf.hash) archive(byte);
}

struct StoredBase {
  std::uint64_t magic{};
  std::uint32_t version{};
  std::vector<StoredLeaf> leaves{};
  std::vector<std::byte> heads{};
};
template <class Archive>
void each_field(Archive& archive, StoredBase& base) {
  archive(base.magic, base.version, base.leaves, base.heads);
}

// The snapshot inside is of no epoch: a restore begins a new one and keeps the base.
IndexedLog in_all_epochs(LogId log) { return {.log = log, .epoch = Epoch{0}}; }

// Whether the roots of full pages, and the leaves after them, make up the tree.
bool holds_together(const FloorBase& base) {
  Hasher hasher;
  const auto whole = TreeNodes{base.parts.pages}.tree();
  std::vector<Sha256> peaks{whole.peaks().begin(), whole.peaks().end()};
  for (std::span<const Sha256> rest{base.leaves}; !rest.empty();) {
    const std::size_t size = std::bit_floor(rest.size());
    std::vector<Sha256> level{rest.begin(), rest.begin() + static_cast<std::ptrdiff_t>(size)};
    for (; level.size() > 1; level.resize(level.size() / 2)) {
      for (std::size_t i = 0; i < level.size() / 2; ++i) {
        level[i] = proof::node_hash(hasher, level[2 * i], level[2 * i + 1]);
      }
    }
    peaks.push_back(level.front());
    rest = rest.subspan(size);
  }
  return std::ranges::equal(peaks, base.parts.tree.peaks());
}

}  // namespace

Bytes to_bytes(LogId log, const IndexFold::Parts& parts, std::span<const Sha256> leaves) {
  StoredBase stored{.magic = magic, .version = version};
  for (const Sha256& leaf : leaves) stored.leaves.push_back({leaf});
  stored.heads = to_bytes(in_all_epochs(log), parts);
  ArchiveWriter archive;
  archive(stored);
  return std::move(archive).finish();
}

Result<FloorBase> floor_base_from(const LogBase& base, LogId log) {
  const auto damaged = [] {
    return failure(ErrorCode::damaged,
                   "what stands for the events below the floor is of another log, of another "
                   "version, or damaged");
  };
  ArchiveReader archive{base.value};
  StoredBase stored;
  archive(stored);
  if (!archive.is_complete() || stored.magic != magic || stored.version != version) {
    return damaged();
  }
  auto parts = heads_from(stored.heads, in_all_epochs(log));
  if (!parts || Position{parts->tree.size()} != base.floor ||
      stored.leaves.size() != number(base.floor) % page_events) {
    return damaged();
  }
  FloorBase found{.parts = *std::move(parts)};
  for (const StoredLeaf& leaf : stored.leaves) found.leaves.push_back(leaf.hash);
  if (!holds_together(found)) return damaged();
  return found;
}

Result<FloorBase> read_floor_base(const BlockStore& store, LogId log) {
  const auto base = store.base();
  if (!base) return std::unexpected(base.error());
  return *base ? floor_base_from(**base, log) : FloorBase{};
}

Outcome FloorFold::take(const StoredBlock& stored) {
  return fold_block(fold_, stored, [this](const wire::Record& record) -> Outcome {
    if (number(fold_.upto()) % page_events == 0) {
      leaves_.clear();
    } else {
      leaves_.push_back(proof::leaf_hash(hasher_, record.stored));
    }
    return {};
  });
}

}  // namespace doorstep::event_log
