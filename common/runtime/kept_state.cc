#include "common/runtime/kept_state.h"

#include <array>
#include <bit>
#include <cstring>
#include <vector>

#include "common/domain/assert.h"
#include "common/projection/fields.h"

namespace doorstep::runtime {

template <class Archive>
void each_field(Archive& archive, StateFormat& format) {
  archive(format.magic, format.version, format.layout);
}

namespace {

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

void write_heading(ArchiveWriter& archive, const StateFormat& format, const Progress& progress) {
  archive(format, place_of(progress));
}

std::optional<Progress> read_heading(ArchiveReader& archive, const StateFormat& format) {
  StateFormat found;
  Place place;
  archive(found);
  const bool is_ours = found.magic == format.magic && found.version == format.version &&
                       found.layout == format.layout;
  if (!is_ours) return std::nullopt;
  archive(place);
  return archive.is_good() ? progress_of(place) : std::nullopt;
}

std::optional<Progress> progress_of_any(BytesView snapshot) {
  ArchiveReader archive{snapshot};
  StateFormat format;
  Place place;
  archive(format, place);
  return archive.is_good() ? progress_of(place) : std::nullopt;
}

void set_epoch(Bytes& snapshot, Epoch epoch) {
  constexpr std::size_t epoch_at = sizeof(std::uint64_t) + 2 * sizeof(std::uint32_t) + sizeof(Uuid);
  const std::uint64_t value = std::to_underlying(epoch);
  DOORSTEP_ASSERT(snapshot.size() >= epoch_at + sizeof value);
  std::memcpy(snapshot.data() + epoch_at, &value, sizeof value);
}

}  // namespace doorstep::runtime
