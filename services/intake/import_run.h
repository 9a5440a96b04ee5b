// One list on its way into the log: read, looked at as a whole, and then row by row decided and
// appended, each as a request of its own, many under way together. What a row may do is judged by
// what has landed. In steps of bounded work.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>

#include "common/json/problem.h"
#include "common/runtime/log_client.h"
#include "services/intake/import_report.h"
#include "services/intake/list_facts.h"
#include "services/intake/list_reader.h"
#include "services/intake/log_view.h"
#include "services/intake/rows_in_hand.h"

namespace doorstep::intake {

class ImportRun {
 public:
  static constexpr std::size_t in_hand_max = 512;  // rows

  // `log` and `view` must outlive it. Once it has begun it must be kept until it is done.
  ImportRun(ListFile file, ListOptions options, runtime::LogClient& log, const LogView& view);
  ImportRun(const ImportRun&) = delete;
  ImportRun& operator=(const ImportRun&) = delete;
  ~ImportRun() = default;

  enum class Phase : std::uint8_t { reading, landing, done };

  [[nodiscard]] Work step(Now now);
  // Takes no further rows, and is done when those in hand are settled.
  void stop() { is_stopping_ = true; }
  // When done, nothing of it is under way.
  [[nodiscard]] Phase phase() const { return phase_; }
  // Why nothing of the list was taken, or not all of it.
  [[nodiscard]] const std::optional<json::Problem>& refusal() const { return refusal_; }
  // So far.
  [[nodiscard]] const ImportReport& report() const { return report_; }
  // Rows that the list has, as far as it was read.
  [[nodiscard]] std::uint64_t rows_seen() const { return rows_seen_; }

 private:
  void read();
  void refuse(std::vector<FieldProblem> problems);
  void begin_landing();
  [[nodiscard]] Work land(Now now);
  void take_rows();
  void take(ListRow row);
  // Of this pass: areas land level by level, so that a parent has landed or not before its turn
  // comes.
  [[nodiscard]] bool is_of_pass(const ListRow& row) const;
  [[nodiscard]] bool begin_next_pass();
  [[nodiscard]] bool decide_next(Now now);
  void append(const RowsInHand::Row& row, const Landed& landed);
  void accept(const RowsInHand::Row& row);
  void reject(const RowsInHand::Row& row, RowProblem problem);
  void settle_seen();

  runtime::LogClient& log_;
  const LogView& view_;
  ListReader list_;
  ListOptions options_{};
  Phase phase_{Phase::reading};
  bool is_open_{};
  bool is_stopping_{};
  ListFacts facts_{};
  std::uint64_t rows_seen_{};
  std::optional<json::Problem> refusal_{};
  ImportReport report_{};
  std::set<AreaLevel> passes_left_{};
  bool is_first_pass_{true};
  std::optional<AreaLevel> pass_{};  // nullopt: rows of all kinds
  RowsInHand in_hand_{};
  std::multimap<Position, std::uint64_t> recorded_{};   // rows that intake has not seen yet
  std::unordered_map<Uuid, std::uint64_t> accepted_{};  // the first row about each subject
};

}  // namespace doorstep::intake
