#include "services/aggregation/snapshot.h"

#include <array>
#include <bit>
#include <utility>
#include <vector>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "common/projection/fields.h"

namespace doorstep::aggregation {

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

// Four numbers, so that the hash stands in the file as it is.
struct Peak {
  std::array<std::uint64_t, 4> words{};
};

template <class Archive>
void each_field(Archive& archive, Peak& peak) {
  archive(peak.words[0], peak.words[1], peak.words[2], peak.words[3]);
}

// Progress as it is stored.
struct Place {
  LogId log{};
  std::uint64_t epoch{};
  Position upto{};
  Instant recorded_at{};
  std::vector<Peak> peaks{};
};

template <class Archive>
void each_field(Archive& archive, Place& place) {
  archive(place.log, place.epoch, place.upto, place.recorded_at, place.peaks);
}

Place place_of(const Progress& progress) {
  Place place{.log = progress.cursor.log,
              .epoch = std::to_underlying(progress.cursor.epoch),
              .upto = progress.cursor.position,
              .recorded_at = progress.recorded_at};
  if (!progress.cursor.tree) return place;
  for (const Sha256& hash : progress.cursor.tree->peaks()) {
    place.peaks.push_back(std::bit_cast<Peak>(hash));
  }
  return place;
}

// nullopt: the peaks are not those of a tree of that size. None at all: the tree was not kept.
std::optional<Progress> progress_of(const Place& place) {
  Progress progress{
      .cursor = {.log = place.log, .epoch = Epoch{place.epoch}, .position = place.upto},
      .recorded_at = place.recorded_at};
  if (place.peaks.empty() && place.upto > Position{}) return progress;
  std::vector<Sha256> peaks;
  peaks.reserve(place.peaks.size());
  for (const Peak& peak : place.peaks) peaks.push_back(std::bit_cast<Sha256>(peak));
  auto tree = proof::MerkleTree::from_peaks(number(place.upto), std::move(peaks));
  if (!tree) return std::nullopt;
  progress.cursor.tree = std::move(tree);
  return progress;
}

}  // namespace

Bytes to_bytes(const Progress& progress, const Coverage& coverage) {
  const Header header{.magic = magic, .version = Coverage::version, .layout = snapshot_layout};
  ArchiveWriter archive;
  archive(header, place_of(progress), coverage);
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
  Place place;
  archive(place, snapshot->coverage);
  if (!archive.is_complete()) return std::nullopt;
  auto progress = progress_of(place);
  if (!progress) return std::nullopt;
  snapshot->progress = std::move(*progress);
  snapshot->coverage.settle(place.upto);
  return snapshot;
}

}  // namespace doorstep::aggregation
