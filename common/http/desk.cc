#include "common/http/desk.h"

#include <utility>

namespace doorstep::web {

namespace {

std::uint64_t number(HttpToken token) { return static_cast<std::uint64_t>(token); }

}  // namespace

std::optional<HttpRequest> Desk::receive() {
  const std::lock_guard lock{mutex_};
  if (requests_.empty()) return std::nullopt;
  HttpRequest request = std::move(requests_.front());
  requests_.pop_front();
  return request;
}

// One wake-up for all that is decided until the server's thread comes for it.
void Desk::decide(std::unique_lock<std::mutex>& lock, Decision decision) {
  const bool is_first = decisions_.empty();
  decisions_.push_back(std::move(decision));
  lock.unlock();
  if (is_first) wake_();
}

void Desk::respond(HttpToken token, HttpResponse response) {
  std::unique_lock lock{mutex_};
  const auto exchange = exchanges_.find(number(token));
  if (exchange == exchanges_.end() || exchange->second.state != State::asked) return;
  // Moved, not copied: this thread must not be the one that lets go of it last.
  Decision decision{Kind::answer, std::move(exchange->second.asker), std::move(response)};
  exchanges_.erase(exchange);
  decide(lock, std::move(decision));
}

void Desk::open_stream(HttpToken token) {
  std::unique_lock lock{mutex_};
  const auto exchange = exchanges_.find(number(token));
  if (exchange == exchanges_.end() || exchange->second.state != State::asked) return;
  exchange->second.state = State::streaming;
  exchange->second.writing = true;  // the stream's header comes first
  ++streams_;
  decide(lock, {Kind::stream, exchange->second.asker, {}});
}

Sent Desk::push(HttpToken token, std::shared_ptr<const std::string> frame) {
  std::unique_lock lock{mutex_};
  const auto found = exchanges_.find(number(token));
  if (found == exchanges_.end() || found->second.state != State::streaming) return Sent::gone;
  Exchange& exchange = found->second;
  const bool replaced = exchange.frame != nullptr;
  exchange.frame = std::move(frame);
  if (replaced) ++frames_replaced_;
  if (!exchange.writing) {
    exchange.writing = true;
    decide(lock, {Kind::frame, exchange.asker, {}});
  }
  return replaced ? Sent::full : Sent::sent;
}

std::vector<HttpToken> Desk::closed_streams() {
  const std::lock_guard lock{mutex_};
  return std::exchange(closed_, {});
}

std::optional<HttpToken> Desk::hand_in(HttpRequest request, std::shared_ptr<Asker> asker) {
  const std::lock_guard lock{mutex_};
  if (requests_.size() >= requests_max_) return std::nullopt;
  const HttpToken token{next_token_++};
  request.token = token;
  requests_.push_back(std::move(request));
  exchanges_[number(token)].asker = std::move(asker);
  return token;
}

void Desk::deliver() {
  std::vector<Decision> decisions;
  {
    const std::lock_guard lock{mutex_};
    decisions.swap(decisions_);
  }
  for (Decision& decision : decisions) {
    switch (decision.kind) {
      case Kind::answer:
        decision.asker->answer(std::move(decision.response));
        break;
      case Kind::stream:
        decision.asker->begin_stream();
        break;
      case Kind::frame:
        decision.asker->frame_ready();
        break;
    }
  }
}

std::shared_ptr<const std::string> Desk::take_frame(HttpToken token) {
  const std::lock_guard lock{mutex_};
  const auto exchange = exchanges_.find(number(token));
  if (exchange == exchanges_.end()) return nullptr;
  auto frame = std::exchange(exchange->second.frame, nullptr);
  exchange->second.writing = frame != nullptr;
  return frame;
}

void Desk::gone(HttpToken token) {
  std::shared_ptr<Asker> asker;  // let go of without the lock: its destructor comes here too
  const std::lock_guard lock{mutex_};
  const auto exchange = exchanges_.find(number(token));
  if (exchange == exchanges_.end()) return;
  if (exchange->second.state == State::streaming) {
    closed_.push_back(token);
    --streams_;
  }
  asker = std::move(exchange->second.asker);
  exchanges_.erase(exchange);
}

void Desk::clear() {
  std::unordered_map<std::uint64_t, Exchange> exchanges;
  std::vector<Decision> decisions;
  const std::lock_guard lock{mutex_};
  exchanges.swap(exchanges_);
  decisions.swap(decisions_);
}

std::size_t Desk::streams() const {
  const std::lock_guard lock{mutex_};
  return streams_;
}

}  // namespace doorstep::web
