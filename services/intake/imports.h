// Import files, one at a time: each row is decided and appended as a request of its own, many of
// them under way together. The answer comes when intake has seen all that landed.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>

#include "common/runtime/log_client.h"
#include "common/seam/http.h"
#include "services/intake/import_columns.h"
#include "services/intake/import_report.h"
#include "services/intake/log_view.h"

namespace doorstep::intake {

struct ImportFile {
  ImportKind kind{};
  std::uint64_t first_row{1};  // the number of the first row after the header
  std::string text{};          // UTF-8, header included
};

class Imports {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;
  static constexpr std::size_t waiting_max = 4;      // files
  static constexpr std::size_t under_way_max = 512;  // rows
  static constexpr std::size_t lines_max =
      200'000;  // of a file: its rows are remembered while it runs

  // Both must outlive it. One thread.
  Imports(runtime::LogClient& log, const LogView& view);
  ~Imports();
  Imports(const Imports&) = delete;
  Imports& operator=(const Imports&) = delete;

  [[nodiscard]] bool accepts() const { return waiting_.size() < waiting_max; }
  // Pre-condition: accepts(). `answer` is called once, from here (a header that is wrong) or a
  // later step.
  void start(ImportFile file, Answer answer);
  [[nodiscard]] Work step(Now now);
  [[nodiscard]] bool idle() const { return !run_ && waiting_.empty(); }
  // Rows of all files so far.
  [[nodiscard]] const ImportReport& totals() const { return totals_; }

 private:
  struct Run;
  [[nodiscard]] Work advance(Run& run, Now now);
  void take_row(Run& run, std::uint64_t row, const struct CsvRecord& record, Now now);
  void append(Run& run, std::uint64_t row, struct Landed landed);
  void finish();
  runtime::LogClient& log_;
  const LogView& view_;
  std::unique_ptr<Run> run_;
  std::deque<std::unique_ptr<Run>> waiting_;
  ImportReport totals_{};
};

}  // namespace doorstep::intake
