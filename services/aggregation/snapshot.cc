#include "services/aggregation/snapshot.h"

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "common/projection/fields.h"

namespace doorstep::aggregation {

template <class Archive>
void each_field(Archive& archive, Progress& progress) {
  archive(progress.log, progress.upto, progress.recorded_at);
}

namespace {

// "doorcov" and a zero byte, read as a little-endian number.
constexpr std::uint64_t magic = 0x00'76'6f'63'72'6f'6f'64;

struct Header {
  std::uint64_t magic{};
  std::uint32_t version{};
  std::uint32_t layout{};
};

template <class Archive>
void each_field(Archive& archive, Header& header) {
  archive(header.magic, header.version, header.layout);
}

}  // namespace

Bytes to_bytes(const Progress& progress, const Coverage& coverage) {
  const Header header{.magic = magic, .version = Coverage::version, .layout = snapshot_layout};
  ArchiveWriter archive;
  archive(header, progress, coverage);
  return std::move(archive).finish();
}

std::optional<Snapshot> snapshot_from(BytesView bytes) {
  ArchiveReader archive{bytes};
  Header header;
  archive(header);
  const bool is_ours = header.magic == magic && header.version == Coverage::version &&
                       header.layout == snapshot_layout;
  if (!is_ours) return std::nullopt;
  std::optional<Snapshot> snapshot{std::in_place};
  archive(snapshot->progress, snapshot->coverage);
  if (!archive.is_complete()) return std::nullopt;
  snapshot->coverage.settle(snapshot->progress.upto);
  return snapshot;
}

}  // namespace doorstep::aggregation
