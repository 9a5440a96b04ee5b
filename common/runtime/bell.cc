#include "common/runtime/bell.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

#include "common/domain/assert.h"

namespace doorstep::runtime {

Bell::Bell() : fd_{eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)} { DOORSTEP_ASSERT(fd_ >= 0); }
Bell::~Bell() { close(fd_); }

void Bell::ring() noexcept {
  const std::uint64_t one = 1;
  // It can only fail when the counter is full, and then the bell rings already.
  [[maybe_unused]] const auto written = write(fd_, &one, sizeof one);
}

void Bell::clear() noexcept {
  std::uint64_t rings{};
  [[maybe_unused]] const auto taken = read(fd_, &rings, sizeof rings);
}

}  // namespace doorstep::runtime
