#include "common/runtime/give_way.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace doorstep::runtime {
namespace {

// As the kernel has it (sched_setattr(2)); its own header cannot stand beside <sched.h>.
struct Attributes {
  std::uint32_t size{sizeof(Attributes)};
  std::uint32_t policy{};
  std::uint64_t flags{};
  std::int32_t nice{};
  std::uint32_t priority{};
  std::uint64_t runtime_ns{};
  std::uint64_t deadline_ns{};
  std::uint64_t period_ns{};
};
static_assert(sizeof(Attributes) == 48);

// The longest there is. A thread that wakes up breaks off only turns that are longer than its own.
constexpr std::uint64_t turn_ns = 100'000'000;

}  // namespace

void give_way() {
  Attributes attributes;
  if (syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) != 0) return;
  attributes.runtime_ns = turn_ns;
  // Nothing depends on it but speed.
  static_cast<void>(syscall(SYS_sched_setattr, 0, &attributes, 0));
}

}  // namespace doorstep::runtime
