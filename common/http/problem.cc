#include "common/http/problem.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "common/domain/assert.h"

namespace doorstep::web {

namespace {

struct Problem {
  int status{};
  std::string_view slug{};
  std::string_view code{};
  std::string_view zh{};
  std::string_view en{};
};

constexpr std::array problems{
    Problem{400, "malformed-request", "malformedRequest", "请求格式有误，无法识别",
            "The request is malformed: it is not HTTP/1.1, or its address is not valid"},
    Problem{408, "request-timeout", "requestTimeout", "请求传输太慢，连接已关闭；请重新发送",
            "The request took too long to arrive; send it again"},
    Problem{413, "too-large", "tooLarge", "内容太大；请分成几份发送",
            "The body is too large; send it in parts"},
    Problem{414, "address-too-long", "addressTooLong", "地址太长", "The address is too long"},
    Problem{415, "wrong-content-encoding", "wrongContentEncoding", "内容不得压缩；请原样发送",
            "The body must not be compressed; send it as it is"},
    Problem{417, "expectation-failed", "expectationFailed", "不支持请求头 Expect 的要求",
            "What the Expect header asks for is not supported"},
    Problem{421, "wrong-host", "wrongHost",
            "此服务器不以该主机名提供服务；请用 127.0.0.1 或 localhost",
            "This server does not answer for that host; use 127.0.0.1 or localhost"},
    Problem{431, "headers-too-large", "headersTooLarge", "请求头太大", "The headers are too large"},
    Problem{501, "not-implemented", "notImplemented", "不支持该请求方法或传输编码",
            "This method or transfer coding is not supported"},
    Problem{503, "busy", "busy", "服务器繁忙，请稍后重试", "The server is busy; try again shortly"},
    Problem{505, "other-http-version", "otherHttpVersion", "只支持 HTTP/1.1",
            "Only HTTP/1.1 is spoken here"},
};

}  // namespace

HttpResponse problem(int status) {
  const auto found = std::ranges::find(problems, status, &Problem::status);
  DOORSTEP_ASSERT(found != problems.end());
  std::string body = R"({"type":"/problems/)";
  body.append(found->slug).append(R"(","status":)").append(std::to_string(status));
  body.append(R"(,"code":")").append(found->code);
  body.append(R"(","title":{"zh":")").append(found->zh);
  body.append(R"(","en":")").append(found->en).append("\"}}");
  HttpResponse response{.status = status, .content_type = "application/problem+json"};
  if (status == 503) response.headers["Retry-After"] = "1";
  if (status == 415) response.headers["Accept-Encoding"] = "identity";
  response.body = std::make_shared<const std::string>(std::move(body));
  return response;
}

}  // namespace doorstep::web
