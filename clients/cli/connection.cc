#include "clients/cli/connection.h"

#include <optional>
#include <utility>

#include "common/runtime/system_clock.h"
#include "common/zmq/hub.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds ask_again_after{1'000};
constexpr Milliseconds wait_max{50};

const std::string& address_of(const runtime::Endpoints& endpoints, Connection::To to) {
  switch (to) {
    case Connection::To::log_cmd:
      return endpoints.log_cmd;
    case Connection::To::log_feed:
      return endpoints.log_feed;
    case Connection::To::aggregation:
      break;
  }
  return endpoints.aggregation;
}

}  // namespace

// In the order in which they must not die.
struct Connection::Parts {
  std::unique_ptr<net::Hub> hub{};
  std::unique_ptr<net::Endpoint> endpoint{};
  std::unique_ptr<Waiter> waiter{};
  std::unique_ptr<Waiter> message_waiter{};
  runtime::SystemClock clock{};
  std::uint64_t next_number{1};
};

Connection::Connection(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Connection::~Connection() {
  parts_->waiter.reset();
  parts_->message_waiter.reset();
  parts_->endpoint.reset();
}

Result<std::unique_ptr<Connection>> Connection::open(const runtime::DataFolder& folder, To to,
                                                     const std::vector<int>& wake_fds) {
  const auto own = folder.key("cli");
  if (!own) return std::unexpected(own.error());
  const auto server = folder.key(to == To::aggregation ? "aggregation-server" : "log-server");
  if (!server) return std::unexpected(server.error());
  auto hub = net::Hub::open();
  if (!hub) return std::unexpected(hub.error());
  auto endpoint = (*hub)->connect({.address = address_of(folder.endpoints(), to),
                                   .server_public_key = server->public_key,
                                   .keys = {own->public_key, own->secret_key}});
  if (!endpoint) return std::unexpected(endpoint.error());
  auto parts = std::make_unique<Parts>();
  parts->hub = std::move(*hub);
  parts->endpoint = std::move(*endpoint);
  parts->waiter = parts->hub->waiter({parts->endpoint.get()}, wake_fds);
  parts->message_waiter = parts->hub->waiter({parts->endpoint.get()});
  parts->clock = runtime::SystemClock{folder.simulated_clock()};
  return std::unique_ptr<Connection>{new Connection{std::move(parts)}};
}

Messages& Connection::messages() { return *parts_->endpoint; }
Now Connection::now() const { return {parts_->clock.now(), parts_->clock.monotonic()}; }
void Connection::wait(Milliseconds max) { parts_->waiter->wait(max); }
void Connection::wait_for_message(Milliseconds max) { parts_->message_waiter->wait(max); }

Result<wire::Answer> Connection::ask(wire::Question question, Milliseconds give_up_after) {
  question.number = parts_->next_number++;
  const Bytes frame = wire::encode(question);
  const Milliseconds start = now().monotonic;
  std::optional<Milliseconds> sent_at;
  while (now().monotonic - start < give_up_after) {
    if (!sent_at || now().monotonic - *sent_at > ask_again_after) {
      if (messages().send(the_server, frame) == Sent::sent) sent_at = now().monotonic;
    }
    while (const auto message = messages().receive()) {
      auto answer = wire::decode_answer(message->bytes);
      if (!answer) return std::unexpected(answer.error());
      if (answer->number != question.number) continue;  // to what was asked before
      if (const auto* unknown = std::get_if<wire::NotFound>(&answer->what)) {
        return failure(ErrorCode::not_found, unknown->message);
      }
      if (const auto* wrong = std::get_if<wire::Invalid>(&answer->what)) {
        return failure(ErrorCode::invalid, wrong->message);
      }
      return answer;
    }
    wait(wait_max);
  }
  return failure(ErrorCode::unavailable,
                 "aggregation does not answer; see `doorstep status`, start it with `doorstep up`");
}

}  // namespace doorstep::cli
