#include "services/event_log/heads_snapshot.h"

#include <utility>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"

namespace doorstep::event_log {

template <class Archive>
void each_field(Archive& archive, StreamHead& head) {
  archive(head.stream.kind, head.stream.id.high, head.stream.id.low, head.events, head.last);
}

namespace {

// "doorhds" and a zero byte, read as a little-endian number.
constexpr std::uint64_t magic = 0x00'73'64'68'72'6f'6f'64;
constexpr std::uint32_t version = 1;

struct Root {
  Sha256 hash{};
};
template <class Archive>
void each_field(Archive& archive, Root& root) {
  for (std::uint8_t& byte : root.hash) archive(byte);
}

struct Stored {
  std::uint64_t magic{};
  std::uint32_t version{};
  std::uint32_t page_events{};
  IndexedLog log{};
  std::uint64_t upto{};
  Instant recorded_at{};
  std::vector<Root> peaks{};
  std::vector<Root> pages{};
  std::vector<std::byte> page{};
  std::vector<StreamHead> heads{};
};
template <class Archive>
void each_field(Archive& archive, Stored& stored) {
  archive(stored.magic, stored.version, stored.page_events, stored.log.log.value.high,
          stored.log.log.value.low, stored.log.epoch, stored.upto, stored.recorded_at.unix_ms,
          stored.peaks, stored.pages, stored.page, stored.heads);
}

}  // namespace

Bytes to_bytes(const IndexedLog& log, const IndexFold::Parts& parts) {
  Stored stored{.magic = magic,
                .version = version,
                .page_events = page_events,
                .log = log,
                .upto = parts.tree.size(),
                .recorded_at = parts.recorded_at,
                .heads = parts.heads.sorted()};
  for (const Sha256& peak : parts.tree.peaks()) stored.peaks.push_back({peak});
  for (const Sha256& root : parts.pages) stored.pages.push_back({root});
  if (parts.page.events() > 0) stored.page = to_bytes(parts.page);
  ArchiveWriter archive;
  archive(stored);
  return std::move(archive).finish();
}

std::optional<IndexFold::Parts> heads_from(BytesView bytes, const IndexedLog& log) {
  ArchiveReader archive{bytes};
  Stored stored;
  archive(stored);
  if (!archive.is_complete() || stored.magic != magic || stored.version != version ||
      stored.page_events != page_events || stored.log != log ||
      stored.pages.size() != stored.upto / page_events) {
    return std::nullopt;
  }
  IndexFold::Parts parts{.recorded_at = stored.recorded_at};
  std::vector<Sha256> peaks;
  for (const Root& root : stored.peaks) peaks.push_back(root.hash);
  auto tree = proof::MerkleTree::from_peaks(stored.upto, std::move(peaks));
  if (!tree) return std::nullopt;
  parts.tree = *std::move(tree);
  for (const Root& root : stored.pages) parts.pages.push_back(root.hash);
  if (!stored.page.empty()) {
    auto page = page_from(stored.page);
    if (!page) return std::nullopt;
    parts.page = std::move(*page);
  }
  if (parts.page.events() != stored.upto % page_events) return std::nullopt;
  parts.heads.reserve(stored.heads.size());
  std::uint64_t events = 0;
  for (const StreamHead& head : stored.heads) {
    if (number(head.last) > stored.upto || !parts.heads.put(head)) return std::nullopt;
    events += head.events;
  }
  if (events != stored.upto) return std::nullopt;
  return parts;
}

}  // namespace doorstep::event_log
