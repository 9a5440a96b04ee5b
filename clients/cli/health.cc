#include "clients/cli/health.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <optional>

#include "clients/cli/connection.h"
#include "clients/cli/exit_code.h"
#include "common/http/http_client.h"
#include "common/runtime/log_client.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds wait_max{20};

std::uint16_t port_of(std::string_view address) {
  const std::string_view digits = address.substr(address.rfind(':') + 1);
  std::uint16_t port = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return port;
}

}  // namespace

std::vector<std::uint16_t> ports_of(const runtime::Endpoints& endpoints, std::string_view service) {
  if (service == "event-log") return {port_of(endpoints.log_cmd), port_of(endpoints.log_feed)};
  if (service == "aggregation") return {port_of(endpoints.aggregation)};
  if (service == "intake") return {endpoints.intake_port};
  if (service == "reporting") return {endpoints.reporting_port};
  return {};
}

Result<wire::Described> describe_log(const runtime::DataFolder& folder, Milliseconds patience) {
  auto connection = Connection::open(folder, Connection::To::log_cmd);
  if (!connection) return std::unexpected(connection.error());
  std::optional<std::expected<wire::Described, wire::Refused>> answer;  // before the client
  runtime::LogClient client{(*connection)->messages(),
                            {.resend_after = patience / 2, .give_up_after = patience}};
  client.describe([&](std::expected<wire::Described, wire::Refused> said) { answer = said; });
  while (!answer) {
    if (client.step((*connection)->now()) == Work::idle) (*connection)->wait(wait_max);
  }
  if (!*answer) return std::unexpected(error_of(answer->error()));
  return **answer;
}

Result<Position> position_of_aggregation(const runtime::DataFolder& folder, Milliseconds patience) {
  auto connection = Connection::open(folder, Connection::To::aggregation);
  if (!connection) return std::unexpected(connection.error());
  const auto answer = (*connection)->ask({.what = wire::AskRounds{}}, patience);
  if (!answer) return std::unexpected(answer.error());
  return answer->as_of;
}

Outcome ask_healthz(std::uint16_t port, Milliseconds patience) {
  web::HttpClient client{{.port = port, .connect_timeout = patience, .answer_timeout = patience}};
  const auto response = client.request("GET", "/healthz");
  if (!response) return std::unexpected(response.error());
  if (response->status == 200) return {};
  return failure(ErrorCode::unavailable,
                 response->body ? *response->body : std::to_string(response->status));
}

Outcome is_healthy(const runtime::DataFolder& folder, std::string_view service,
                   Milliseconds patience) {
  if (service == "event-log") {
    const auto described = describe_log(folder, patience);
    return described ? Outcome{} : std::unexpected(described.error());
  }
  if (service == "aggregation") {
    const auto position = position_of_aggregation(folder, patience);
    return position ? Outcome{} : std::unexpected(position.error());
  }
  if (service == "intake") return ask_healthz(folder.endpoints().intake_port, patience);
  if (service == "reporting") return ask_healthz(folder.endpoints().reporting_port, patience);
  return {};
}

bool is_free(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return true;  // whoever needs it will say
  const int on = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const bool is_free = bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  close(fd);
  return is_free;
}

}  // namespace doorstep::cli
