// Reads CSV (RFC 4180) record by record: quoted fields, doubled quotes, line breaks inside quotes,
// CRLF or LF. A broken record is reported and passed over, so that the rows after it still land.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace doorstep::intake {

enum class CsvFlaw : std::uint8_t {
  none,
  open_quote,        // a quoted field that never ends
  quote_in_field,    // a quote inside a field that does not start with one
  text_after_quote,  // something between a closing quote and the comma
  field_too_long,
  too_many_fields,
};

struct CsvRecord {
  std::vector<std::string> fields{};
  CsvFlaw flaw{};
};

class CsvReader {
 public:
  static constexpr std::size_t fields_max = 64;
  static constexpr std::size_t field_bytes_max = 4096;

  // `text` must outlive the reader.
  explicit CsvReader(std::string_view text) : rest_{text} {}

  // nullopt: the end. Lines without anything but spaces and commas are passed over.
  [[nodiscard]] std::optional<CsvRecord> next();

 private:
  [[nodiscard]] CsvRecord record();
  // Takes one field; true: another one of the same record follows.
  [[nodiscard]] bool field(std::string& to, CsvFlaw& flaw);
  void quoted(std::string& to, CsvFlaw& flaw);
  [[nodiscard]] bool end_of_field(CsvFlaw& flaw);
  void skip_line();
  std::string_view rest_{};
};

}  // namespace doorstep::intake
