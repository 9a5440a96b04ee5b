#include "clients/cli/log_asking.h"

#include <optional>

namespace doorstep::cli {
namespace {

constexpr Milliseconds ask_again_after{1'000};
constexpr Milliseconds silence_max{60'000};
constexpr Milliseconds wait_max{50};

}  // namespace

Result<LogAsking> LogAsking::open(const runtime::DataFolder& folder) {
  auto connection = Connection::open(folder, Connection::To::log_cmd);
  if (!connection) return std::unexpected(connection.error());
  return LogAsking{std::move(*connection)};
}

Result<wire::Reply> LogAsking::ask(wire::Request request, Milliseconds give_up_after) {
  request.number = next_number_++;
  const Bytes frame = wire::encode(request);
  Messages& messages = connection_->messages();
  const Milliseconds start = connection_->now().monotonic;
  std::optional<Milliseconds> sent_at;
  Milliseconds heard = start;  // a log that is busy with it says so each time
  for (Milliseconds now = start; now - start < give_up_after && now - heard < silence_max;
       now = connection_->now().monotonic) {
    if (!sent_at || now - *sent_at > ask_again_after) {
      if (messages.send(the_server, frame) == Sent::sent) sent_at = now;
    }
    while (const auto message = messages.receive()) {
      auto reply = wire::decode_reply(message->bytes);
      if (!reply) return std::unexpected(reply.error());
      heard = now;
      if (reply->number != request.number) continue;  // to what was asked before
      const auto* refused = std::get_if<wire::Refused>(&reply->what);
      if (!refused) return std::move(*reply);
      const bool later =
          refused->code == wire::RefusalCode::busy || refused->code == wire::RefusalCode::draining;
      if (!later) return std::unexpected(error_of(*refused));
    }
    connection_->wait_for_message(wait_max);
  }
  return failure(ErrorCode::unavailable,
                 "the log does not answer; see `doorstep status`, start it with `doorstep up`");
}

}  // namespace doorstep::cli
