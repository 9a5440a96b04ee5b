#include "common/rocks/background.h"

#include <rocksdb/env.h>

#include <memory>

#include "common/domain/assert.h"

namespace doorstep::rocks {

void on_background_threads(const std::function<void()>& set_up) {
  const auto call = [](void* job) {
    (*std::unique_ptr<std::function<void()>>{static_cast<std::function<void()>*>(job)})();
  };
  for (const auto pool : {rocksdb::Env::Priority::HIGH, rocksdb::Env::Priority::LOW}) {
    rocksdb::Env* const env = rocksdb::Env::Default();
    // One job each: max_background_jobs is 2.
    DOORSTEP_ASSERT(env->GetBackgroundThreads(pool) == 1);
    auto job = std::make_unique<std::function<void()>>(set_up);
    env->Schedule(call, job.release(), pool);
  }
}

}  // namespace doorstep::rocks
