// DOORSTEP_ASSERT states what must hold. It is on in every build: a broken invariant ends the
// process before a wrong byte can be written or shown.
#pragma once

namespace doorstep {

[[noreturn]] void assertion_failed(const char* condition, const char* file, int line);

}  // namespace doorstep

#define DOORSTEP_ASSERT(condition) \
  ((condition) ? void(0) : ::doorstep::assertion_failed(#condition, __FILE__, __LINE__))
