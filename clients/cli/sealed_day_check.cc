#include "clients/cli/sealed_day_check.h"

#include <algorithm>
#include <set>

#include "clients/cli/day_replay.h"
#include "common/wire/block.h"
#include "common/wire/event_codec.h"

namespace doorstep::cli {
namespace {

class DayCheck {
 public:
  explicit DayCheck(const SealedDay& day)
      : day_{day}, tree_{day.before}, replay_{day.day}, at_{day.before.size()} {}

  [[nodiscard]] CheckedDay run(const proof::Checkpoint& checkpoint) {
    checked_.checkpoint = checkpoint;
    if (at_ + 1 != number(day_.first)) problem("the tree before it is not of the day's beginning");
    for (const Bytes& bytes : day_.blocks) take(bytes);
    if (at_ != number(day_.last)) problem("it does not end at the position that it names");
    if (checked_.events != day_.events || checked_.requests != day_.requests) {
      problem("it holds other numbers of events or requests than it says");
    }
    if (checkpoint.size != number(day_.last)) problem("its checkpoint is of another position");
    if (tree_.root(hasher_) != checkpoint.root) {
      problem("its events are not those that were signed");
    }
    if (is_first_day() && checked_.problems.empty()) checked_.coverage = replay_.digest();
    return std::move(checked_);
  }

 private:
  void problem(std::string what) {
    if (std::ranges::find(checked_.problems, what) == checked_.problems.end()) {
      checked_.problems.push_back(std::move(what));
    }
  }
  [[nodiscard]] bool is_first_day() const { return day_.first == Position{1}; }

  void take(const Bytes& bytes) {
    const auto block = wire::Block::open(bytes);
    if (!block) return problem(block.error().message);
    if (block->requests().empty()) problem("records belong to no append request");
    for (const wire::BlockRequest& request : block->requests()) {
      ++checked_.requests;
      if (request.append_id.is_nil() || !requests_.insert(request.append_id).second) {
        problem("an append request has no id, or is there twice");
      }
    }
    for (const wire::Record& record : block->records()) take(record);
    if (is_first_day() && checked_.problems.empty()) replay_.settle();
  }

  void take(const wire::Record& record) {
    const Stamp& stamp = record.stamp;
    if (number(stamp.position) != ++at_) problem("events are missing");
    if (stamp.recorded_at < recorded_at_)
      problem("an event was recorded before the one it follows");
    recorded_at_ = stamp.recorded_at;
    if (beijing_day(stamp.recorded_at) != day_.day) problem("an event is of another day");
    ++checked_.events;
    tree_.append(hasher_, record.stored);
    const auto event = wire::decode_event(record.event);
    if (!event) return problem("a record holds no event");
    const auto [known, is_new] = revisions_.emplace(event->envelope.stream, number(stamp.revision));
    if (!is_new && ++known->second != number(stamp.revision)) {
      problem("an event has a revision that its stream does not have");
    }
    if (std::holds_alternative<Unknown>(event->body)) {
      ++checked_.unknown;
    } else {
      ++checked_.by_type[event->envelope.type];
    }
    if (is_first_day() && checked_.problems.empty()) replay_.take({stamp, *event});
  }

  const SealedDay& day_;
  proof::MerkleTree tree_;
  DayReplay replay_;
  std::uint64_t at_{};
  Instant recorded_at_{};
  Hasher hasher_{};
  std::set<AppendId> requests_{};
  std::map<StreamId, std::uint64_t> revisions_{};
  CheckedDay checked_{};
};

}  // namespace

Result<CheckedDay> check_sealed_day(const SealedDay& day,
                                    const std::optional<std::string>& pinned) {
  if (pinned && *pinned != day.vkey) {
    return failure(ErrorCode::damaged, "the day was sealed under another key than the given one");
  }
  const auto key = proof::parse_verifier_key(day.vkey);
  if (!key) return failure(ErrorCode::damaged, "the sealed day's key is none");
  const auto checkpoint = proof::open_checkpoint(day.checkpoint, *key);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  return DayCheck{day}.run(*checkpoint);
}

}  // namespace doorstep::cli
