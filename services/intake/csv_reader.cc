#include "services/intake/csv_reader.h"

#include <algorithm>

namespace doorstep::intake {
namespace {

// The first flaw of a record is the one that is explained.
void note(CsvFlaw& flaw, CsvFlaw found) {
  if (flaw == CsvFlaw::none) flaw = found;
}

// Piece by piece, so that a file that never has one of the two is not searched to its end for each
// line.
std::size_t end_of_line(std::string_view text) {
  constexpr std::size_t piece_bytes = 256;
  for (std::size_t at = 0; at < text.size(); at += piece_bytes) {
    const std::string_view piece = text.substr(at, piece_bytes);
    const std::size_t end = std::min(piece.find('\n'), piece.find('\r'));
    if (end != std::string_view::npos) return at + end;
  }
  return text.size();
}

}  // namespace

std::optional<CsvRecord> CsvReader::next() {
  if (rest_.empty()) return std::nullopt;
  CsvRecord record;
  const std::string_view whole = rest_;
  bool more = true;
  while (more) {
    std::string text;
    more = field(text, record.flaw);
    if (record.fields.size() < fields_max) {
      record.fields.push_back(std::move(text));
    } else {
      note(record.flaw, CsvFlaw::too_many_fields);
    }
    if (more && whole.size() - rest_.size() > record_bytes_max) {
      more = give_up(record.flaw, CsvFlaw::record_too_long);
    }
  }
  record.bytes = whole.substr(0, whole.size() - rest_.size());
  if (record.bytes.size() > record_bytes_max) note(record.flaw, CsvFlaw::record_too_long);
  return record;
}

bool CsvReader::field(std::string& to, CsvFlaw& flaw) {
  if (!rest_.starts_with('"')) {
    plain(to, flaw);
  } else if (!quoted(to)) {
    // Where it ends nobody can know. The record is taken to end with the line of the quote, so that
    // a stray one costs one row. What was looked through holds no other quote that can begin a
    // field without an end, so that no byte is looked through twice for this.
    return give_up(flaw, CsvFlaw::open_quote);
  }
  return end_of_field(flaw);
}

bool CsvReader::quoted(std::string& to) {
  for (std::size_t at = 1; at < rest_.size() && to.size() <= field_bytes_max; ++at) {
    if (rest_[at] == '"') {
      if (at + 1 == rest_.size() || rest_[at + 1] != '"') {
        rest_.remove_prefix(at + 1);
        return true;
      }
      ++at;
    }
    to += rest_[at];
  }
  to.clear();
  return false;
}

void CsvReader::plain(std::string& to, CsvFlaw& flaw) {
  const std::string_view text = rest_.substr(0, end_of_cell());
  if (text.find('"') != std::string_view::npos) note(flaw, CsvFlaw::quote_in_field);
  if (text.size() > field_bytes_max) note(flaw, CsvFlaw::field_too_long);
  to = text.substr(0, field_bytes_max);
  rest_.remove_prefix(text.size());
}

// The next comma or line break, looked for as far as a record may reach.
std::size_t CsvReader::end_of_cell() const {
  const std::string_view window = rest_.substr(0, record_bytes_max);
  return std::min(window.find_first_of(",\r\n"), window.size());
}

// At a comma (true), or at the end of the record, which is taken too.
bool CsvReader::end_of_field(CsvFlaw& flaw) {
  const std::size_t end = end_of_cell();
  if (end > 0) note(flaw, CsvFlaw::text_after_quote);
  rest_.remove_prefix(end);
  if (rest_.starts_with(',')) {
    rest_.remove_prefix(1);
    return true;
  }
  skip_line();
  return false;
}

bool CsvReader::give_up(CsvFlaw& flaw, CsvFlaw why) {
  note(flaw, why);
  skip_line();
  return false;
}

// To behind the next line break.
void CsvReader::skip_line() {
  rest_.remove_prefix(end_of_line(rest_));
  rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : rest_.empty() ? 0 : 1);
}

}  // namespace doorstep::intake
