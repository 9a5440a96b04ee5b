#include "services/event_log/open_block.h"

#include <utility>

namespace doorstep::event_log {

void OpenBlock::clear() {
  builder.clear();
  headings.clear();
  requests.clear();
  times.clear();
  bytes.reset();
  growth = {};
}

void Sealer::seal(OpenBlock& block) {
  add_digests(block);
  block.bytes = std::make_shared<const Bytes>(block.builder.lay_out());
}

void Sealer::add_digests(OpenBlock& block) {
  BytesView records = block.builder.records();
  events_.clear();
  for (const std::uint32_t event_bytes : block.builder.event_sizes()) {
    events_.push_back(records.subspan(wire::stamp_bytes, event_bytes));
    records = records.subspan(wire::stamp_bytes + event_bytes);
  }
  std::span<const BytesView> rest{events_};
  for (std::size_t i = 0; i < block.requests.size(); ++i) {
    OpenRequest& request = block.requests[i];
    request.digest = wire::digest_of(checksum_, request.conditions, rest.first(request.events));
    block.builder.set_digest(i, request.digest);
    rest = rest.subspan(request.events);
  }
}

void GrowingTree::add(OpenBlock& block) {
  const std::uint64_t before = tree_.size();
  std::vector<Sha256> pages;
  BytesView rest = block.builder.records();
  for (const std::uint32_t event_bytes : block.builder.event_sizes()) {
    const std::size_t size = wire::stamp_bytes + event_bytes;
    tree_.append(hasher_, rest.first(size), &pages);
    rest = rest.subspan(size);
  }
  block.growth = tree_.growth_since(before);
  block.growth.pages = std::move(pages);
  block.tree = tree_;
}

}  // namespace doorstep::event_log
