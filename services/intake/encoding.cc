#include "services/intake/encoding.h"

#include <iconv.h>

#include <algorithm>

#include "common/wire/utf8.h"

namespace doorstep::intake {
namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";

Words not_text() {
  return {"文件含有二进制内容，不是 CSV 文本；请在表格软件中另存为 CSV（UTF-8）",
          "the file is binary, not CSV text: save it as CSV (UTF-8) in the spreadsheet program"};
}

// What a file is that people send by mistake.
std::optional<Words> known_mistake(std::string_view bytes) {
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xd0\xcf\x11\xe0")) {
    return Words{"这是 Excel 工作簿；请另存为 CSV（UTF-8）后再导入",
                 "this is a spreadsheet file: save it as CSV (UTF-8), then import"};
  }
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    return Words{"文件是 UTF-16 编码；请另存为 CSV（UTF-8）后再导入",
                 "the file is in UTF-16: save it as CSV (UTF-8), then import"};
  }
  if (bytes.find('\0') != std::string_view::npos) return not_text();
  return std::nullopt;
}

std::optional<std::string> from_gb18030(std::string_view bytes) {
  const iconv_t converter = iconv_open("UTF-8", "GB18030");
  if (converter == reinterpret_cast<iconv_t>(-1)) return std::nullopt;
  // Two bytes become three at most.
  std::string text(2 * bytes.size() + 8, '\0');
  char* from = const_cast<char*>(bytes.data());  // iconv does not write there
  std::size_t from_left = bytes.size();
  char* to = text.data();
  std::size_t to_left = text.size();
  const std::size_t result = iconv(converter, &from, &from_left, &to, &to_left);
  iconv_close(converter);
  if (result == static_cast<std::size_t>(-1) || from_left != 0) return std::nullopt;
  text.resize(text.size() - to_left);
  return text;
}

}  // namespace

std::optional<Encoding> parse_encoding(std::string_view name) {
  std::string lower{name};
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  if (lower == "utf-8" || lower == "utf8") return Encoding::utf8;
  if (lower == "gb18030" || lower == "gbk" || lower == "gb2312") return Encoding::gb18030;
  return std::nullopt;
}

std::expected<std::string, Words> to_utf8(std::string_view bytes, std::optional<Encoding> stated) {
  if (const auto mistake = known_mistake(bytes)) return std::unexpected(*mistake);
  const bool has_mark = bytes.starts_with(utf8_mark);
  if (has_mark) bytes.remove_prefix(utf8_mark.size());
  const bool is_utf8 = wire::is_utf8_text(bytes);
  if (stated == Encoding::utf8 || has_mark) {
    if (is_utf8) return std::string{bytes};
    return std::unexpected(
        Words{"文件不是有效的 UTF-8；若为 GB18030（GBK），请注明 encoding=gb18030",
              "the file is not valid UTF-8; if it is GB18030, say encoding=gb18030"});
  }
  if (is_utf8 && stated != Encoding::gb18030) return std::string{bytes};
  auto text = from_gb18030(bytes);
  if (!text || !wire::is_utf8_text(*text)) {
    return std::unexpected(Words{"文件既不是 UTF-8 也不是 GB18030；请另存为 CSV（UTF-8）",
                                 "the file is neither UTF-8 nor GB18030: save it as CSV (UTF-8)"});
  }
  return *std::move(text);
}

}  // namespace doorstep::intake
