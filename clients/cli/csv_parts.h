// A CSV file in parts that intake takes in one request each: cut between records, never inside a
// quoted field, the header repeated. Works on bytes: in UTF-8 and GB18030 neither a quote nor a
// line feed is ever part of another character. Reads as it goes, so that a file of any size fits.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <string>

#include "common/domain/result.h"

namespace doorstep::cli {

class CsvParts {
 public:
  struct Limits {
    std::size_t part_bytes{512 * 1024};         // where a part is ended
    std::size_t record_bytes_max{1024 * 1024};  // a longer one is an open quote, or no CSV at all
  };

  // `in` must outlive it.
  CsvParts(std::istream& in, Limits limits) : in_{in}, limits_{limits} {}
  explicit CsvParts(std::istream& in) : CsvParts{in, Limits{}} {}

  // The header and the next records; nullopt at the end. A file with a header only gives one part.
  // invalid: a record without an end.
  [[nodiscard]] Result<std::optional<std::string>> next();

 private:
  // One record with its line feed; empty at the end.
  [[nodiscard]] Result<std::string> record();
  [[nodiscard]] int get();

  std::istream& in_;
  Limits limits_{};
  std::string buffer_{};
  std::size_t at_{};
  std::optional<std::string> header_{};
  std::string held_{};  // a record that did not fit into the part before
  std::uint64_t records_{};
  bool gave_one_{};
};

}  // namespace doorstep::cli
