// Lists, of each kind and in each encoding. They come in over HTTP and by the command line, which
// sends them as they are: one reader reads both. Whatever the bytes, reading ends, in steps of
// bounded work; no byte belongs to two records; and what was read once is read again the same.
#include <vector>

#include "services/intake/list_reader.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;
using namespace doorstep::intake;

namespace {

ListReader::Opened open(ListReader& list) {
  for (;;) {
    ReadingBudget budget;
    const auto opened = list.open(budget);
    if (opened != ListReader::Opened::not_yet) return opened;
  }
}

// Each row as its number and what it says, or the code of what is wrong with it.
std::vector<std::pair<std::uint64_t, std::string>> rows_of(ListReader& list) {
  std::vector<std::pair<std::uint64_t, std::string>> rows;
  while (!list.at_end()) {
    ReadingBudget budget;
    while (const auto row = list.next(budget)) {
      fuzz::must(row->number == rows.size() + 1);
      rows.emplace_back(row->number, row->what ? std::to_string(row->what->index())
                                               : row->what.error().code + row->what.error().value);
      fuzz::must(row->what || !row->what.error().detail.zh.empty());
    }
  }
  return rows;
}

void read_records(std::string_view text) {
  CsvReader reader{text};
  std::size_t bytes = 0;
  while (const auto record = reader.next()) {
    fuzz::must(!record->bytes.empty());
    bytes += record->bytes.size();
  }
  fuzz::must(bytes == text.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const fuzz::Input input{data + 1, size - 1};
  read_records(input.text());
  const std::optional<Encoding> encodings[] = {std::nullopt, Encoding::utf8, Encoding::gb18030};
  ListReader list{{.kind = static_cast<ImportKind>(1 + data[0] % 4),
                   .bytes = std::string{input.text()},
                   .encoding = encodings[data[0] / 4 % 3]}};
  if (open(list) == ListReader::Opened::refused) {
    fuzz::must(!list.refusal().empty());
    return 0;
  }
  const auto once = rows_of(list);
  list.rewind();
  fuzz::must(rows_of(list) == once);
  return 0;
}
