#include "services/event_log/index_fold.h"

#include <string>

#include "common/domain/assert.h"
#include "services/event_log/append_ids.h"
#include "services/event_log/log_state.h"

namespace doorstep::event_log {

static_assert(page_events == proof::page_leaves);

void IndexFold::add_leaf(const wire::Record& record) {
  DOORSTEP_ASSERT(number(record.stamp.position) == parts_.tree.size() + 1);
  parts_.tree.append(hasher_, record.stored, &parts_.pages);
}

void IndexFold::add_leaves(const proof::Growth& growth) {
  parts_.tree.grow(growth);
  parts_.pages.insert(parts_.pages.end(), growth.pages.begin(), growth.pages.end());
  DOORSTEP_ASSERT(parts_.pages.size() == parts_.tree.size() / page_events);
}

void IndexFold::add_columns(Instant recorded_at, const Heading& heading) {
  upto_ = next(upto_);
  DOORSTEP_ASSERT(number(upto_) <= parts_.tree.size());
  IndexPage& page = parts_.page;
  if (page.events() == 0) page.recorded_at = recorded_at;
  page.areas.push_back(heading.area);
  page.types.push_back(heading.type);
  page.distances.push_back(parts_.heads.add(heading.stream, upto_));
  parts_.recorded_at = recorded_at;
  batch_.upto = upto_;
  if (page.events() < page_events) return;
  page.root = parts_.pages[page_of(upto_)];
  batch_.pages.push_back({.number = page_of(upto_), .bytes = to_bytes(page)});
  page.areas.clear();
  page.types.clear();
  page.distances.clear();
  page.root = {};
}

void IndexFold::add(const wire::BlockRequest& request) {
  batch_.append_ids.push_back({.id = request.append_id,
                               .first = request.first,
                               .events = request.events,
                               .digest_start = start_of(request.digest)});
}

Outcome fold_block(IndexFold& fold, const StoredBlock& stored,
                   const std::function<Outcome(const wire::Record&)>& after) {
  const auto block = wire::Block::open(*stored.bytes);
  if (!block) return std::unexpected(block.error());
  const Position before = fold.upto();
  for (const wire::BlockRequest& request : block->requests()) {
    if (request.first > before) fold.add(request);
  }
  for (const wire::Record& record : block->records()) {
    if (record.stamp.position <= before) continue;
    if (record.stamp.position != next(fold.upto())) {
      return failure(
          ErrorCode::damaged,
          "the record at position " + std::to_string(number(next(fold.upto()))) + " is missing");
    }
    const auto heading = heading_in(record);
    if (!heading) return std::unexpected(heading.error());
    fold.add(record, *heading);
    if (auto told = after(record); !told) return told;
  }
  return {};
}

}  // namespace doorstep::event_log
