// One-segment Cap'n Proto messages, built in place and read in place. Only for the .cc files of
// this folder and their tests. What Cap'n Proto throws is caught here or by the caller's edge:
// nothing of kj leaves the folder.
#pragma once

#include <capnp/message.h>
#include <capnp/serialize.h>
#include <kj/exception.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "common/domain/assert.h"
#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/seam/messages.h"
#include "common/wire/frame.h"
#include "common/wire/kj_clang_shim.h"
#include "schema/event.capnp.h"

namespace doorstep::wire {

inline constexpr std::size_t word_bytes = sizeof(capnp::word);
inline constexpr std::size_t segment_table_bytes = 8;
// Pointers to pointers: deeper than any message of ours, so that a hostile one cannot recurse far.
inline constexpr int nesting_max = 16;

[[nodiscard]] inline std::size_t text_words(std::string_view text) {
  return text.size() / word_bytes + 1;  // with its terminating NUL
}
[[nodiscard]] inline std::size_t data_words(std::size_t bytes) {
  return (bytes + word_bytes - 1) / word_bytes;
}

// Collects one message in the bytes that `finish` gives. Zeroed memory and a fixed order of setters
// make the same value give the same bytes.
class MessageInPlace {
 public:
  // `words_max` is an upper bound that the caller has computed: exceeding it is a bug.
  MessageInPlace(std::size_t prefix_bytes, std::size_t words_max)
      : prefix_{prefix_bytes},
        bytes_(prefix_bytes + segment_table_bytes + words_max * word_bytes),
        builder_{kj::arrayPtr(
            reinterpret_cast<capnp::word*>(bytes_.data() + prefix_ + segment_table_bytes),
            words_max)} {}

  template <class Root>
  typename Root::Builder init_root() {
    return builder_.initRoot<Root>();
  }

  [[nodiscard]] Bytes finish() {
    const auto segments = builder_.getSegmentsForOutput();
    DOORSTEP_ASSERT(segments.size() == 1);
    const auto words = static_cast<std::uint32_t>(segments[0].size());
    // Segment count minus one, then the size of the only segment, little-endian.
    std::byte* const table = bytes_.data() + prefix_;
    for (unsigned i = 0; i < 4; ++i) table[4 + i] = static_cast<std::byte>(words >> (8 * i));
    bytes_.resize(prefix_ + segment_table_bytes + words * word_bytes);
    return std::move(bytes_);
  }

 private:
  std::size_t prefix_{};
  Bytes bytes_;
  capnp::FlatMessageBuilder builder_;
};

[[nodiscard]] inline bool is_aligned(BytesView bytes) {
  return reinterpret_cast<std::uintptr_t>(bytes.data()) % word_bytes == 0;
}

// The words of a message that is one segment and nothing else. Pre-condition: 8-aligned.
[[nodiscard]] inline std::optional<kj::ArrayPtr<const capnp::word>> only_segment(BytesView bytes) {
  DOORSTEP_ASSERT(is_aligned(bytes));
  if (bytes.size() < segment_table_bytes + word_bytes || bytes.size() % word_bytes != 0) {
    return std::nullopt;
  }
  std::uint64_t count_less_one = 0;
  std::uint64_t words = 0;
  for (unsigned i = 0; i < 4; ++i) {
    count_less_one |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    words |= std::to_integer<std::uint64_t>(bytes[4 + i]) << (8 * i);
  }
  if (count_less_one != 0 || words * word_bytes != bytes.size() - segment_table_bytes) {
    return std::nullopt;
  }
  return kj::arrayPtr(reinterpret_cast<const capnp::word*>(bytes.data() + segment_table_bytes),
                      words);
}

// Each byte may be looked at a few times (hoisted getters, list elements), never more.
[[nodiscard]] inline capnp::ReaderOptions bounded(std::size_t words) {
  return {.traversalLimitInWords = 4 * words + 1024, .nestingLimit = nesting_max};
}

// Reads a frame from outside: checks header and segment table, copies to aligned memory where it
// must, and turns what Cap'n Proto throws into `invalid`. `read(root)` gives a Result.
template <class Root, class T, class Read>
[[nodiscard]] Result<T> read_frame(BytesView frame, FrameKind kind, Read read) {
  const auto message = open_frame(frame, kind);
  if (!message) return std::unexpected(message.error());
  BytesView bytes = *message;
  std::vector<std::uint64_t> aligned;
  if (!is_aligned(bytes)) {
    aligned.resize(data_words(bytes.size()));
    std::memcpy(aligned.data(), bytes.data(), bytes.size());
    bytes = std::as_bytes(std::span{aligned}).first(bytes.size());
  }
  const auto segment = only_segment(bytes);
  if (!segment) return failure(ErrorCode::invalid, "frame does not hold one whole segment");
  try {
    capnp::SegmentArrayMessageReader reader{kj::arrayPtr(&*segment, 1), bounded(segment->size())};
    return read(reader.getRoot<Root>());
  } catch (const kj::Exception& e) {
    return failure(ErrorCode::invalid,
                   std::string{"malformed frame: "} + e.getDescription().cStr());
  }
}

// ---- ids and text. An id is two words, `high` and `low`, in a struct of its own or in a group.

template <class Words>
[[nodiscard]] Uuid read_uuid(const Words& id) {
  return {id.getHigh(), id.getLow()};
}
template <class AnyId, class Words>
[[nodiscard]] AnyId read_id(const Words& id) {
  return AnyId{read_uuid(id)};
}
template <class Words>
void write_uuid(Words to, Uuid uuid) {
  to.setHigh(uuid.high);
  to.setLow(uuid.low);
}
// For a pointer: `init` gives its struct. A nil id is left out and costs one empty pointer.
template <class Init>
void write_uuid_if(Uuid uuid, Init init) {
  if (!uuid.is_nil()) write_uuid(init(), uuid);
}

[[nodiscard]] inline std::string_view view_of(capnp::Text::Reader text) {
  return {text.begin(), text.size()};
}
template <class Builder>
void copy_into(Builder to, std::string_view text) {
  std::ranges::copy(text, to.begin());
}

template <class Counts>
void write_persons(Counts to, const PersonCounts& persons) {
  to.setRegistered(persons.registered);
  to.setUsual(persons.usual);
  to.setPresent(persons.present);
  to.setAwayInCounty(persons.away_in_county);
  to.setAwayOutside(persons.away_outside);
  to.setNotVerified(persons.not_verified);
}
template <class Counts>
[[nodiscard]] PersonCounts read_persons(const Counts& from) {
  return {.registered = from.getRegistered(),
          .usual = from.getUsual(),
          .present = from.getPresent(),
          .away_in_county = from.getAwayInCounty(),
          .away_outside = from.getAwayOutside(),
          .not_verified = from.getNotVerified()};
}

}  // namespace doorstep::wire
