#include "common/wire/frame.h"

#include <algorithm>
#include <array>
#include <string>

#include "common/wire/log_protocol.h"

namespace doorstep::wire {

void write_frame_header(std::span<std::byte, frame_header_bytes> to, FrameKind kind) {
  const std::array<std::byte, frame_header_bytes> header = {std::byte{'D'},
                                                            std::byte{'S'},
                                                            std::byte{frame_major},
                                                            std::byte{frame_minor},
                                                            static_cast<std::byte>(kind),
                                                            std::byte{0},
                                                            std::byte{0},
                                                            std::byte{0}};
  std::ranges::copy(header, to.begin());
}

Result<BytesView> open_frame(BytesView frame, FrameKind kind) {
  if (frame.size() > frame_bytes_max) {
    return failure(ErrorCode::too_large, "frame of " + std::to_string(frame.size()) +
                                             " bytes: at most " + std::to_string(frame_bytes_max));
  }
  if (frame.size() < frame_header_bytes || frame[0] != std::byte{'D'} ||
      frame[1] != std::byte{'S'}) {
    return failure(ErrorCode::invalid, "not a Doorstep frame");
  }
  if (frame[2] != std::byte{frame_major}) {
    return failure(ErrorCode::invalid,
                   "frame of protocol version " + std::to_string(std::to_integer<int>(frame[2])) +
                       ", this program speaks version " + std::to_string(int{frame_major}));
  }
  if (frame[4] != static_cast<std::byte>(kind)) {
    return failure(ErrorCode::invalid,
                   "frame of kind " + std::to_string(std::to_integer<int>(frame[4])) +
                       ", expected kind " + std::to_string(static_cast<int>(kind)));
  }
  if (frame[5] != std::byte{0}) return failure(ErrorCode::invalid, "frame with unknown flags");
  return frame.subspan(frame_header_bytes);
}

}  // namespace doorstep::wire
