// Events from producers: the check that everything passes before it is stored, and what folds read.
#include "common/wire/event_codec.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  const auto checked = wire::check_event(input.bytes());
  const auto event = wire::decode_event(input.bytes());
  static_cast<void>(wire::decode_envelope(input.bytes()));
  if (!checked) return 0;
  fuzz::must(event.has_value());
  // Of a type that this build does not know there is nothing to write.
  if (!std::holds_alternative<Unknown>(event->body)) {
    fuzz::must(wire::check_event(wire::encode_event(*event)).has_value());
  }
  return 0;
}
