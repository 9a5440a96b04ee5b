#include "services/event_log/stream_walk.h"

#include <algorithm>
#include <memory>

namespace doorstep::event_log {

Result<StreamWalk::Found> StreamWalk::after(const LogIndex& index, StreamId stream, Position after,
                                            Position upto, const Limits& limits) {
  const bool is_known = from_ <= after && after < upto_;
  if (!is_known) begin(index, stream, after, upto);
  if (next_) {
    if (auto walked = go_on(index, limits); !walked) return std::unexpected(walked.error());
    if (next_) return Found{.upto = after};
  }
  const Position end = std::min(upto_, upto);
  const auto first = std::ranges::upper_bound(found_, after);
  const auto last = std::ranges::upper_bound(found_, end);
  return Found{.positions = {first, last}, .upto = end};
}

void StreamWalk::begin(const LogIndex& index, StreamId stream, Position after, Position upto) {
  from_ = after;
  upto_ = upto;
  found_.clear();
  const auto head = index.head_of(stream);
  next_ = head ? head->last : Position{};
}

Outcome StreamWalk::go_on(const LogIndex& index, const Limits& limits) {
  std::shared_ptr<const IndexPage> page;
  std::uint64_t page_number = 0;
  for (std::size_t pages = 0; *next_ > from_;) {
    const Position at = *next_;
    if (!page || page_number != page_of(at)) {
      if (pages++ == limits.pages) return {};
      page_number = page_of(at);
      auto read = index.page(page_number);
      if (!read) return std::unexpected(read.error());
      page = *std::move(read);
    }
    if (at <= upto_) note(at, limits);
    const std::uint64_t distance = page->distances[place_in_page(at)];
    next_ = distance == 0 ? Position{} : Position{number(at) - distance};
  }
  next_.reset();
  if (found_.size() > limits.positions) {
    upto_ = Position{number(found_[found_.size() - limits.positions - 1]) - 1};
    found_.erase(found_.begin(), found_.end() - static_cast<std::ptrdiff_t>(limits.positions));
  }
  std::ranges::reverse(found_);
  return {};
}

// The first ones are wanted, which are found last: twice as many are kept, and then half dropped.
void StreamWalk::note(Position at, const Limits& limits) {
  if (found_.size() == 2 * limits.positions) {
    upto_ = Position{number(found_[limits.positions - 1]) - 1};
    found_.erase(found_.begin(), found_.begin() + static_cast<std::ptrdiff_t>(limits.positions));
  }
  found_.push_back(at);
}

}  // namespace doorstep::event_log
