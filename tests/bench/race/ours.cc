// race-ours init|append|paced|read|history|slow|replay|describe --data DIR …: Doorstep's
// log, a real process over CURVE on loopback.
#include <cstdio>
#include <iostream>

#include "common/runtime/memory.h"
#include "tests/bench/race/ours_append.h"
#include "tests/bench/race/ours_read.h"

namespace doorstep::bench {
namespace {

int run(const Options& options) {
  const std::string& verb = options.verb();
  const std::string data = options.text("data");
  if (verb == "init") {
    static_cast<void>(must(
        runtime::DataFolder::init(data, static_cast<std::uint16_t>(options.count("port", 0)))));
    return 0;
  }
  const auto folder = must(runtime::DataFolder::open(data));
  if (verb == "append") {
    print(append_to_ours(folder, shape_of(options)));
  } else if (verb == "paced") {
    print(append_paced(folder, shape_of(options), options.number("rate", 50'000)));
  } else if (verb == "read") {
    print(read_ours(folder));
  } else if (verb == "history") {
    print(read_histories(folder, options.count("households", 20)));
  } else if (verb == "slow") {
    read_slowly(folder, options.number("rate", 1));
  } else if (verb == "replay") {
    read_again_and_again(folder);
  } else if (verb == "describe") {
    std::printf("{\"head\":%llu}\n",
                static_cast<unsigned long long>(number(describe(folder).head)));
  } else {
    std::cerr << "race-ours: no verb " << verb << "\n";
    return 2;
  }
  return 0;
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  doorstep::runtime::keep_freed_memory();
  return doorstep::bench::run(doorstep::bench::Options{count, arguments});
}
