// Reads an event and its body, as the type says. Only for the .cc files of this folder.
#pragma once

#include "common/wire/capnp_message.h"
#include "common/wire/event_layouts.h"

namespace doorstep::wire {

// Into `to`: Unknown where this build does not know the type, or the body cannot be of that type.
// Throws kj::Exception where the bytes are malformed.
template <class Layout>
void read_body(EventType type, capnp::AnyPointer::Reader body, Body& to);

// As decode_event, and walks everything else in it, also what this build has no name for: sizes,
// depth, pointers that go nowhere.
[[nodiscard]] Result<Event> decode_whole(BytesView bytes);

}  // namespace doorstep::wire
