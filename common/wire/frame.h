// The eight bytes in front of every message between processes (docs/formats/wire.md): what protocol
// this is, which version of it, and which kind of message follows.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

enum class FrameKind : std::uint8_t {
  log_request = 1,
  log_reply = 2,
  board_question = 3,
  board_answer = 4,
  bundle = 5,  // of frames of the other kinds
};

inline constexpr std::size_t frame_header_bytes = 8;
// A receiver refuses another major version. A higher minor one only adds what it may ignore.
inline constexpr std::uint8_t frame_major = 1;
inline constexpr std::uint8_t frame_minor = 3;

void write_frame_header(std::span<std::byte, frame_header_bytes> to, FrameKind kind);

// The message behind the header. invalid: not a frame of this protocol, another major version,
// unknown flags, or not of this kind. too_large: over frame_bytes_max.
[[nodiscard]] Result<BytesView> open_frame(BytesView frame, FrameKind kind);

}  // namespace doorstep::wire
