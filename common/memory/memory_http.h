// HTTP without a network: a test puts requests in and takes responses and stream frames out. One
// thread.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/seam/http.h"
#include "common/seam/http_rules.h"

namespace doorstep::memory {

class MemoryHttp final : public HttpServer {
 public:
  // The client's side. `target` is a path with an optional query that needs no decoding:
  // "/v1/areas?a=b".
  HttpToken request(const std::string& method, const std::string& target, std::string body = {},
                    std::map<std::string, std::string> headers = {});
  // The answer, once; nullopt while there is none.
  [[nodiscard]] std::optional<HttpResponse> response(HttpToken token);
  // True once open_stream() was called and the client is still there.
  [[nodiscard]] bool is_stream(HttpToken token) const;
  // The latest frame not yet taken; null: none.
  [[nodiscard]] std::shared_ptr<const std::string> frame(HttpToken token);
  // The client goes away.
  void hang_up(HttpToken token);

  [[nodiscard]] std::optional<HttpRequest> receive() override;
  void respond(HttpToken token, HttpResponse response) override;
  void open_stream(HttpToken token) override;
  [[nodiscard]] Sent push(HttpToken token, std::shared_ptr<const std::string> frame) override;
  [[nodiscard]] std::vector<HttpToken> closed_streams() override;

 private:
  struct Exchange {
    HttpManner manner{};
    std::optional<HttpResponse> response{};
    bool answered{};
    bool stream{};
    std::shared_ptr<const std::string> frame{};
  };
  std::uint64_t next_token_{1};
  std::deque<HttpRequest> requests_{};
  std::map<HttpToken, Exchange> exchanges_{};
  std::vector<HttpToken> closed_{};
};

}  // namespace doorstep::memory
