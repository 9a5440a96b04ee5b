#include "clients/cli/signed_size.h"

#include "clients/cli/log_keys.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds patience{15'000};
constexpr Milliseconds ask_again_after{100};

Outcome wait_until_signed(const runtime::DataFolder& folder, LogAsking& log, std::uint64_t size) {
  const Milliseconds start = log.connection().now().monotonic;
  while (true) {
    const auto newest = log.ask_for<wire::CheckpointNote>({.what = wire::AskCheckpoint{}});
    if (!newest) return std::unexpected(newest.error());
    const auto checkpoint = check_note(folder, newest->note);
    if (!checkpoint) return std::unexpected(checkpoint.error());
    if (checkpoint->size >= size) return {};
    if (log.connection().now().monotonic - start > patience) {
      return failure(ErrorCode::conflict, "the log has not signed position " +
                                              std::to_string(size) + " yet; it is at " +
                                              std::to_string(checkpoint->size));
    }
    log.connection().wait_for_message(ask_again_after);
  }
}

}  // namespace

Result<SignedSize> signed_size(const runtime::DataFolder& folder, LogAsking& log,
                               std::uint64_t size) {
  if (auto waited = wait_until_signed(folder, log, size); !waited) {
    return std::unexpected(waited.error());
  }
  const wire::Prove whole{.old = size, .size = size};
  auto proof = log.ask_for<wire::Proof>({.what = whole}, Milliseconds{60'000});
  if (!proof) return std::unexpected(proof.error());
  const auto checkpoint = check_note(folder, proof->checkpoint);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  if (checkpoint->size != size) {
    return failure(ErrorCode::damaged, "the log gave a checkpoint of another size than asked for");
  }
  return SignedSize{std::move(proof->checkpoint), *checkpoint};
}

}  // namespace doorstep::cli
