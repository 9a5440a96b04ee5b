#include "services/intake/csv_reader.h"

#include <algorithm>

namespace doorstep::intake {
namespace {

bool is_blank(const CsvRecord& record) {
  return record.flaw == CsvFlaw::none &&
         std::ranges::all_of(record.fields, [](const std::string& field) {
           return field.find_first_not_of(" \t") == std::string::npos;
         });
}

void append(std::string& to, char c, CsvFlaw& flaw) {
  if (to.size() < CsvReader::field_bytes_max) {
    to += c;
  } else if (flaw == CsvFlaw::none) {
    flaw = CsvFlaw::field_too_long;
  }
}

}  // namespace

std::optional<CsvRecord> CsvReader::next() {
  while (!rest_.empty()) {
    CsvRecord next_record = record();
    if (!is_blank(next_record)) return next_record;
  }
  return std::nullopt;
}

CsvRecord CsvReader::record() {
  CsvRecord result;
  const std::string_view whole = rest_;
  bool more = true;
  while (more) {
    std::string text;
    more = field(text, result.flaw);
    if (result.fields.size() < fields_max) {
      result.fields.push_back(std::move(text));
    } else if (result.flaw == CsvFlaw::none) {
      result.flaw = CsvFlaw::too_many_fields;
    }
  }
  if (result.flaw == CsvFlaw::open_quote) {
    // Its end is unknown: start again behind the line on which it began.
    rest_ = whole;
    skip_line();
  }
  return result;
}

bool CsvReader::field(std::string& to, CsvFlaw& flaw) {
  if (!rest_.empty() && rest_.front() == '"') {
    rest_.remove_prefix(1);
    quoted(to, flaw);
    return end_of_field(flaw);
  }
  while (!rest_.empty()) {
    const char c = rest_.front();
    if (c == ',' || c == '\n' || c == '\r') break;
    if (c == '"' && flaw == CsvFlaw::none) flaw = CsvFlaw::quote_in_field;
    append(to, c, flaw);
    rest_.remove_prefix(1);
  }
  return end_of_field(flaw);
}

void CsvReader::quoted(std::string& to, CsvFlaw& flaw) {
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c != '"') {
      append(to, c, flaw);
    } else if (!rest_.empty() && rest_.front() == '"') {
      append(to, '"', flaw);
      rest_.remove_prefix(1);
    } else {
      return;
    }
  }
  flaw = CsvFlaw::open_quote;
}

// At a comma (true), or at the end of the record, which is taken too.
bool CsvReader::end_of_field(CsvFlaw& flaw) {
  while (!rest_.empty()) {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == ',') return true;
    if (c == '\n') return false;
    if (c == '\r') {
      if (!rest_.empty() && rest_.front() == '\n') rest_.remove_prefix(1);
      return false;
    }
    if (flaw == CsvFlaw::none) flaw = CsvFlaw::text_after_quote;
  }
  return false;
}

void CsvReader::skip_line() {
  const std::size_t end = rest_.find('\n');
  rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
}

}  // namespace doorstep::intake
