#include "services/intake/imports.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "common/hash/sha256.h"
#include "services/intake/answers.h"

namespace doorstep::intake {

bool Imports::accepts(std::size_t bytes) const {
  const std::size_t waiting =
      std::accumulate(queue_.begin(), queue_.end(), bytes,
                      [](std::size_t sum, const Import& import) { return sum + import.bytes; });
  return queue_.size() <= waiting_max && (queue_.empty() || waiting <= waiting_bytes_max);
}

Imports::Import Imports::import_of(ListFile file, ListOptions options) {
  const std::size_t bytes = file.bytes.size();
  return {.bytes = bytes,
          .run = std::make_unique<ImportRun>(std::move(file), options, log_, view_)};
}

void Imports::start(ListFile file, ListOptions options, Answer answer) {
  queue_.push_back(import_of(std::move(file), options));
  queue_.back().answer = std::move(answer);
}

Uuid Imports::start_for_later(ListFile file, ListOptions options, Now now) {
  queue_.push_back(import_of(std::move(file), options));
  queue_.back().id = derived_id(now.wall, "import", {}, ++started_);
  return queue_.back().id;
}

std::optional<HttpResponse> Imports::answer_of(Uuid id) const {
  const auto kept = std::ranges::find(kept_, id, &std::pair<Uuid, HttpResponse>::first);
  if (kept != kept_.end()) return kept->second;
  const auto import = std::ranges::find(queue_, id, &Import::id);
  if (id.is_nil() || import == queue_.end()) return std::nullopt;
  return under_way(id, import == queue_.begin() ? import->run.get() : nullptr);
}

Work Imports::step(Now now) {
  if (queue_.empty()) return Work::idle;
  ImportRun& run = *queue_.front().run;
  const Work work = run.step(now);
  if (run.phase() != ImportRun::Phase::done) return work;
  finish();
  return Work::done;
}

void Imports::stop() {
  for (Import& import : queue_) import.run->stop();
}

void Imports::finish() {
  Import import = std::move(queue_.front());
  queue_.pop_front();
  const ImportReport& report = import.run->report();
  totals_.rows += report.rows;
  totals_.landed += report.landed;
  totals_.unchanged += report.unchanged;
  totals_.rejected += report.rejected;
  const auto& refusal = import.run->refusal();
  HttpResponse response = refusal ? intake::answer_of(*refusal) : intake::answer_of(report);
  if (import.answer) {
    import.answer(std::move(response));
    return;
  }
  kept_.emplace_back(import.id, std::move(response));
  if (kept_.size() > kept_max) kept_.pop_front();
}

}  // namespace doorstep::intake
