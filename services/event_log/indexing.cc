#include "services/event_log/indexing.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "services/event_log/log_state.h"

namespace doorstep::event_log {

Indexing::Indexing(Outside outside, IndexedLog log, Position snapshot_at, Say say, Limits limits)
    : outside_{outside},
      log_{log},
      snapshot_at_{snapshot_at},
      say_{std::move(say)},
      limits_{limits},
      reader_{outside.store, outside.tail},
      written_{outside.index.covered()} {}

Result<Work> Indexing::step(Now now) {
  if (settled_) return Work::idle;
  const Position head = outside_.tail.head();
  Work work = Work::idle;
  if (outside_.index.fold().upto() < head) {
    if (auto folded = fold_next_block(); !folded) return std::unexpected(folded.error());
    folded_at_ = now.monotonic;
    work = Work::done;
  }
  const Position upto = outside_.index.fold().upto();
  const bool is_level = upto == head;
  tell_lag(number(head) - number(upto));
  if (draining_ && !drain_until_) drain_until_ = now.monotonic + limits_.drain_max;
  const bool is_last = drain_until_ && (is_level || now.monotonic >= *drain_until_);
  if (auto written = write_if_due(now.monotonic, is_last); !written) {
    return std::unexpected(written.error());
  }
  if (is_last || snapshot_is_due(now.monotonic, is_level)) {
    if (auto written = write_snapshot(); !written) return std::unexpected(written.error());
    settled_ = is_last;
  }
  return work;
}

Outcome Indexing::fold_next_block() {
  const Position first = next(outside_.index.fold().upto());
  const auto recent = outside_.tail.find(first);
  const bool is_known = recent && recent->stored.first == first && recent->growth.size != 0;
  return is_known ? fold_known(*recent) : fold_stored(first);
}

// What comes out of a block is known since it was written: its records need not be looked at.
Outcome Indexing::fold_known(const TailBlock& known) {
  const auto requests = wire::read_block_requests(*known.stored.bytes);
  if (!requests) return std::unexpected(requests.error());
  // Before the columns: what upto() covers is known.
  outside_.index.add(*requests);
  outside_.index.add(known.growth, known.times, known.headings);
  return {};
}

Outcome Indexing::fold_stored(Position first) {
  const auto stored = reader_.stored(first);
  if (!stored) return std::unexpected(stored.error());
  const auto block = wire::Block::open(*stored->bytes);
  if (!block) return std::unexpected(block.error());
  // Small blocks may have become one large block since the last step.
  const std::uint64_t known = number(first) - number(stored->first);
  if (known >= block->records().size()) {
    return failure(ErrorCode::damaged, "fold position " + std::to_string(number(first)) +
                                           ": its block is shorter than its key says");
  }
  const auto records = block->records().subspan(known);
  std::vector<Heading> headings;
  headings.reserve(records.size());
  for (const wire::Record& record : records) {
    const auto heading = heading_in(record);
    if (!heading) return std::unexpected(heading.error());
    headings.push_back(*heading);
  }
  std::vector<wire::BlockRequest> requests;
  for (const wire::BlockRequest& request : block->requests()) {
    if (request.first >= first) requests.push_back(request);
  }
  outside_.index.add(requests);
  outside_.index.add(records, headings);
  return {};
}

Outcome Indexing::write_if_due(Milliseconds now, bool is_last) {
  const std::uint64_t fresh = number(outside_.index.fold().upto()) - number(written_);
  if (fresh == 0) return {};
  if (!is_last && fresh < limits_.events_per_write && now - written_at_ < limits_.write_every) {
    return {};
  }
  written_at_ = now;
  written_ = outside_.index.fold().upto();
  return outside_.index.write();
}

bool Indexing::snapshot_is_due(Milliseconds now, bool is_level) const {
  const std::uint64_t fresh = number(written_) - number(snapshot_at_);
  const std::uint64_t streams = outside_.index.fold().parts().heads.size();
  if (fresh >= std::max<std::uint64_t>(limits_.snapshot_every, 2 * streams)) return true;
  return is_level && fresh >= limits_.snapshot_when_idle && now - folded_at_ >= limits_.quiet;
}

// The store first: a snapshot never stands on pages that a crash could take away.
Outcome Indexing::write_snapshot() {
  const Position upto = outside_.index.fold().upto();
  if (upto == snapshot_at_) return {};
  if (upto != written_) {
    if (auto written = outside_.index.write(); !written) return written;
    written_ = upto;
  }
  if (auto synced = outside_.index.sync(); !synced) return synced;
  if (auto kept = outside_.heads.replace(to_bytes(log_, outside_.index.fold().parts())); !kept) {
    return kept;
  }
  snapshot_at_ = upto;
  return {};
}

void Indexing::tell_lag(std::uint64_t lag) {
  if (!lag_was_told_ && lag >= limits_.lag_told) {
    lag_was_told_ = true;
    say_("the indexes are " + std::to_string(lag) +
         " events behind: memory grows with each request until they have caught up");
  } else if (lag_was_told_ && lag < limits_.lag_told / 2) {
    lag_was_told_ = false;
    say_("the indexes are catching up: " + std::to_string(lag) + " events behind");
  }
}

}  // namespace doorstep::event_log
