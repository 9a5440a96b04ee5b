#include "services/event_log/stream_walk.h"

#include <algorithm>
#include <deque>
#include <utility>

namespace doorstep::event_log {

Result<StreamWalks::Found> StreamWalks::after(StreamId stream, Position after, Position upto) {
  auto kept = std::ranges::find_if(kept_, [&](const Walk& walk) {
    return walk.stream == stream && walk.from <= after && after < walk.upto;
  });
  if (kept == kept_.end()) {
    auto walked = walk(stream, after, upto);
    if (!walked) return std::unexpected(walked.error());
    std::erase_if(kept_, [stream](const Walk& old) { return old.stream == stream; });
    kept_.push_front(*std::move(walked));
    if (kept_.size() > kept_max) kept_.pop_back();
  } else {
    kept_.splice(kept_.begin(), kept_, kept);
  }
  const Walk& found = kept_.front();
  const Position end = std::min(found.upto, upto);
  const auto first = std::ranges::upper_bound(found.positions, after);
  const auto last = std::ranges::upper_bound(found.positions, end);
  return Found{.positions = {first, last}, .upto = end};
}

Result<StreamWalks::Walk> StreamWalks::walk(StreamId stream, Position after, Position upto) const {
  Walk walk{.stream = stream, .from = after, .upto = upto};
  const auto head = index_.head_of(stream);
  std::deque<Position> found;  // descending; the lowest positions_max of them
  std::shared_ptr<const IndexPage> page;
  std::uint64_t page_number = 0;
  for (Position at = head ? head->last : Position{}; at > after;) {
    if (at <= upto) found.push_back(at);
    if (found.size() > positions_max) {
      walk.upto = Position{number(found.front()) - 1};
      found.pop_front();
    }
    if (!page || page_number != page_of(at)) {
      page_number = page_of(at);
      auto read = index_.page(page_number);
      if (!read) return std::unexpected(read.error());
      page = *std::move(read);
    }
    const std::uint64_t distance = page->distances[place_in_page(at)];
    if (distance == 0) break;
    at = Position{number(at) - distance};
  }
  walk.positions.assign(found.rbegin(), found.rend());
  return walk;
}

}  // namespace doorstep::event_log
