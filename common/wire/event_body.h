// Reads the body of an event as its type says. Only for the .cc files of this folder.
#pragma once

#include "common/wire/capnp_message.h"

namespace doorstep::wire {

// Into `to`: Unknown where this build does not know the type, or the body cannot be of that type.
// Throws kj::Exception where the bytes are malformed.
void read_body(EventType type, capnp::AnyPointer::Reader body, Body& to);

}  // namespace doorstep::wire
