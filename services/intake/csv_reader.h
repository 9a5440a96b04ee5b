// Reads CSV (RFC 4180) record by record, in bytes: quoted fields, doubled quotes, line breaks
// inside quotes, LF, CRLF or CR. In UTF-8, GB18030 and Big5 a comma, a quote or a line break is
// never part of another character, so records are found before anybody knows the encoding. A broken
// record is reported and passed over, so that the rows after it still land. No input costs more
// than linear time, and no call more than a record of the largest size.
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
  open_quote,        // a quoted field without an end within the limit of a field
  quote_in_field,    // a quote inside a field that does not start with one
  text_after_quote,  // something between a closing quote and the comma
  field_too_long,
  too_many_fields,
  record_too_long,
};

struct CsvRecord {
  std::vector<std::string> fields{};
  CsvFlaw flaw{};
  std::string_view bytes{};  // all of it as it stands in the file, its line break included

  // Then nobody looks at what it says: that would take as long as it is.
  [[nodiscard]] bool is_too_long() const;
};

class CsvReader {
 public:
  static constexpr std::size_t fields_max = 64;
  static constexpr std::size_t field_bytes_max = 4096;
  static constexpr std::size_t record_bytes_max = fields_max * field_bytes_max;

  // `text` must outlive the reader and its records.
  explicit CsvReader(std::string_view text) : rest_{text} {}

  // nullopt: the end.
  [[nodiscard]] std::optional<CsvRecord> next();

 private:
  // Takes one field; true: another one of the same record follows.
  [[nodiscard]] bool field(std::string& to, CsvFlaw& flaw);
  // False: it has no end that counts; nothing was taken.
  [[nodiscard]] bool quoted(std::string& to);
  void plain(std::string& to, CsvFlaw& flaw);
  [[nodiscard]] std::size_t end_of_cell() const;
  [[nodiscard]] bool end_of_field(CsvFlaw& flaw);
  // The record ends with this line. Always false: no field follows.
  [[nodiscard]] bool give_up(CsvFlaw& flaw, CsvFlaw why);
  void skip_line();
  std::string_view rest_{};
};

inline bool CsvRecord::is_too_long() const { return bytes.size() > CsvReader::record_bytes_max; }

}  // namespace doorstep::intake
