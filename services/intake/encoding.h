// Lists in a county come in UTF-8, with and without a byte order mark, and in GB18030 (GBK). Which
// one is decided once, for the whole file and from all of it; a row that is in another one is told
// apart from the rest.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "common/domain/field_problem.h"
#include "services/intake/letters.h"

namespace doorstep::intake {

enum class Encoding : std::uint8_t { utf8, gb18030 };

// "utf-8" or "gb18030" (also "gbk", "gb2312": subsets), in any case.
[[nodiscard]] std::optional<Encoding> parse_encoding(std::string_view name);
// "utf-8" or "gb18030".
[[nodiscard]] std::string_view name_of(Encoding encoding);

// What the bytes of one record say about their encoding.
enum class Evidence : std::uint8_t {
  none,     // ASCII only
  utf8,     // can only be meant so
  gb18030,  // likewise
  either,   // can be both, and neither is likelier
  neither,
};
[[nodiscard]] Evidence evidence_of(std::string_view record);

// The byte order mark at the beginning: what it states, and its size.
struct Mark {
  std::optional<Encoding> encoding{};
  std::size_t bytes{};
};
[[nodiscard]] Mark mark_of(std::string_view bytes);

// Words where the file is no text at all, or UTF-16: from its first bytes, and from zero bytes.
[[nodiscard]] std::optional<Words> known_mistake(std::string_view bytes);

// Hears all records of a file, then says how it is to be read.
class EncodingVote {
 public:
  void hear(std::string_view record);
  // The error says what the bytes seem to be, and what to do.
  [[nodiscard]] std::expected<Encoding, Words> decide() const;

 private:
  std::uint64_t utf8_{};
  std::uint64_t gb18030_{};
  std::uint64_t either_{};
  std::uint64_t neither_{};
  Letters gb_letters_{};    // of records that are not UTF-8
  Letters big5_letters_{};  // of the same
};

class Decoder {
 public:
  explicit Decoder(Encoding encoding);
  ~Decoder();
  Decoder(Decoder&&) noexcept;
  Decoder& operator=(Decoder&&) noexcept;

  [[nodiscard]] Encoding encoding() const { return encoding_; }
  // The text in UTF-8; nullopt: the bytes are no text in this encoding.
  [[nodiscard]] std::optional<std::string> decode(std::string_view bytes) const;

 private:
  struct Converter;
  Encoding encoding_{};
  std::unique_ptr<Converter> converter_;  // null for UTF-8
};

}  // namespace doorstep::intake
