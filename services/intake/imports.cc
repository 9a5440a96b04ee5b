#include "services/intake/imports.h"

#include <algorithm>
#include <unordered_map>

#include "common/wire/event_codec.h"
#include "services/intake/answers.h"
#include "services/intake/csv_reader.h"
#include "services/intake/decide_row.h"
#include "services/intake/read_row.h"

namespace doorstep::intake {
namespace {

constexpr int rows_per_step_max = 256;

// What a file of areas defines, wherever in it: rows may come in any order.
FileSoFar defined_in(const ImportFile& file, const ColumnPlaces& places) {
  FileSoFar defined;
  if (file.kind != ImportKind::areas) return defined;
  CsvReader reader{file.text};
  static_cast<void>(reader.next());
  while (const auto record = reader.next()) {
    const auto row = read_row(file.kind, places, *record);
    if (!row) continue;
    const AreaCode code = std::get<AreaRow>(*row).code;
    if (!defined.county.is_known()) defined.county = ancestor(code, AreaLevel::county);
    defined.areas.insert(code);
  }
  return defined;
}

RowProblem said_twice(std::uint64_t first_row) {
  const std::string row = std::to_string(first_row);
  return {.code = "duplicateKey",
          .detail = {"与第 " + row + " 行编号相同但内容不同",
                     "row " + row + " has the same key and says something else"}};
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

json::Problem too_many_lines() {
  const std::string limit = std::to_string(Imports::lines_max);
  return {.status = 413,
          .code = "tooLarge",
          .title = {"行数过多，最多 " + limit + " 行；请分批导入",
                    "too many lines: at most " + limit + "; import the file in parts"}};
}

}  // namespace

struct Imports::Run {
  ImportFile file{};
  Answer answer{};
  CsvReader reader;
  ColumnPlaces places{};
  FileSoFar so_far{};
  std::unordered_map<AppendId, std::pair<std::uint64_t, ImportRow>> seen{};
  ImportReport report{};
  bool is_read{false};
  std::size_t under_way{};
  Position last{};

  Run(ImportFile of, Answer to) : file{std::move(of)}, answer{std::move(to)}, reader{file.text} {}
};

Imports::Imports(runtime::LogClient& log, const LogView& view) : log_{log}, view_{view} {}
Imports::~Imports() = default;

void Imports::start(ImportFile file, Answer answer) {
  if (static_cast<std::size_t>(std::ranges::count(file.text, '\n')) > lines_max) {
    answer(answer_of(too_many_lines()));
    return;
  }
  auto run = std::make_unique<Run>(std::move(file), std::move(answer));
  const auto header = run->reader.next();
  auto places = find_columns(run->file.kind, header ? header->fields : std::vector<std::string>{});
  if (!places) {
    run->answer(answer_of(json::invalid_fields(std::move(places.error()))));
    return;
  }
  run->places = std::move(*places);
  run->so_far = defined_in(run->file, run->places);
  waiting_.push_back(std::move(run));
}

Work Imports::step(Now now) {
  if (!run_) {
    if (waiting_.empty()) return Work::idle;
    run_ = std::move(waiting_.front());
    waiting_.pop_front();
  }
  return advance(*run_, now);
}

Work Imports::advance(Run& run, Now now) {
  Work work = Work::idle;
  for (int taken = 0; taken < rows_per_step_max && !run.is_read; ++taken) {
    if (run.under_way >= under_way_max || !log_.accepts()) break;
    const auto record = run.reader.next();
    work = Work::done;
    if (!record) {
      run.is_read = true;
      break;
    }
    ++run.report.rows;
    take_row(run, run.file.first_row + run.report.rows - 1, *record, now);
  }
  if (run.is_read && run.under_way == 0 && run.last <= view_.position()) {
    finish();
    return Work::done;
  }
  return work;
}

void Imports::take_row(Run& run, std::uint64_t row, const CsvRecord& record, Now now) {
  auto read = read_row(run.file.kind, run.places, record);
  if (!read) {
    run.report.reject(row, std::move(read.error()));
    return;
  }
  const auto [seen, is_first] = run.seen.try_emplace(append_id_of(*read), row, *read);
  if (!is_first) {
    if (seen->second.second == *read) {
      ++run.report.unchanged;
    } else {
      run.report.reject(row, said_twice(seen->second.first));
    }
    return;
  }
  RowDecision decision = std::visit(
      [&](const auto& of) { return decide(of, view_.known(), run.so_far, now.wall); }, *read);
  if (auto* problem = std::get_if<RowProblem>(&decision)) {
    run.report.reject(row, std::move(*problem));
  } else if (auto* landed = std::get_if<Landed>(&decision)) {
    append(run, row, std::move(*landed));
  } else {
    ++run.report.unchanged;
  }
}

void Imports::append(Run& run, std::uint64_t row, Landed landed) {
  wire::Append request{.append_id = landed.append_id};
  for (const Event& event : landed.events) {
    if (const auto* dwelling = std::get_if<DwellingRegistered>(&event.body)) {
      run.so_far.dwellings.insert(dwelling->dwelling);
    }
    request.events.push_back(wire::encode_event(event));
  }
  ++run.under_way;
  // Runs are answered only when nothing of them is under way, so `run` is still there.
  log_.append(request, [&run, row](auto appended) {
    --run.under_way;
    if (appended) {
      ++(appended->duplicate ? run.report.unchanged : run.report.landed);
      run.last = std::max(run.last, appended->last);
    } else {
      run.report.reject(row, not_recorded(appended.error()));
    }
  });
}

void Imports::finish() {
  ImportReport& report = run_->report;
  std::ranges::sort(report.errors, {}, &RejectedRow::row);
  totals_.rows += report.rows;
  totals_.landed += report.landed;
  totals_.unchanged += report.unchanged;
  totals_.rejected += report.rejected;
  const auto run = std::move(run_);
  run->answer(answer_of(report));
}

}  // namespace doorstep::intake
