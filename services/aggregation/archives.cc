// How the coverage projection becomes bytes and comes back. Facts are stored; counts are counted
// again.
#include <algorithm>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "common/projection/fields.h"
#include "services/aggregation/contribution.h"
#include "services/aggregation/coverage.h"

namespace doorstep::aggregation {

template <class Archive>
void each_field(Archive& archive, Visit& visit) {
  archive(visit.id, visit.position, visit.effective, visit.happened_at, visit.area, visit.persons,
          visit.before, visit.disposition, visit.retracted);
}

template <class Archive>
void each_field(Archive& archive, Row& row) {
  archive(row.area, row.deciding, row.latest, row.visits, row.usual, row.standing, row.withdrawn);
}

template <class Archive>
void each_field(Archive& archive, Sheet& sheet) {
  archive(sheet.round, sheet.open, sheet.rows);
  if constexpr (Archive::reads) {
    const auto is_on_roster = [](const Row& row) { return row.standing == Standing::on_roster; };
    sheet.on_roster = static_cast<std::uint64_t>(std::ranges::count_if(sheet.rows, is_on_roster));
  }
}

template <class Archive>
void Answers::archive(Archive& archive) {
  archive(sheets_, visits_, unmatched_);
  if constexpr (Archive::reads) {
    if (!is_consistent()) archive.fail();
  }
}

bool Answers::is_consistent() const {
  const auto is_link = [&](std::uint32_t at) { return at == no_visit || at < visits_.size(); };
  const auto is_sound = [&](const Row& row) {
    return is_link(row.deciding) && is_link(row.latest) && row.standing <= Standing::withdrawn;
  };
  for (std::uint32_t i = 0; i < visits_.size(); ++i) {
    // A chain only goes back, so that following it ends.
    if (visits_[i].before != no_visit && visits_[i].before >= i) return false;
    if (!is_known(visits_[i].disposition)) return false;
  }
  return !sheets_.empty() && std::ranges::all_of(sheets_, [&](const Sheet& sheet) {
    return std::ranges::all_of(sheet.rows, is_sound);
  });
}

template <class Archive>
void AreaTree::archive(Archive& archive) {
  std::vector<AreaCode> codes;
  for (const Node& node : nodes_) codes.push_back(node.code);
  archive(codes);
  if constexpr (Archive::reads) {
    *this = AreaTree{};
    for (const AreaCode code : codes) (void)add(code);
  }
}

template <class Archive>
void Coverage::archive(Archive& archive) {
  archive(register_, tasks_, answers_, areas_);
  if constexpr (Archive::reads) {
    if (!archive.is_good() || !count_again()) archive.fail();
  }
}

bool Coverage::count_again() {
  for (std::size_t s = 0; s < answers_.sheets().size(); ++s) {
    const Sheet& sheet = answers_.sheets()[s];
    if (sheet.rows.size() > register_.households().size()) return false;
    for (std::size_t i = 0; i < sheet.rows.size(); ++i) {
      move(static_cast<SheetNumber>(s), static_cast<HouseholdIndex>(i), Contribution{});
    }
  }
  const std::vector<Task>& tasks = tasks_.all();
  for (std::uint32_t i = 0; i < tasks.size(); ++i) task_lists_.add(areas_, tasks[i], i);
  changes_.touch_all();
  return true;
}

template void Coverage::archive(ArchiveWriter&);
template void Coverage::archive(ArchiveReader&);

}  // namespace doorstep::aggregation
