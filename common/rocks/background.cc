#include "common/rocks/background.h"

#include <rocksdb/env.h>

#include <memory>

namespace doorstep::rocks {

void on_background_threads(const std::function<void()>& set_up) {
  const auto call = [](void* job) {
    (*std::unique_ptr<std::function<void()>>{static_cast<std::function<void()>*>(job)})();
  };
  for (const auto pool : {rocksdb::Env::Priority::HIGH, rocksdb::Env::Priority::LOW}) {
    auto job = std::make_unique<std::function<void()>>(set_up);
    rocksdb::Env::Default()->Schedule(call, job.release(), pool);
  }
}

}  // namespace doorstep::rocks
