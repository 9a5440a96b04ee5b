// How the register and the tasks become bytes and come back. What is derived is built anew, not
// stored.
#include <algorithm>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "common/projection/fields.h"

namespace doorstep {
namespace {

template <class AnyId, class List>
bool index_by_id(IdIndex<AnyId>& index, const List& list) {
  index.clear();
  index.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!index.try_emplace(list[i].id, static_cast<std::uint32_t>(i)).second) return false;
  }
  return true;
}

}  // namespace

template <class Archive>
void Register::archive(Archive& archive) {
  archive(areas_, campaigns_, rounds_, dwellings_, households_, workers_, responsibilities_,
          taken_before_, taken_last_, unmatched_);
  if constexpr (Archive::reads) {
    if (!index_again()) archive.fail();
  }
}

bool Register::index_again() {
  named_.reset();
  workers_by_home_.clear();
  for (const auto& [id, worker] : workers_) workers_by_home_[worker.home].push_back(id);
  for (auto& [home, ids] : workers_by_home_) std::ranges::sort(ids);

  const auto is_link = [&](std::uint32_t at) {
    return at == none || at < responsibilities_.size();
  };
  for (std::uint32_t i = 0; i < taken_before_.size(); ++i) {
    // A chain only goes back, so that following it ends.
    if (taken_before_[i] != none && taken_before_[i] >= i) return false;
  }
  return taken_before_.size() == responsibilities_.size() &&
         taken_last_.size() == households_.size() && std::ranges::all_of(taken_last_, is_link) &&
         index_by_id(household_index_, households_) && index_by_id(dwelling_index_, dwellings_) &&
         index_by_id(responsibility_index_, responsibilities_);
}

template void Register::archive(ArchiveWriter&);
template void Register::archive(ArchiveReader&);

template <class Archive>
void Tasks::archive(Archive& archive) {
  archive(tasks_, unmatched_);
  if constexpr (Archive::reads) {
    if (!index_again()) archive.fail();
  }
}

bool Tasks::index_again() {
  by_household_.clear();
  household_index_.clear();
  load_.clear();
  for (std::uint32_t i = 0; i < tasks_.size(); ++i) {
    const TaskState state = tasks_[i].state;
    if (state < TaskState::open || state > TaskState::cancelled) return false;
    list(tasks_[i].household, i);
    if (state == TaskState::given) ++load_[tasks_[i].given_to];
  }
  return index_by_id(index_, tasks_);
}

template void Tasks::archive(ArchiveWriter&);
template void Tasks::archive(ArchiveReader&);

}  // namespace doorstep
