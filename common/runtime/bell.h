// Wakes a loop thread from another thread: the other one rings, the loop's waiter watches fd() and
// the loop clears it before it steps. Ringing is cheap and never blocks.
#pragma once

namespace doorstep::runtime {

class Bell {
 public:
  Bell();
  ~Bell();
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void ring() noexcept;   // any thread
  void clear() noexcept;  // the loop thread
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_{-1};
};

}  // namespace doorstep::runtime
