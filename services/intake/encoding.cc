#include "services/intake/encoding.h"

#include <iconv.h>

#include <algorithm>

#include "common/domain/assert.h"
#include "common/wire/utf8.h"

namespace doorstep::intake {
namespace {

constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
constexpr std::string_view gb18030_mark = "\x84\x31\x95\x33";

Words undecided() {
  return {
      "看不出文件的编码：既可能是 UTF-8 也可能是 GB18030（GBK）。请注明编码（--encoding utf-8 或 "
      "--encoding gb18030），或另存为 CSV（UTF-8）",
      "the file can be read as UTF-8 and as GB18030 (GBK): say which with --encoding utf-8 or "
      "--encoding gb18030, or save it as CSV (UTF-8)"};
}

Words half_and_half() {
  return {
      "文件中 UTF-8 的行和 GB18030（GBK）的行一样多；请整个文件另存为 CSV（UTF-8），或注明编码（"
      "--encoding），不符的行将逐行指出",
      "as many rows are in UTF-8 as in GB18030 (GBK): save the whole file as CSV (UTF-8), or say "
      "--encoding, and the rows that do not fit are named"};
}

Words traditional() {
  return {
      "文件看来是 Big5（繁体）编码；请另存为 CSV（UTF-8）后再导入",
      "the file seems to be in Big5 (traditional Chinese): save it as CSV (UTF-8), then import"};
}

Words no_text() {
  return {"文件既不是 UTF-8 也不是 GB18030；请另存为 CSV（UTF-8）",
          "the file is neither UTF-8 nor GB18030: save it as CSV (UTF-8)"};
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

std::string_view name_of(Encoding encoding) {
  return encoding == Encoding::utf8 ? "utf-8" : "gb18030";
}

Evidence evidence_of(std::string_view record) {
  const Letters utf8 = as_utf8(record);
  if (utf8.is_valid && utf8.all == 0) return Evidence::none;
  const Letters gb18030 = as_gb18030(record);
  if (utf8.is_valid && gb18030.is_valid) {
    // Chinese text in GB18030 comes out as Greek, Cyrillic and the like, or as the rarest letters,
    // where it is valid UTF-8 at all; a single common letter settles it.
    const bool is_list = utf8.likely == utf8.all;
    if (is_list && utf8.common > 0) return Evidence::utf8;
    const bool is_gb_list = 2 * gb18030.likely >= gb18030.all;
    if (is_list) return is_gb_list ? Evidence::either : Evidence::utf8;
    if (utf8.is_likelier_than(gb18030)) return Evidence::utf8;
    return gb18030.is_likelier_than(utf8) ? Evidence::gb18030 : Evidence::either;
  }
  if (utf8.is_valid) return Evidence::utf8;
  return gb18030.is_valid ? Evidence::gb18030 : Evidence::neither;
}

Mark mark_of(std::string_view bytes) {
  if (bytes.starts_with(utf8_mark)) return {Encoding::utf8, utf8_mark.size()};
  if (bytes.starts_with(gb18030_mark)) return {Encoding::gb18030, gb18030_mark.size()};
  return {};
}

std::optional<Words> known_mistake(std::string_view bytes) {
  if (bytes.starts_with("PK\x03\x04") || bytes.starts_with("\xd0\xcf\x11\xe0")) {
    return Words{"这是 Excel 工作簿；请另存为 CSV（UTF-8）后再导入",
                 "this is a spreadsheet file: save it as CSV (UTF-8), then import"};
  }
  if (bytes.starts_with("\xff\xfe") || bytes.starts_with("\xfe\xff")) {
    return Words{"文件是 UTF-16 编码；请另存为 CSV（UTF-8）后再导入",
                 "the file is in UTF-16: save it as CSV (UTF-8), then import"};
  }
  if (bytes.find('\0') == std::string_view::npos) return std::nullopt;
  return Words{
      "文件含有二进制内容（或是 UTF-16 编码），不是 CSV 文本；请在表格软件中另存为 CSV（UTF-8）",
      "the file is binary (or UTF-16), not CSV text: save it as CSV (UTF-8) in the "
      "spreadsheet program"};
}

void EncodingVote::hear(std::string_view record) {
  const Evidence evidence = evidence_of(record);
  utf8_ += evidence == Evidence::utf8;
  gb18030_ += evidence == Evidence::gb18030;
  either_ += evidence == Evidence::either;
  neither_ += evidence == Evidence::neither;
  if (evidence == Evidence::gb18030) {
    gb_letters_ += as_gb18030(record);
    big5_letters_ += as_big5(record);
  }
}

std::expected<Encoding, Words> EncodingVote::decide() const {
  if (utf8_ == 0 && gb18030_ == 0) {
    if (either_ > 0) return std::unexpected(undecided());
    if (neither_ > 0) return std::unexpected(no_text());
    return Encoding::utf8;  // ASCII
  }
  if (utf8_ == gb18030_) return std::unexpected(half_and_half());
  if (utf8_ > gb18030_) return Encoding::utf8;
  // Letters that both encodings can mean are as likely in GB18030 where the file is in it.
  if (big5_letters_.is_valid && big5_letters_.is_likelier_than(gb_letters_)) {
    return std::unexpected(traditional());
  }
  return Encoding::gb18030;
}

struct Decoder::Converter {
  iconv_t state{iconv_open("UTF-8", "GB18030")};
  Converter() {
    // NOLINTNEXTLINE(performance-no-int-to-ptr): this is how iconv says that it failed
    DOORSTEP_ASSERT(state != reinterpret_cast<iconv_t>(-1));  // GB18030 is part of the C library
  }
  ~Converter() { iconv_close(state); }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;
};

Decoder::Decoder(Encoding encoding) : encoding_{encoding} {
  if (encoding == Encoding::gb18030) converter_ = std::make_unique<Converter>();
}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

std::optional<std::string> Decoder::decode(std::string_view bytes) const {
  std::string text;
  if (!converter_) {
    text = bytes;
  } else {
    iconv(converter_->state, nullptr, nullptr, nullptr, nullptr);  // begin anew
    text.resize(2 * bytes.size());                                 // two bytes become three at most
    char* from = const_cast<char*>(bytes.data());                  // iconv does not write there
    std::size_t from_left = bytes.size();
    char* to = text.data();
    std::size_t to_left = text.size();
    const std::size_t result = iconv(converter_->state, &from, &from_left, &to, &to_left);
    if (result == static_cast<std::size_t>(-1) || from_left != 0) return std::nullopt;
    text.resize(text.size() - to_left);
  }
  if (!wire::is_utf8_text(text)) return std::nullopt;
  return text;
}

}  // namespace doorstep::intake
