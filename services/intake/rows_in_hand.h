// The rows of a list that are being decided or wait for it. Rows about one subject (a household, a
// door, a worker, …) go one after the other, each when the log has what became of the one before;
// rows about different subjects do not wait for each other. Pure bookkeeping.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <unordered_map>
#include <vector>

#include "services/intake/decide_row.h"

namespace doorstep::intake {

class RowsInHand {
 public:
  struct Row {
    std::uint64_t number{};
    ImportRow what{};
    std::vector<Subject> subjects{};
  };

  // Rows come by ascending number, each once at a time.
  void take(std::uint64_t number, ImportRow what);
  // The next row whose turn has come; it stays in hand until it is settled. Null: none now.
  [[nodiscard]] const Row* next();
  // What became of it is known, and intake has seen it.
  void settle(std::uint64_t number);

  [[nodiscard]] std::size_t size() const { return rows_.size(); }
  [[nodiscard]] const Row& row(std::uint64_t number) const { return rows_.at(number); }

 private:
  [[nodiscard]] bool is_first_everywhere(const Row& row) const;

  std::map<std::uint64_t, Row> rows_{};                           // entries stay where they are
  std::unordered_map<Uuid, std::deque<std::uint64_t>> claims_{};  // by subject, in turn
  std::deque<std::uint64_t> ready_{};
};

}  // namespace doorstep::intake
