// One file descriptor that is held for the moment when there are no others: let go of, it makes
// room to take a connection and tell it so.
#pragma once

#include <fcntl.h>
#include <unistd.h>

namespace doorstep::web {

class SpareDescriptor {
 public:
  SpareDescriptor() { take(); }
  ~SpareDescriptor() { let_go(); }
  SpareDescriptor(const SpareDescriptor&) = delete;
  SpareDescriptor& operator=(const SpareDescriptor&) = delete;

  [[nodiscard]] bool is_held() const { return descriptor_ >= 0; }
  // Nothing where there is none to be had.
  void take() {
    if (!is_held()) descriptor_ = open("/dev/null", O_RDONLY | O_CLOEXEC);
  }
  void let_go() {
    if (is_held()) close(descriptor_);
    descriptor_ = -1;
  }

 private:
  int descriptor_{-1};
};

}  // namespace doorstep::web
