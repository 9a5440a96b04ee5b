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

#include "common/seam/media_type.h"
#include "common/seam/messages.h"

namespace doorstep {

// Names one request, and the stream that it may become. Never reused within a process.
enum class HttpToken : std::uint64_t {};

struct HttpRequest {
  HttpToken token{};
  std::string method{};  // upper case; a HEAD comes as the GET whose header alone is wanted
  std::string path{};    // percent-decoded, without the query: "/v1/areas/431224"
  // Percent-decoded; the values of a repeated name are joined by commas: area=A&area=B says
  // area=A,B.
  std::map<std::string, std::string> query{};
  // Names in lower case; the values of a repeated one are joined by ", ".
  std::map<std::string, std::string> headers{};
  std::optional<MediaType> content_type{};  // nullopt: none is given, or it is none
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
  // A token that is gone (the client hung up) is ignored. The server itself gives 304 where the
  // client has what the ETag of a 200 names, and no body to a HEAD (common/seam/http_rules.h).
  virtual void respond(HttpToken token, HttpResponse response) = 0;

  // Answers with 200 text/event-stream and keeps the connection; a HEAD's stream ends at once.
  virtual void open_stream(HttpToken token) = 0;
  // One frame, complete with its blank line, shared by all who get it. A client that has not taken
  // its frame yet gets only the latest: `full` says that one frame was replaced.
  [[nodiscard]] virtual Sent push(HttpToken token, std::shared_ptr<const std::string> frame) = 0;
  // Streams whose clients went away since the last call.
  [[nodiscard]] virtual std::vector<HttpToken> closed_streams() = 0;
};

}  // namespace doorstep
