// Which address means what (docs/http-api.md, Writes).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "common/domain/ids.h"
#include "services/intake/import_columns.h"

namespace doorstep::intake {

// What a write asks for; the request's body says the rest.
enum class Write : std::uint8_t {
  visit = 1,
  retraction,
  household,
  withdrawal,
  campaign,
  round,
  round_closing,
  report_in,
  stand_down,
  release,
};

struct WriteRoute {
  Write what{};
  Uuid subject{};  // the id in the address, where there is one
};
struct ImportRoute {
  ImportKind kind{};
};
// What became of a list that was sent before.
struct ImportAnswerRoute {
  Uuid import{};
};
struct HealthRoute {};
struct MetricsRoute {};

using Route = std::variant<WriteRoute, ImportRoute, ImportAnswerRoute, HealthRoute, MetricsRoute>;

// nullopt: no such address.
[[nodiscard]] std::optional<Route> route_of(std::string_view path);
// The methods that the address takes, as the header Allow lists them. A HEAD comes as a GET.
[[nodiscard]] std::string methods_of(const Route& route);
[[nodiscard]] bool takes(const Route& route, std::string_view method);

}  // namespace doorstep::intake
