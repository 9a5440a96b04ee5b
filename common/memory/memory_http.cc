#include "common/memory/memory_http.h"

#include <algorithm>
#include <utility>

namespace doorstep::memory {

HttpToken MemoryHttp::request(const std::string& method, const std::string& target,
                              std::string body, std::map<std::string, std::string> headers) {
  HttpRequest request{.token = HttpToken{next_token_++},
                      .method = method,
                      .path = target.substr(0, target.find('?')),
                      .headers = std::move(headers),
                      .body = std::move(body)};
  std::size_t at = request.path.size();
  while (at < target.size()) {
    const std::size_t end = std::min(target.find('&', at + 1), target.size());
    const std::string pair = target.substr(at + 1, end - at - 1);
    const std::size_t equals = std::min(pair.find('='), pair.size());
    const std::string value = equals < pair.size() ? pair.substr(equals + 1) : std::string{};
    const auto [entry, is_new] = request.query.try_emplace(pair.substr(0, equals), value);
    if (!is_new) entry->second += ',' + value;
    at = end;
  }
  const HttpToken token = request.token;
  exchanges_[token].manner = take_manner(request);
  requests_.push_back(std::move(request));
  return token;
}

std::optional<HttpResponse> MemoryHttp::response(HttpToken token) {
  const auto exchange = exchanges_.find(token);
  if (exchange == exchanges_.end() || !exchange->second.response) return std::nullopt;
  HttpResponse response = std::move(*exchange->second.response);
  exchanges_.erase(exchange);
  return response;
}

bool MemoryHttp::is_stream(HttpToken token) const {
  const auto exchange = exchanges_.find(token);
  return exchange != exchanges_.end() && exchange->second.stream;
}

std::shared_ptr<const std::string> MemoryHttp::frame(HttpToken token) {
  const auto exchange = exchanges_.find(token);
  if (exchange == exchanges_.end()) return nullptr;
  return std::exchange(exchange->second.frame, nullptr);
}

void MemoryHttp::hang_up(HttpToken token) {
  const auto exchange = exchanges_.find(token);
  if (exchange == exchanges_.end()) return;
  if (exchange->second.stream) closed_.push_back(token);
  exchanges_.erase(exchange);
}

std::optional<HttpRequest> MemoryHttp::receive() {
  if (requests_.empty()) return std::nullopt;
  HttpRequest request = std::move(requests_.front());
  requests_.pop_front();
  return request;
}

void MemoryHttp::respond(HttpToken token, HttpResponse response) {
  const auto exchange = exchanges_.find(token);
  if (exchange == exchanges_.end() || exchange->second.answered) return;
  exchange->second.answered = true;
  exchange->second.response = in_manner(exchange->second.manner, std::move(response)).response;
}

void MemoryHttp::open_stream(HttpToken token) {
  const auto exchange = exchanges_.find(token);
  if (exchange == exchanges_.end() || exchange->second.answered) return;
  exchange->second.answered = true;
  if (exchange->second.manner.is_head) {
    exchange->second.response = HttpResponse{.content_type = "text/event-stream"};
    closed_.push_back(token);
    return;
  }
  exchange->second.stream = true;
}

Sent MemoryHttp::push(HttpToken token, std::shared_ptr<const std::string> frame) {
  const auto exchange = exchanges_.find(token);
  if (exchange == exchanges_.end() || !exchange->second.stream) return Sent::gone;
  const bool replaced = exchange->second.frame != nullptr;
  exchange->second.frame = std::move(frame);
  return replaced ? Sent::full : Sent::sent;
}

std::vector<HttpToken> MemoryHttp::closed_streams() { return std::exchange(closed_, {}); }

}  // namespace doorstep::memory
