#include "clients/cli/csv_parts.h"

#include <utility>

namespace doorstep::cli {
namespace {

constexpr std::size_t read_bytes = 256 * 1024;
constexpr int end_of_file = -1;

}  // namespace

int CsvParts::get() {
  if (at_ == buffer_.size()) {
    buffer_.resize(read_bytes);
    in_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    buffer_.resize(static_cast<std::size_t>(in_.gcount()));
    at_ = 0;
    if (buffer_.empty()) return end_of_file;
  }
  return static_cast<unsigned char>(buffer_[at_++]);
}

Result<std::string> CsvParts::record() {
  std::string record;
  bool is_quoted = false;
  for (;;) {
    const int byte = get();
    if (byte == end_of_file) break;
    record += static_cast<char>(byte);
    if (byte == '"') is_quoted = !is_quoted;  // a doubled quote toggles twice
    if (byte == '\n' && !is_quoted) break;
    if (record.size() > limits_.record_bytes_max) {
      return failure(ErrorCode::invalid,
                     (header_ ? "row " + std::to_string(records_ + 1) : std::string{"the header"}) +
                         " has no end: is there an open quote, or is this no CSV file?");
    }
  }
  if (!record.empty() && header_) ++records_;
  return record;
}

Result<std::optional<std::string>> CsvParts::next() {
  if (!header_) {
    auto header = record();
    if (!header) return std::unexpected(header.error());
    if (!header->ends_with('\n')) *header += '\n';
    header_ = std::move(*header);
  }
  std::string part = *header_ + std::exchange(held_, {});
  for (;;) {
    auto record = this->record();
    if (!record) return std::unexpected(record.error());
    if (record->empty()) break;
    if (part.size() > header_->size() && part.size() + record->size() > limits_.part_bytes) {
      held_ = std::move(*record);
      break;
    }
    part += *record;
  }
  const bool is_empty = part.size() == header_->size();
  if (is_empty && gave_one_) return std::nullopt;
  gave_one_ = true;
  return part;
}

}  // namespace doorstep::cli
