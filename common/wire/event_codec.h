// Events as bytes: one single-segment Cap'n Proto message (schema/event.capnp), segment table
// included, its size a multiple of 8. These are the bytes that the log stores untouched.
#pragma once

#include "common/domain/event.h"
#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep::wire {

inline constexpr std::size_t event_bytes_max = 64 * 1024;
inline constexpr std::size_t text_bytes_max = 1024;  // of one text field

// The same event always gives the same bytes. Pre-condition: no text over text_bytes_max; the
// body's alternative is the one that the envelope's type names (Unknown cannot be encoded).
[[nodiscard]] Bytes encode_event(const Event& event);

// What the log reads: never the body. Pre-condition for both: `bytes` starts at a multiple of 8.
[[nodiscard]] Result<Envelope> decode_envelope(BytesView bytes);
// A type that this build does not know, or a body that does not fit its type, gives the body
// Unknown. Text points into `bytes`.
[[nodiscard]] Result<Event> decode_event(BytesView bytes);

// For bytes from outside, before anything else reads them: size, one segment, depth, traversal;
// ids, type, stream and purpose present; a known type's body complete, its text valid UTF-8, its
// words in their lists, its codes and times possible. Gives the envelope.
[[nodiscard]] Result<Envelope> check_event(BytesView bytes);

}  // namespace doorstep::wire
