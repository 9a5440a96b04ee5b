// A blocking HTTP client for the command line and the field simulator: one connection that is kept
// alive, one request at a time. One thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/domain/instant.h"
#include "common/domain/result.h"
#include "common/seam/http.h"

namespace doorstep::web {

struct HttpClientOptions {
  std::string host{"127.0.0.1"};  // an address, not a name
  std::uint16_t port{};
  Milliseconds connect_timeout{2'000};
  Milliseconds answer_timeout{30'000};  // from the first byte sent to the last received
  std::size_t body_max{64 * 1024 * 1024};
};

class HttpClient {
 public:
  using Headers = std::map<std::string, std::string>;

  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // `target` is percent-encoded. Any status is an answer; its header names are in lower case.
  // unavailable: no connection, or no answer in time (whether the server acted is then not known).
  // Where a kept connection turns out to be closed, the request is sent once more on a new one:
  // requests must name their own ids.
  [[nodiscard]] Result<HttpResponse> request(std::string_view method, std::string_view target,
                                             const Headers& headers = {},
                                             std::string_view body = {});

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace doorstep::web
