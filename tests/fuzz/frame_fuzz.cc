// Frames from outside, of each of the four kinds, and bundles of them. What was understood says the
// same when it is encoded and read again.
#include "common/wire/board_protocol.h"
#include "common/wire/bundle.h"
#include "common/wire/log_protocol.h"
#include "tests/fuzz/fuzz_input.h"
#include "tests/support/bundle_of.h"

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

void bundle_again(BytesView bundle) {
  const auto frames = wire::open_bundle(bundle);
  if (!frames) return;
  std::vector<Bytes> copies;
  for (const BytesView frame : *frames) copies.emplace_back(frame.begin(), frame.end());
  const Bytes once = test::bundle_of(copies);
  const auto reread = wire::open_bundle(once);
  fuzz::must(reread && std::ranges::equal(*reread, copies, std::ranges::equal));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  const BytesView frame = input.bytes();
  const auto request = wire::decode_request(frame);
  again(request, wire::decode_request);
  fuzz::must(wire::view_request(frame).has_value() == request.has_value());
  bundle_again(frame);
  again(wire::decode_reply(Bytes{frame.begin(), frame.end()}), wire::decode_reply);
  again(wire::decode_question(frame), wire::decode_question);
  again(wire::decode_answer(frame), wire::decode_answer);
  return 0;
}
