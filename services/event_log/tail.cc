#include "services/event_log/tail.h"

#include <algorithm>
#include <utility>

#include "common/domain/assert.h"

namespace doorstep::event_log {

Tail::Tail(Position head, Limits limits) : limits_{limits}, head_{head} {}

void Tail::listen(std::function<void()> bell) { bells_.push_back(std::move(bell)); }

void Tail::push(std::shared_ptr<const TailBlock> block) {
  std::vector<std::shared_ptr<const TailBlock>> dropped;  // destroyed after the lock
  const std::scoped_lock lock{mutex_};
  DOORSTEP_ASSERT(block->stored.first == next(head_));
  head_ = block->stored.last;
  bytes_ += block->stored.bytes->size();
  events_ += block->headings.size();
  blocks_.push_back(std::move(block));
  while (blocks_.size() > 1 && (bytes_ > limits_.bytes_max || events_ > limits_.events_max)) {
    bytes_ -= blocks_.front()->stored.bytes->size();
    events_ -= blocks_.front()->headings.size();
    dropped.push_back(std::move(blocks_.front()));
    blocks_.pop_front();
  }
}

void Tail::ring() const {
  for (const auto& bell : bells_) bell();
}

void Tail::replace(const StoredBlock& merged) {
  auto block = std::make_shared<TailBlock>();
  block->stored = merged;
  std::vector<std::shared_ptr<const TailBlock>> parts{};  // destroyed after the lock
  const std::scoped_lock lock{mutex_};
  const auto first = holder_of(merged.first);
  const auto last = holder_of(merged.last);
  if (first == blocks_.end() || last == blocks_.end()) return;
  if ((*first)->stored.first != merged.first || (*last)->stored.last != merged.last) return;
  parts.assign(first, std::next(last));
  for (const auto& part : parts) {
    bytes_ -= part->stored.bytes->size();
    block->headings.insert(block->headings.end(), part->headings.begin(), part->headings.end());
  }
  bytes_ += merged.bytes->size();
  const auto place = blocks_.erase(first, std::next(last));
  blocks_.insert(place, std::move(block));
}

Position Tail::head() const {
  const std::scoped_lock lock{mutex_};
  return head_;
}

std::shared_ptr<const TailBlock> Tail::find(Position position) const {
  const std::scoped_lock lock{mutex_};
  const auto found = holder_of(position);
  return found == blocks_.end() ? nullptr : *found;
}

Tail::Blocks::const_iterator Tail::holder_of(Position position) const {
  const auto found = std::ranges::lower_bound(blocks_, position, {},
                                              [](const auto& block) { return block->stored.last; });
  const bool is_held = found != blocks_.end() && (*found)->stored.first <= position;
  return is_held ? found : blocks_.end();
}

}  // namespace doorstep::event_log
