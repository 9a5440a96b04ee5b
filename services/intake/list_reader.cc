#include "services/intake/list_reader.h"

#include <algorithm>
#include <utility>

#include "common/domain/assert.h"
#include "services/intake/cell.h"
#include "services/intake/read_row.h"

namespace doorstep::intake {
namespace {

// A title above the headings names at most one of them by chance.
constexpr std::size_t headings_min = 2;

bool is_blank(const std::vector<std::string>& cells) {
  return std::ranges::all_of(cells, [](const std::string& cell) { return trimmed(cell).empty(); });
}

Words contradicting_mark() {
  return {"文件开头的标记与注明的编码不符；请去掉 --encoding，或另存为 CSV（UTF-8）",
          "the mark at the file's beginning contradicts the encoding that was stated: leave "
          "--encoding out, or save the file as CSV (UTF-8)"};
}

Words too_many_lines() {
  const std::string limit = std::to_string(ListReader::lines_max);
  return {"行数过多，最多 " + limit + " 行；请分成几个文件导入",
          "too many lines: at most " + limit + "; import the list as several files"};
}

RowProblem other_encoding(Encoding of_file, Evidence of_row) {
  const bool is_utf8 = of_file == Encoding::utf8;
  const std::string file = is_utf8 ? "UTF-8" : "GB18030（GBK）";
  const std::string other = is_utf8 ? "GB18030（GBK）" : "UTF-8";
  const bool is_known = of_row != Evidence::neither;
  return {
      .code = "otherEncoding",
      .detail = {"此行不是文件的编码 " + file + (is_known ? "，看来是 " + other : std::string{}) +
                     "；请在表格软件中打开，改正此行后另存为 CSV（UTF-8）",
                 "the row is not in the file's encoding, " + file +
                     (is_known ? ", but seems to be in " + other : std::string{}) +
                     ": mend it in the spreadsheet program and save as CSV (UTF-8)"}};
}

}  // namespace

ListReader::ListReader(ListFile file)
    : file_{std::move(file)},
      mark_bytes_{mark_of(file_.bytes).bytes},
      records_{std::string_view{file_.bytes}.substr(mark_bytes_)} {}

ListReader::Opened ListReader::refuse(std::string pointer, std::string code, Words detail) {
  refusal_.push_back({std::move(pointer), std::move(code), std::move(detail)});
  return Opened::refused;
}

ListReader::Opened ListReader::open(ReadingBudget& budget) {
  if (!refusal_.empty()) return Opened::refused;
  if (decoder_) return Opened::ready;
  if (lines_ == 0) {
    if (auto mistake = known_mistake(file_.bytes)) return refuse("", "notText", *mistake);
  }
  while (budget.is_left()) {
    const auto record = records_.next();
    if (!record) return begin();
    budget.spend(record->bytes.size());
    if (++lines_ > lines_max) return refuse("", "tooLarge", too_many_lines());
    if (!record->is_too_long()) vote_.hear(record->bytes);
  }
  return Opened::not_yet;
}

std::expected<Encoding, Words> ListReader::find_encoding() const {
  const auto marked = mark_of(file_.bytes).encoding;
  if (marked && file_.encoding && *marked != *file_.encoding) {
    return std::unexpected(contradicting_mark());
  }
  if (marked) return *marked;
  if (file_.encoding) return *file_.encoding;
  return vote_.decide();
}

ListReader::Opened ListReader::begin() {
  const auto encoding = find_encoding();
  if (!encoding) return refuse("", "notText", encoding.error());
  decoder_.emplace(*encoding);
  is_told_ = mark_bytes_ > 0 || file_.encoding;
  const Header header = find_header();
  if (!header.cells)
    return refuse("/header", header.cells.error().code, header.cells.error().detail);
  auto places = find_columns(file_.kind, *header.cells);
  if (!places) {
    refusal_ = std::move(places.error());
    return Opened::refused;
  }
  places_ = std::move(*places);
  width_ = header.cells->size();
  title_rows_ = header.title_rows;
  rows_begin_ = header.end;
  rewind();
  return Opened::ready;
}

// The first row whose cells name columns; where there is none, the first row, to be explained.
ListReader::Header ListReader::find_header() const {
  std::string_view text = std::string_view{file_.bytes}.substr(mark_bytes_);
  CsvReader records{text};
  Header found;
  std::size_t end = mark_bytes_;
  std::size_t above = 0;
  for (std::size_t seen = 0; seen <= title_rows_max && above < rows_above_max; ++above) {
    const auto record = records.next();
    if (!record) break;
    end += record->bytes.size();
    auto cells = cells_of(*record);
    if (cells && is_blank(*cells)) continue;
    const bool is_header = cells && columns_named(file_.kind, *cells) >= headings_min;
    if (is_header || seen == 0) found = {std::move(cells), end, is_header ? above : 0};
    if (is_header) break;
    ++seen;
  }
  return found;
}

void ListReader::rewind() {
  records_ = CsvReader{std::string_view{file_.bytes}.substr(rows_begin_)};
  rows_ = 0;
  is_at_end_ = false;
}

std::optional<ListRow> ListReader::next(ReadingBudget& budget) {
  DOORSTEP_ASSERT(decoder_ && refusal_.empty());
  while (budget.is_left() && !is_at_end_) {
    const auto record = records_.next();
    if (!record) {
      is_at_end_ = true;
      break;
    }
    budget.spend(record->bytes.size());
    const auto cells = cells_of(*record);
    if (cells && is_blank(*cells)) continue;
    ++rows_;
    const AreaCode county = county_of(*record);
    if (!cells) return ListRow{rows_, county, std::unexpected(cells.error())};
    return ListRow{rows_, county, read_row(file_.kind, places_, width_, *cells)};
  }
  return std::nullopt;
}

bool ListReader::is_misfit(std::string_view record, Evidence evidence) const {
  if (decoder_->encoding() == Encoding::gb18030) return evidence == Evidence::utf8;
  if (evidence != Evidence::gb18030) return false;
  // Where somebody says that it is UTF-8, a foreign name is one unless all of it is Chinese in the
  // other reading.
  const Letters gb18030 = as_gb18030(record);
  const bool is_chinese = as_utf8(record).likely == 0 && gb18030.likely == gb18030.all;
  return is_chinese || !is_told_;
}

// The code's first digits stand where they do in every encoding.
AreaCode ListReader::county_of(const CsvRecord& record) const {
  constexpr std::size_t digits = 6;
  const auto place = places_.front();
  if (file_.kind != ImportKind::areas || !place || *place >= record.fields.size()) return {};
  const std::string& field = record.fields[*place];
  const std::size_t first = field.find_first_of("0123456789");
  if (first == std::string::npos) return {};
  return parse_area(std::string_view{field}.substr(first, digits)).value_or(AreaCode{});
}

ListReader::Cells ListReader::cells_of(const CsvRecord& record) const {
  if (record.is_too_long()) return std::unexpected(malformed(CsvFlaw::record_too_long));
  const Evidence evidence = evidence_of(record.bytes);
  if (is_misfit(record.bytes, evidence)) {
    return std::unexpected(other_encoding(decoder_->encoding(), evidence));
  }
  if (record.flaw != CsvFlaw::none) return std::unexpected(malformed(record.flaw));
  std::vector<std::string> cells;
  cells.reserve(record.fields.size());
  for (const std::string& field : record.fields) {
    auto cell = decoder_->decode(field);
    if (!cell) return std::unexpected(other_encoding(decoder_->encoding(), evidence));
    cells.push_back(*std::move(cell));
  }
  return cells;
}

}  // namespace doorstep::intake
