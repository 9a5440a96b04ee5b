#include "clients/cli/sealed_file.h"

#include <utility>

#include "common/runtime/durable_file.h"

namespace doorstep::cli {

Result<OpenedDay> open_sealed_day(const std::string& path, const std::optional<std::string>& key) {
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return failure(ErrorCode::not_found, "there is no file " + path);
  auto day = read_sealed_day(**bytes);
  if (!day) return std::unexpected(day.error());
  auto checked = check_sealed_day(*day, key);
  if (!checked) return std::unexpected(checked.error());
  return OpenedDay{*std::move(day), *std::move(checked)};
}

}  // namespace doorstep::cli
