// What an archive stores of the domain's words and of the projections' plain structs, field by
// field. A change here changes stored bytes: raise the version of every snapshot that holds them
// (docs/formats/snapshot.md).
#pragma once

#include "common/domain/event.h"
#include "common/projection/archived.h"
#include "common/projection/register.h"
#include "common/projection/tasks.h"

namespace doorstep {

template <class Archive>
void each_field(Archive& archive, Uuid& uuid) {
  archive(uuid.high, uuid.low);
}
template <class Archive, class Tag>
void each_field(Archive& archive, Id<Tag>& id) {
  archive(id.value);
}
template <class Archive>
void each_field(Archive& archive, AreaCode& code) {
  archive(code.value);
}
template <class Archive>
void each_field(Archive& archive, Instant& at) {
  archive(at.unix_ms);
}
template <class Archive>
void each_field(Archive& archive, PersonCounts& persons) {
  archive(persons.registered, persons.usual, persons.present, persons.away_in_county,
          persons.away_outside, persons.not_verified);
}
template <class Archive>
void each_field(Archive& archive, Holder& holder) {
  archive(holder.kind, holder.id);
}
template <class Archive>
void each_field(Archive& archive, Area& area) {
  archive(area.code, area.name);
}
template <class Archive>
void each_field(Archive& archive, Campaign& campaign) {
  archive(campaign.id, campaign.name, campaign.opened_at);
}
template <class Archive>
void each_field(Archive& archive, Round& round) {
  archive(round.id, round.campaign, round.number, round.question_set, round.risk_list,
          round.opened_at, round.deadline, round.open);
}
template <class Archive>
void each_field(Archive& archive, Dwelling& dwelling) {
  archive(dwelling.id, dwelling.state, dwelling.area);
}
template <class Archive>
void each_field(Archive& archive, Household& household) {
  archive(household.id, household.kind, household.persons, household.dwelling, household.area,
          household.withdrawn, household.registered);
}
template <class Archive>
void each_field(Archive& archive, Worker& worker) {
  archive(worker.id, worker.kind, worker.home, worker.on_duty);
}
template <class Archive>
void each_field(Archive& archive, Responsibility& one) {
  archive(one.id, one.household, one.area, one.level, one.role, one.holder, one.from, one.basis,
          one.released);
}
template <class Archive>
void each_field(Archive& archive, Task& task) {
  archive(task.id, task.kind, task.household, task.round, task.area, task.ordinal, task.approach,
          task.reason, task.not_before, task.not_after, task.priority, task.state, task.given_to,
          task.given_reason, task.done_by, task.opened_at, task.changed_at);
}

}  // namespace doorstep
