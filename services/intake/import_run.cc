#include "services/intake/import_run.h"

#include <algorithm>
#include <utility>

#include "common/wire/event_codec.h"

namespace doorstep::intake {
namespace {

RowProblem said_twice(RowProblem problem, std::uint64_t first_row) {
  const std::string row = std::to_string(first_row);
  problem.code = "duplicateKey";
  problem.detail = {
      "与第 " + row + " 行说的是同一个编号，但内容不同；请改正其中一行",
      "row " + row + " is about the same key and says something else: mend one of them"};
  return problem;
}

RowProblem not_recorded(const wire::Refused& refused) {
  if (refused.code == wire::RefusalCode::id_conflict) {
    return {
        .code = "idConflict",
        .detail = {
            "此编号已登记，但内容不同；导入不会修改已登记的内容",
            "this key is recorded with other content; an import changes nothing that is recorded"}};
  }
  return {.code = "notRecorded",
          .detail = {"记录库没有收下，请稍后重新导入；已收下的行不会重复",
                     "the log did not take it; import the file again later, nothing lands twice"}};
}

json::Problem stopped() {
  return json::not_ready({"正在停止，名单未导完；重启后请重新导入，已收下的行不会重复",
                          "stopping before the list was through: import it again after the start, "
                          "nothing lands twice"});
}

}  // namespace

ImportRun::ImportRun(ListFile file, ListOptions options, runtime::LogClient& log,
                     const LogView& view)
    : log_{log}, view_{view}, list_{std::move(file)}, options_{options} {}

Work ImportRun::step(Now now) {
  if (phase_ == Phase::done) return Work::idle;
  if (phase_ == Phase::landing) return land(now);
  if (is_stopping_) {
    refusal_ = stopped();
    phase_ = Phase::done;
    return Work::done;
  }
  read();
  return Work::done;
}

void ImportRun::refuse(std::vector<FieldProblem> problems) {
  const bool is_too_large = problems.front().code == "tooLarge";
  refusal_ = json::invalid_fields(std::move(problems));
  if (is_too_large) {
    refusal_ =
        json::Problem{.status = 413, .code = "tooLarge", .title = refusal_->errors.front().detail};
  }
  phase_ = Phase::done;
}

void ImportRun::read() {
  ReadingBudget budget;
  if (!is_open_) {
    const auto opened = list_.open(budget);
    if (opened == ListReader::Opened::refused) return refuse(list_.refusal());
    is_open_ = opened == ListReader::Opened::ready;
    return;
  }
  while (const auto row = list_.next(budget)) {
    rows_seen_ = row->number;
    facts_.see_county(row->number, row->county);
    if (row->what) facts_.see(*row->what, view_.known());
  }
  if (list_.at_end()) begin_landing();
}

void ImportRun::begin_landing() {
  if (auto objection = facts_.objection(view_.known(), options_)) {
    return refuse({*std::move(objection)});
  }
  report_.encoding = list_.encoding();
  report_.title_rows = list_.title_rows();
  passes_left_ = facts_.levels();
  if (!passes_left_.empty()) pass_ = passes_left_.extract(passes_left_.begin()).value();
  list_.rewind();
  phase_ = Phase::landing;
}

Work ImportRun::land(Now now) {
  settle_seen();
  const auto taken = report_.rows;
  if (!is_stopping_) take_rows();
  bool worked = report_.rows != taken || !(list_.at_end() || is_stopping_);
  while (decide_next(now)) worked = true;
  if ((list_.at_end() || is_stopping_) && in_hand_.size() == 0) {
    if (is_stopping_) {
      refusal_ = stopped();
      phase_ = Phase::done;
    } else if (!begin_next_pass()) {
      std::ranges::sort(report_.errors, {}, &RejectedRow::row);
      phase_ = Phase::done;
    }
    return Work::done;
  }
  // With its hands full it has to wait for the log.
  return worked && in_hand_.size() < in_hand_max ? Work::done : Work::idle;
}

bool ImportRun::begin_next_pass() {
  if (passes_left_.empty()) return false;
  pass_ = passes_left_.extract(passes_left_.begin()).value();
  is_first_pass_ = false;
  list_.rewind();
  return true;
}

void ImportRun::take_rows() {
  ReadingBudget budget;
  while (in_hand_.size() < in_hand_max) {
    auto row = list_.next(budget);
    if (!row) break;
    if (is_of_pass(*row)) take(*std::move(row));
  }
}

bool ImportRun::is_of_pass(const ListRow& row) const {
  if (!row.what) return is_first_pass_;
  const auto* area = std::get_if<AreaRow>(&*row.what);
  return area == nullptr || level_of(area->code) == pass_;
}

void ImportRun::take(ListRow row) {
  ++report_.rows;
  if (row.what) {
    in_hand_.take(row.number, *std::move(row.what));
  } else {
    report_.reject(row.number, std::move(row.what.error()));
  }
}

bool ImportRun::decide_next(Now now) {
  if (!log_.accepts()) return false;
  const RowsInHand::Row* row = in_hand_.next();
  if (row == nullptr) return false;
  RowDecision decision = std::visit(
      [&](const auto& of) { return decide(of, view_.known(), options_, now.wall); }, row->what);
  if (auto* problem = std::get_if<RowProblem>(&decision)) {
    reject(*row, std::move(*problem));
    in_hand_.settle(row->number);
  } else if (const auto* landed = std::get_if<Landed>(&decision)) {
    append(*row, *landed);
  } else {
    ++report_.unchanged;
    accept(*row);
    in_hand_.settle(row->number);
  }
  return true;
}

void ImportRun::append(const RowsInHand::Row& row, const Landed& landed) {
  wire::Append request{.append_id = landed.append_id};
  for (const Event& event : landed.events) request.events.push_back(wire::encode_event(event));
  // The run is only let go of when nothing of it is under way, so it is still there.
  log_.append(request, [this, number = row.number](auto appended) {
    const RowsInHand::Row& of = in_hand_.row(number);
    if (!appended) {
      reject(of, not_recorded(appended.error()));
      in_hand_.settle(number);
      return;
    }
    ++(appended->duplicate ? report_.unchanged : report_.landed);
    accept(of);
    recorded_.emplace(appended->last, number);
  });
}

void ImportRun::accept(const RowsInHand::Row& row) {
  for (const Subject& subject : row.subjects) accepted_.try_emplace(subject.id, row.number);
}

// Where an earlier row of the list said otherwise, that is what a person must know, on the first
// run and on each later one.
void ImportRun::reject(const RowsInHand::Row& row, RowProblem problem) {
  if (problem.code == "idConflict") {
    for (const Subject& subject : row.subjects) {
      const auto first = accepted_.find(subject.id);
      const bool is_meant = row.subjects.size() == 1 || subject.column == problem.column;
      if (!is_meant || first == accepted_.end()) continue;
      problem = said_twice(std::move(problem), first->second);
      break;
    }
  }
  report_.reject(row.number, std::move(problem));
}

void ImportRun::settle_seen() {
  while (!recorded_.empty() && recorded_.begin()->first <= view_.position()) {
    in_hand_.settle(recorded_.begin()->second);
    recorded_.erase(recorded_.begin());
  }
}

}  // namespace doorstep::intake
