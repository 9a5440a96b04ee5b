// HTTP as values: requests come in, each is answered once with a response, or turned into a stream
// of server-sent events. The real server lives on its own thread behind this; one loop thread calls
// it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/seam/messages.h"

namespace doorstep {

// Names one request, and the stream that it may become. Never reused within a process.
enum class HttpToken : std::uint64_t {};

struct HttpRequest {
  HttpToken token{};
  std::string method{};  // upper case
  std::string path{};    // percent-decoded, without the query: "/v1/areas/431224"
  // Percent-decoded; the values of a repeated name are joined by commas: area=A&area=B says
  // area=A,B.
  std::map<std::string, std::string> query{};
  std::map<std::string, std::string> headers{};  // names in lower case
  std::string body{};
};

struct HttpResponse {
  int status{200};
  std::string content_type{"application/json"};
  std::map<std::string, std::string> headers{};
  std::shared_ptr<const std::string> body{};  // null: empty
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;
  [[nodiscard]] virtual std::optional<HttpRequest> receive() = 0;
  // A token that is gone (the client hung up) is ignored.
  virtual void respond(HttpToken token, HttpResponse response) = 0;

  // Answers with 200 text/event-stream and keeps the connection.
  virtual void open_stream(HttpToken token) = 0;
  // One frame, complete with its blank line, shared by all who get it. A client that has not taken
  // its frame yet gets only the latest: `full` says that one frame was replaced.
  [[nodiscard]] virtual Sent push(HttpToken token, std::shared_ptr<const std::string> frame) = 0;
  // Streams whose clients went away since the last call.
  [[nodiscard]] virtual std::vector<HttpToken> closed_streams() = 0;
};

}  // namespace doorstep
