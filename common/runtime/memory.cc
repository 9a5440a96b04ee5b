#include "common/runtime/memory.h"

#include <malloc.h>

namespace doorstep::runtime {

void keep_freed_memory() {
  constexpr int kept_bytes_max = 32 * 1024 * 1024;
  constexpr int own_mapping_from_bytes = 8 * 1024 * 1024;  // larger than any block of a feed
  static_cast<void>(mallopt(M_TRIM_THRESHOLD, kept_bytes_max));
  static_cast<void>(mallopt(M_MMAP_THRESHOLD, own_mapping_from_bytes));
}

}  // namespace doorstep::runtime
