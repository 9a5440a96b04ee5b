// Sealed days. The hash at the end is made right, so that what is before it counts. A day has one
// form only: what was read is what would be written.
#include "clients/cli/sealed_day.h"
#include "common/hash/sha256.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  static_cast<void>(cli::read_sealed_day(input.bytes()));
  Bytes file{input.bytes().begin(), input.bytes().end()};
  const Sha256 hash = Hasher{}.add(input.bytes()).finish();
  const auto end = std::as_bytes(std::span{hash});
  file.insert(file.end(), end.begin(), end.end());
  if (const auto day = cli::read_sealed_day(file)) {
    fuzz::must(cli::write_sealed_day(*day) == file);
  }
  return 0;
}
