#include "common/domain/assert.h"

#include <cstdio>
#include <cstdlib>

namespace doorstep {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "doorstep: assertion failed: %s (%s:%d)\n", condition, file, line);
  std::abort();
}

}  // namespace doorstep
