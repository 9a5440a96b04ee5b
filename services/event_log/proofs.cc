#include "services/event_log/proofs.h"

#include <algorithm>
#include <string>

namespace doorstep::event_log {
namespace {

using proof::page_leaves;

constexpr Milliseconds shown_for{100};

wire::Refused refused(wire::RefusalCode code, std::string message, Position position = {}) {
  return {.code = code, .message = std::move(message), .position = position};
}

wire::Refused nothing_signed() {
  return {.code = wire::RefusalCode::busy,
          .message = "nothing is signed yet. Ask again",
          .retry_after_ms = 50};
}

std::unexpected<Error> two_histories(std::uint64_t size) {
  return failure(ErrorCode::damaged,
                 "the events up to position " + std::to_string(size) +
                     " do not agree with the signed head. Keep the data folder as it is, and put "
                     "back the newest backup");
}

}  // namespace

Proofs::Proofs(Outside outside, TreeNodes nodes, Position head, Instant recorded_at)
    : outside_{outside},
      nodes_{std::move(nodes)},
      leaves_{outside.store, outside.tail, nodes_},
      subtrees_{[this](proof::Subtree wanted) -> Result<Sha256> { return leaves_.root(wanted); }},
      durable_{head},
      days_{head, recorded_at} {}

// Where a day had begun before the log stopped, the one before it may have been left without.
Outcome Proofs::catch_up() {
  if (!outside_.notes || durable_ <= next(floor_)) return {};
  const auto of_head = leaves_.recorded_at(durable_);
  if (!of_head) return std::unexpected(of_head.error());
  // The first position of the head's day, by halving: times never decrease.
  std::uint64_t before = number(floor_);  // is of an earlier day, or none
  std::uint64_t first = number(durable_);
  while (first - before > 1) {
    const std::uint64_t middle = before + (first - before) / 2;
    const auto at = leaves_.recorded_at(Position{middle});
    if (!at) return std::unexpected(at.error());
    (beijing_day(*at) < beijing_day(*of_head) ? before : first) = middle;
  }
  if (Position{before} == floor_) return {};
  const auto at = leaves_.recorded_at(Position{before});
  if (!at) return std::unexpected(at.error());
  const DayEnd end{beijing_day(*at), Position{before}};
  const auto kept = outside_.notes->of_day(end.day);
  if (!kept) return std::unexpected(kept.error());
  const auto known = *kept ? outside_.head.open(**kept) : std::nullopt;
  if (!known || known->size != before) ended_.push_back(end);
  return {};
}

Outcome Proofs::settle(Position durable, std::span<const Sha256> pages, Instant recorded_at) {
  nodes_.add(pages);
  if (days_.crosses(recorded_at)) {
    for (Position at = next(durable_); at <= durable; at = next(at)) {
      const auto recorded = leaves_.recorded_at(at);
      if (!recorded) return std::unexpected(recorded.error());
      if (const auto ended = days_.take(at, *recorded)) ended_.push_back(*ended);
    }
  } else {
    std::ignore = days_.take(durable, recorded_at);
  }
  durable_ = durable;
  return {};
}

wire::Reply Proofs::checkpoint(std::uint64_t number, Milliseconds now) {
  const auto& newest = outside_.head.newest();
  if (!newest) {
    return {number, nothing_signed()};
  }
  if (!shown_ || shown_->newest != *newest || now - shown_->at >= shown_for) {
    shown_ = {.newest = *newest, .note = newest_note(*newest), .at = now};
  }
  return {number, wire::CheckpointNote{shown_->note}};
}

std::string Proofs::newest_note(const proof::Checkpoint& newest) const {
  if (auto note = cosigned()) {
    if (outside_.head.open(*note) == newest) return *std::move(note);
  }
  return outside_.head.sign(newest.size, newest.root);
}

std::optional<std::string> Proofs::cosigned() const {
  if (!outside_.notes) return std::nullopt;
  auto note = outside_.notes->cosigned();
  return note ? *std::move(note) : std::nullopt;
}

void Proofs::ask(PeerId peer, std::uint64_t number, const wire::Prove& prove) {
  if (asked_.size() >= waiting_max) {
    wire::Refused busy = refused(wire::RefusalCode::busy, "too many ask for proofs. Ask again");
    busy.retry_after_ms = 100;
    answers_.emplace_back(peer, wire::Reply{number, std::move(busy)});
    return;
  }
  asked_.push_back({peer, number, prove});
}

// The roots of whole pages are kept for ever.
bool Proofs::is_below_floor(std::uint64_t size) const {
  return size < number(floor_) && size % page_leaves != 0;
}

std::optional<wire::Refused> Proofs::refuse(wire::Prove& prove) const {
  const auto& newest = outside_.head.newest();
  if (!newest) return nothing_signed();
  const std::uint64_t wanted = std::max(number(prove.position), prove.old);
  // What was acknowledged a moment ago can be proven although the second is not over.
  if (prove.size == 0) prove.size = wanted > newest->size ? number(durable_) : newest->size;
  if (std::max(wanted, prove.size) > number(durable_)) {
    return refused(wire::RefusalCode::ahead_of_log,
                   "prove: the log ends at position " + std::to_string(number(durable_)), durable_);
  }
  if (wanted > prove.size) {
    return refused(wire::RefusalCode::invalid, "prove: a tree of " + std::to_string(prove.size) +
                                                   " does not reach " + std::to_string(wanted));
  }
  const bool is_below =
      prove.position != Position{} ? prove.position <= floor_ : is_below_floor(prove.old);
  if (is_below || is_below_floor(prove.size)) {
    return refused(wire::RefusalCode::cursor_below_floor,
                   "prove: that needs events that are no longer kept. Proofs can be made for "
                   "positions above " +
                       std::to_string(number(floor_)),
                   floor_);
  }
  return std::nullopt;
}

Result<bool> Proofs::load(const std::vector<std::uint64_t>& sizes,
                          std::optional<std::uint64_t> index, int& reads_left) {
  const std::uint64_t most = *std::ranges::max_element(sizes);
  std::vector<std::uint64_t> pages;
  if (index) pages.push_back(*index / page_leaves);
  for (const std::uint64_t size : sizes) {
    if (size % page_leaves != 0) pages.push_back(size / page_leaves);
  }
  for (const std::uint64_t page : pages) {
    const auto loaded = leaves_.load_page(page, most, reads_left);
    if (!loaded || !*loaded) return loaded;
  }
  return true;
}

Result<Work> Proofs::step(Instant now, bool is_quiet) {
  if (is_quiet) {
    if (const auto ended = days_.tick(now)) ended_.push_back(*ended);
  }
  int reads_left = Leaves::block_reads_at_once_max;
  if (!ended_.empty() && outside_.head.newest()) return step_day(reads_left);
  if (!asked_.empty()) return step_asked(reads_left);
  return Work::idle;
}

Result<Work> Proofs::step_day(int& reads_left) {
  const DayEnd end = ended_.front();
  if (!outside_.notes) {
    ended_.pop_front();
    return Work::done;
  }
  const auto loaded =
      load({number(end.last), outside_.head.newest()->size}, std::nullopt, reads_left);
  if (!loaded) return std::unexpected(loaded.error());
  if (!*loaded) return Work::done;
  const auto note = note_of(number(end.last));
  if (!note) return std::unexpected(note.error());
  if (const auto kept = outside_.notes->keep_day(end.day, *note); !kept) {
    return std::unexpected(kept.error());
  }
  ended_.pop_front();
  return Work::done;
}

Result<Work> Proofs::step_asked(int& reads_left) {
  Asked& asked = asked_.front();
  const auto answer = [&](auto what) {
    answers_.emplace_back(asked.peer, wire::Reply{asked.number, std::move(what)});
    asked_.pop_front();
    return Work::done;
  };
  // Again in each step: the size that was left open is filled in once.
  if (auto refusal = refuse(asked.prove)) return answer(*std::move(refusal));
  const wire::Prove& wanted = asked.prove;
  std::vector<std::uint64_t> sizes{wanted.size, outside_.head.newest()->size};
  std::optional<std::uint64_t> index;
  if (wanted.position != Position{}) {
    index = number(wanted.position) - 1;
  } else {
    sizes.push_back(wanted.old);
  }
  const auto loaded = load(sizes, index, reads_left);
  if (!loaded) return std::unexpected(loaded.error());
  if (!*loaded) return Work::done;
  auto made = prove(wanted);
  if (!made) return std::unexpected(made.error());
  return answer(*std::move(made));
}

Result<wire::Proof> Proofs::prove(const wire::Prove& wanted) {
  wire::Proof made{.size = wanted.size};
  auto note = note_of(wanted.size);
  if (!note) return std::unexpected(note.error());
  made.checkpoint = *std::move(note);
  if (wanted.position == Position{}) {
    auto hashes = proof::consistency_proof(hasher_, wanted.old, wanted.size, subtrees_);
    if (!hashes) return std::unexpected(hashes.error());
    made.hashes = *std::move(hashes);
    return made;
  }
  const std::uint64_t index = number(wanted.position) - 1;
  auto hashes = proof::inclusion_proof(hasher_, index, wanted.size, subtrees_);
  if (!hashes) return std::unexpected(hashes.error());
  made.hashes = *std::move(hashes);
  auto record = leaves_.record(wanted.position);
  if (!record) return std::unexpected(record.error());
  made.record = *std::move(record);
  const auto root = proof::root_of(hasher_, wanted.size, subtrees_);
  if (!root) return std::unexpected(root.error());
  const Sha256 leaf = proof::leaf_hash(hasher_, made.record);
  if (!proof::verify_inclusion(hasher_, {index, wanted.size, leaf, *root}, made.hashes)) {
    return two_histories(wanted.size);
  }
  return made;
}

Result<std::string> Proofs::note_of(std::uint64_t size) {
  const proof::Checkpoint newest = *outside_.head.newest();
  const auto root = proof::root_of(hasher_, size, subtrees_);
  if (!root) return std::unexpected(root.error());
  const bool is_older = size <= newest.size;
  const std::uint64_t smaller = is_older ? size : newest.size;
  const std::uint64_t larger = is_older ? newest.size : size;
  const auto hashes = proof::consistency_proof(hasher_, smaller, larger, subtrees_);
  if (!hashes) return std::unexpected(hashes.error());
  const proof::Consistency claim{smaller, larger, is_older ? *root : newest.root,
                                 is_older ? newest.root : *root};
  if (!proof::verify_consistency(hasher_, claim, *hashes)) return two_histories(size);
  if (auto note = cosigned()) {
    const auto known = outside_.head.open(*note);
    if (known && known->size == size && known->root == *root) return *std::move(note);
  }
  return outside_.head.sign(size, *root);
}

}  // namespace doorstep::event_log
