#include "clients/cli/stream_name.h"

#include <string>

#include "common/domain/names.h"

namespace doorstep::cli {

Result<StreamId> parse_stream(std::string_view text) {
  const auto colon = text.find(':');
  const auto kind = from_name<StreamKind>(text.substr(0, colon));
  const std::string_view id =
      colon == std::string_view::npos ? std::string_view{} : text.substr(colon + 1);
  if (kind == StreamKind::system && id.empty()) return system_stream;
  if (kind == StreamKind::area) {
    if (const auto code = parse_area(id)) return stream_of(*code);
  }
  if (kind) {
    if (const auto uuid = parse_uuid(id)) return StreamId{*kind, *uuid};
  }
  return failure(ErrorCode::invalid, "--stream " + std::string{text} +
                                         ": say KIND:ID with a kind of " + all_names<StreamKind>() +
                                         " and an id (a code for area)");
}

}  // namespace doorstep::cli
