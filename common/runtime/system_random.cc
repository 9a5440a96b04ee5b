#include "common/runtime/system_random.h"

#include <sys/random.h>

#include "common/domain/assert.h"
#include "common/domain/table_hash.h"

namespace doorstep::runtime {

std::uint64_t SystemRandom::next() {
  if (left_ == 0) {
    // Up to 256 bytes are given whole, once the system has booted (getrandom(2)).
    static_assert(sizeof pool_ <= 256);
    ssize_t given{};
    do {
      given = getrandom(pool_.data(), sizeof pool_, 0);
    } while (given < 0);
    DOORSTEP_ASSERT(given == ssize_t{sizeof pool_});
    left_ = pool_.size();
  }
  return pool_[--left_];
}

void draw_table_secret() {
  SystemRandom random;
  hash_tables_with({random.next(), random.next()});
}

}  // namespace doorstep::runtime
