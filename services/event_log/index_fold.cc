#include "services/event_log/index_fold.h"

#include "common/domain/assert.h"
#include "services/event_log/append_ids.h"

namespace doorstep::event_log {

static_assert(page_events == proof::page_leaves);

void IndexFold::add(const wire::Record& record, const Heading& heading) {
  DOORSTEP_ASSERT(record.stamp.position == next(upto()));
  IndexPage& page = parts_.page;
  if (page.events() == 0) page.recorded_at = record.stamp.recorded_at;
  page.areas.push_back(heading.area);
  page.types.push_back(heading.type);
  page.distances.push_back(parts_.heads.add(heading.stream, record.stamp.position));
  parts_.recorded_at = record.stamp.recorded_at;
  parts_.tree.append(hasher_, record.stored, &parts_.pages);
  batch_.upto = upto();
  if (page.events() < page_events) return;
  page.root = parts_.pages.back();
  batch_.pages.push_back({.number = page_of(upto()), .bytes = to_bytes(page)});
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

}  // namespace doorstep::event_log
