#include "services/event_log/open_block.h"

#include <utility>

namespace doorstep::event_log {

void OpenBlock::clear() {
  headings.clear();
  requests.clear();
  recorded_at = {};
  bytes.reset();
  pages.clear();
}

void Sealer::seal(OpenBlock& block) {
  add_leaves(block);
  add_digests(block);
  block.tree = tree_;
  block.bytes = std::make_shared<const Bytes>(block.builder.finish());
}

void Sealer::add_leaves(OpenBlock& block) {
  BytesView rest = block.builder.records();
  events_.clear();
  for (const std::uint32_t event_bytes : block.builder.event_sizes()) {
    const std::size_t size = wire::stamp_bytes + event_bytes;
    tree_.append(hasher_, rest.first(size), &block.pages);
    events_.push_back(rest.subspan(wire::stamp_bytes, event_bytes));
    rest = rest.subspan(size);
  }
}

void Sealer::add_digests(OpenBlock& block) {
  std::span<const BytesView> rest{events_};
  for (std::size_t i = 0; i < block.requests.size(); ++i) {
    OpenRequest& request = block.requests[i];
    request.digest = wire::digest_of(hasher_, request.conditions, rest.first(request.events));
    block.builder.set_digest(i, request.digest);
    rest = rest.subspan(request.events);
  }
}

}  // namespace doorstep::event_log
