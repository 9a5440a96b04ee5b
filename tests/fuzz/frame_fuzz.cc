// Frames from outside, of each of the four kinds. What was understood says the same when it is
// encoded and read again.
#include "common/wire/board_protocol.h"
#include "common/wire/log_protocol.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

namespace {

template <class Decoded, class Decode>
void again(const Decoded& decoded, Decode decode) {
  if (!decoded) return;
  const Bytes once = wire::encode(*decoded);
  const auto reread = decode(once);
  fuzz::must(reread.has_value());
  fuzz::must(wire::encode(*reread) == once);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  const BytesView frame = input.bytes();
  const auto request = wire::decode_request(frame);
  again(request, wire::decode_request);
  fuzz::must(wire::view_request(frame).has_value() == request.has_value());
  again(wire::decode_reply(frame), wire::decode_reply);
  again(wire::decode_question(frame), wire::decode_question);
  again(wire::decode_answer(frame), wire::decode_answer);
  return 0;
}
