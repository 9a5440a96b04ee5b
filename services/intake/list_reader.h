// Reads a list, a file of rows of one kind, by one set of rules (docs/formats/csv.md): finds its
// encoding and its header, then gives row after row, as often as wanted. In steps of bounded work,
// so that no file makes others wait. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "services/intake/csv_reader.h"
#include "services/intake/encoding.h"
#include "services/intake/import_columns.h"
#include "services/intake/import_rows.h"

namespace doorstep::intake {

struct ListFile {
  ImportKind kind{};
  std::string bytes{};
  std::optional<Encoding> encoding{};  // nullopt: from the file itself
};

// What one step may read, so that it takes about a millisecond: a record costs its bytes, and at
// least as much as a short row takes to be read.
class ReadingBudget {
 public:
  [[nodiscard]] bool is_left() const { return left_ > 0; }
  void spend(std::size_t bytes) { left_ -= static_cast<std::int64_t>(bytes + record_cost); }

 private:
  static constexpr std::int64_t record_cost = 100;
  std::int64_t left_{32 * 1024};
};

struct ListRow {
  std::uint64_t number{};  // from 1 after the header; lines without content are not counted
  AreaCode county{};  // in a list of areas: what its code begins with, also where it cannot be read
  std::expected<ImportRow, RowProblem> what{};
};

class ListReader {
 public:
  static constexpr std::size_t lines_max = 600'000;
  static constexpr std::size_t title_rows_max = 5;
  static constexpr std::size_t rows_above_max = 200;  // those without content included

  explicit ListReader(ListFile file);
  ListReader(const ListReader&) = delete;
  ListReader& operator=(const ListReader&) = delete;
  ~ListReader() = default;

  enum class Opened : std::uint8_t { not_yet, ready, refused };
  // Finds out how the file is to be read.
  [[nodiscard]] Opened open(ReadingBudget& budget);
  // Why it is refused as a whole. Pre-condition: it is.
  [[nodiscard]] const std::vector<FieldProblem>& refusal() const { return refusal_; }

  // The next row; nullopt: the budget is spent, or the file is at its end. Pre-condition: ready.
  [[nodiscard]] std::optional<ListRow> next(ReadingBudget& budget);
  [[nodiscard]] bool at_end() const { return is_at_end_; }
  // Begins with the first row again.
  void rewind();

  [[nodiscard]] ImportKind kind() const { return file_.kind; }
  // Of a file that is ready.
  [[nodiscard]] Encoding encoding() const { return decoder_->encoding(); }
  [[nodiscard]] std::size_t title_rows() const { return title_rows_; }

 private:
  using Cells = std::expected<std::vector<std::string>, RowProblem>;
  struct Header {
    Cells cells{};
    std::size_t end{};  // where the first row begins, in bytes
    std::size_t title_rows{};
  };

  [[nodiscard]] Opened refuse(std::string pointer, std::string code, Words detail);
  [[nodiscard]] Opened begin();
  [[nodiscard]] std::expected<Encoding, Words> find_encoding() const;
  [[nodiscard]] Header find_header() const;
  // Whether the record is in another encoding than the file.
  [[nodiscard]] bool is_misfit(std::string_view record, Evidence evidence) const;
  [[nodiscard]] AreaCode county_of(const CsvRecord& record) const;
  // Decoded; or the record is no CSV, or not in the file's encoding.
  [[nodiscard]] Cells cells_of(const CsvRecord& record) const;

  ListFile file_{};
  std::size_t mark_bytes_{};
  CsvReader records_;
  EncodingVote vote_{};
  std::size_t lines_{};
  std::vector<FieldProblem> refusal_{};
  std::optional<Decoder> decoder_{};
  bool is_told_{};  // by a mark or by who sent it, not found out
  ColumnPlaces places_{};
  std::size_t width_{};
  std::size_t title_rows_{};  // also those without content
  std::size_t rows_begin_{};  // in bytes
  std::uint64_t rows_{};
  bool is_at_end_{};
};

}  // namespace doorstep::intake
