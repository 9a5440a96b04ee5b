#include "services/aggregation/coverage.h"

#include "common/domain/assert.h"
#include "services/aggregation/contribution.h"

namespace doorstep::aggregation {
namespace {

constexpr SheetNumber sheet_number(std::size_t i) { return static_cast<SheetNumber>(i); }

}  // namespace

void Coverage::evolve(const Recorded& recorded) {
  register_.evolve(recorded);
  // One case per event and no catch-all: a new event breaks this build until someone decides.
  std::visit(overloaded{
                 [&](const AreaDefined& defined) { changes_.touch(areas_.add(defined.code)); },
                 [](const CampaignOpened&) {},
                 [&](const RoundOpened& opened) { open_round(opened.round); },
                 [&](const RoundClosed& closed) {
                   answers_.close(closed.round);
                   changes_.touch_all();  // another round may be the current one now
                 },
                 [](const DwellingRegistered&) {},
                 [&](const HouseholdRegistered&) { restate(); },
                 [&](const HouseholdPlaced&) { restate(); },
                 [&](const HouseholdWithdrawn&) { restate(); },
                 [](const WorkerRegistered&) {},
                 [](const WorkerReportedIn&) {},
                 [](const WorkerStoodDown&) {},
                 [](const ResponsibilityTaken&) {},
                 [](const ResponsibilityReleased&) {},
                 [&](const VisitRecorded& visit) { record(visit, recorded); },
                 [&](const VisitRetracted& retracted) { retract(retracted); },
                 [&](const TaskOpened&) { open_task(recorded); },
                 [&](const TaskGiven& given) { change_task(given.task, recorded); },
                 [&](const TaskDone& done) { change_task(done.task, recorded); },
                 [&](const TaskCancelled& cancelled) { change_task(cancelled.task, recorded); },
                 [](const DemonstrationMarked&) {},
                 [](const ProjectionDigestRecorded&) {},
                 [](const LogRestored&) {},
                 [](const Unknown&) {},
             },
             recorded.event.body);
}

void Coverage::open_round(RoundId round) {
  const auto sheet = answers_.open(round);
  if (!sheet) return;
  for (std::size_t i = 0; i < register_.households().size(); ++i) {
    restate(*sheet, static_cast<HouseholdIndex>(i));
  }
  changes_.touch_all();
}

void Coverage::restate() {
  const auto index = register_.named();
  if (!index) return;
  for (std::size_t i = 0; i < answers_.sheets().size(); ++i) {
    if (answers_.sheets()[i].open) restate(sheet_number(i), *index);
  }
}

void Coverage::restate(SheetNumber sheet, HouseholdIndex index) {
  const Contribution before = contribution_of(sheet, index);
  answers_.restate(sheet, index, register_.household(index));
  move(sheet, index, before);
}

void Coverage::record(const VisitRecorded& visit, const Recorded& recorded) {
  const auto index = register_.named();
  const auto sheet = answers_.find(visit.round);
  if (!index || !sheet || !is_known(visit.disposition) ||
      answers_.repeats(*sheet, *index, visit.visit)) {
    answers_.count_unmatched();
    return;
  }
  const Envelope& envelope = recorded.event.envelope;
  const Contribution before = contribution_of(*sheet, *index);
  answers_.record(*sheet, *index,
                  {.id = visit.visit,
                   .position = recorded.stamp.position,
                   .effective = effective_time(envelope.happened_at, visit.device_skew_ms,
                                               recorded.stamp.recorded_at),
                   .happened_at = envelope.happened_at,
                   .area = envelope.area,
                   .persons = visit.persons,
                   .disposition = visit.disposition});
  move(*sheet, *index, before);
}

void Coverage::retract(const VisitRetracted& retracted) {
  const auto index = register_.named();
  const auto place = index ? answers_.find(*index, retracted.visit) : std::nullopt;
  if (!place) {
    answers_.count_unmatched();
    return;
  }
  const Contribution before = contribution_of(place->sheet, *index);
  answers_.retract(*index, *place);
  move(place->sheet, *index, before);
}

void Coverage::open_task(const Recorded& recorded) {
  const std::size_t tasks_before = tasks_.all().size();
  tasks_.evolve(recorded);
  if (tasks_.all().size() == tasks_before) return;
  const Task& task = tasks_.all().back();
  task_lists_.add(areas_, task, static_cast<std::uint32_t>(tasks_before));
  changes_.touch(areas_.add(task.area));
}

void Coverage::change_task(TaskId id, const Recorded& recorded) {
  const Task* const task = tasks_.find(id);
  const TaskState before = task == nullptr ? TaskState{} : task->state;
  tasks_.evolve(recorded);
  if (task == nullptr) return;
  task_lists_.move(areas_, *task, before);
  changes_.touch(areas_.add(task->area));
}

Contribution Coverage::contribution_of(SheetNumber sheet, HouseholdIndex index) const {
  const Row row = answers_.row(sheet, index);
  return contribution(row, answers_.deciding(row));
}

void Coverage::move(SheetNumber sheet, HouseholdIndex index, const Contribution& before) {
  const Contribution after = contribution_of(sheet, index);
  const bool was_counted = before.counted_as != CountedAs::nothing;
  const bool is_counted = after.counted_as != CountedAs::nothing;
  const AreaNode from = was_counted ? areas_.add(before.area) : AreaTree::unknown;
  const bool stays = was_counted && is_counted && before.area == after.area;
  const AreaNode to = stays ? from : is_counted ? areas_.add(after.area) : AreaTree::unknown;
  tallies_.move(sheet, {from, before}, {to, after});
  // Also where the count is the same: the household's own line has changed.
  if (was_counted) changes_.touch(from);
  if (stays || !is_counted) return;
  changes_.touch(to);
  if (!is_listed(sheet, index, after.area)) list(to, index);
}

bool Coverage::is_listed(SheetNumber sheet, HouseholdIndex index, AreaCode area) const {
  // A round takes its roster over from the standing one, where everybody on it is listed already.
  if (sheet == Answers::standing_roster) return false;
  const Contribution standing = contribution_of(Answers::standing_roster, index);
  return standing.counted_as != CountedAs::nothing && standing.area == area;
}

void Coverage::list(AreaNode node, HouseholdIndex index) {
  if (number(node) >= counted_in_.size()) counted_in_.resize(number(node) + 1);
  counted_in_[number(node)].push_back(index);
}

void Coverage::settle(Position upto) {
  tallies_.settle(areas_);
  for (std::size_t i = 0; i < answers_.sheets().size(); ++i) {
    const Sheet& sheet = answers_.sheets()[i];
    DOORSTEP_ASSERT(doorstep::roster(sum(sheet_number(i))) == sheet.on_roster);
  }
  changes_.settle(areas_, upto);
}

SheetNumber Coverage::current_sheet() const {
  const Round* const current = register_.current_round();
  if (current == nullptr) return Answers::standing_roster;
  return answers_.find(current->id).value_or(Answers::standing_roster);
}

const std::vector<HouseholdIndex>& Coverage::counted_in(AreaNode node) const {
  static const std::vector<HouseholdIndex> none{};
  return number(node) < counted_in_.size() ? counted_in_[number(node)] : none;
}

}  // namespace doorstep::aggregation
