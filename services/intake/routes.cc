#include "services/intake/routes.h"

namespace doorstep::intake {
namespace {

struct Address {
  std::string_view before;  // the subject
  std::string_view after;   // it; empty where the address names no subject
  Write what;
};

constexpr Address addresses[] = {
    {"/v1/visits", "", Write::visit},
    {"/v1/visits/", "/retract", Write::retraction},
    {"/v1/households", "", Write::household},
    {"/v1/households/", "/withdraw", Write::withdrawal},
    {"/v1/campaigns", "", Write::campaign},
    {"/v1/rounds", "", Write::round},
    {"/v1/rounds/", "/close", Write::round_closing},
    {"/v1/workers/", "/report-in", Write::report_in},
    {"/v1/workers/", "/stand-down", Write::stand_down},
    {"/v1/responsibilities/", "/release", Write::release},
};

constexpr std::string_view imports = "/v1/imports/";

std::optional<WriteRoute> match(const Address& address, std::string_view path) {
  if (address.after.empty()) {
    if (path != address.before) return std::nullopt;
    return WriteRoute{.what = address.what};
  }
  if (!path.starts_with(address.before) || !path.ends_with(address.after)) return std::nullopt;
  if (path.size() < address.before.size() + address.after.size()) return std::nullopt;
  path.remove_prefix(address.before.size());
  path.remove_suffix(address.after.size());
  const auto subject = parse_uuid(path);
  if (!subject || subject->is_nil()) return std::nullopt;
  return WriteRoute{.what = address.what, .subject = *subject};
}

bool is_read(const Route& route) {
  return !std::holds_alternative<WriteRoute>(route) && !std::holds_alternative<ImportRoute>(route);
}

}  // namespace

std::optional<Route> route_of(std::string_view path) {
  if (path == "/healthz") return HealthRoute{};
  if (path == "/metrics") return MetricsRoute{};
  if (path.starts_with(imports)) {
    const std::string_view which = path.substr(imports.size());
    if (const auto kind = parse_import_kind(which)) return ImportRoute{*kind};
    if (const auto import = parse_uuid(which)) return ImportAnswerRoute{*import};
    return std::nullopt;
  }
  for (const Address& address : addresses) {
    if (const auto route = match(address, path)) return *route;
  }
  return std::nullopt;
}

std::string methods_of(const Route& route) { return is_read(route) ? "GET, HEAD" : "POST"; }

bool takes(const Route& route, std::string_view method) {
  return method == (is_read(route) ? "GET" : "POST");
}

}  // namespace doorstep::intake
