// Spreadsheets in a county come in UTF-8, with and without a byte order mark, and in GB18030. The
// only file that sees iconv.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "common/domain/field_problem.h"

namespace doorstep::intake {

enum class Encoding : std::uint8_t { utf8, gb18030 };

// "utf-8" or "gb18030" (also "gbk", "gb2312": subsets), in any case.
[[nodiscard]] std::optional<Encoding> parse_encoding(std::string_view name);

// The text in UTF-8 without a mark. Without `stated`: what is valid UTF-8 is that, all else
// GB18030. The error says what the bytes seem to be, and what to do.
[[nodiscard]] std::expected<std::string, Words> to_utf8(std::string_view bytes,
                                                        std::optional<Encoding> stated);

}  // namespace doorstep::intake
