// The floor, between the threads: where it is, who has noticed, and the one wish to move it. Any
// thread.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "common/proof/merkle.h"
#include "common/wire/log_protocol.h"

namespace doorstep::event_log {

// Events up to the floor are no longer kept; this is left of their tree.
struct FloorTree {
  Position floor{};
  proof::MerkleTree tree{};      // of exactly `floor` records
  std::vector<Sha256> leaves{};  // of those in the page that the floor lies in
};

class FloorNews {
 public:
  [[nodiscard]] Position position() const { return position_; }
  [[nodiscard]] std::shared_ptr<const FloorTree> tree() const {
    const std::scoped_lock lock{mutex_};
    return tree_;
  }
  void move(FloorTree tree) {
    const std::scoped_lock lock{mutex_};
    position_ = tree.floor;
    tree_ = std::make_shared<const FloorTree>(std::move(tree));
  }

  // Whoever reads blocks for others says at the start of each step what it has seen of the floor:
  // from then on it reads nothing below that. Blocks are dropped once both have.
  void seen_by_feed(Position floor) { seen_by_feed_ = floor; }
  void seen_by_commands(Position floor) { seen_by_commands_ = floor; }
  [[nodiscard]] bool is_seen() const {
    return seen_by_feed_.load() == position_.load() && seen_by_commands_.load() == position_.load();
  }

  // The reader whose next start asks for the oldest events, as the feed has heard; nullopt: none
  // says.
  void set_needed(std::optional<wire::Consumer> by) {
    const std::scoped_lock lock{mutex_};
    needed_by_ = std::move(by);
  }
  // Why the floor may not be there; nullopt: nobody needs what is below.
  [[nodiscard]] std::optional<wire::Refused> still_needed(Position floor) const {
    const std::scoped_lock lock{mutex_};
    if (!needed_by_ || *needed_by_->kept >= floor) return std::nullopt;
    return needed_by(*needed_by_);
  }

  using Answer = std::variant<wire::FloorMoved, wire::Refused>;
  // False: one is under way.
  [[nodiscard]] bool wish(Position floor) {
    const std::scoped_lock lock{mutex_};
    if (wish_ || answer_) return false;
    wish_ = floor;
    return true;
  }
  [[nodiscard]] std::optional<Position> wished() const {
    const std::scoped_lock lock{mutex_};
    return wish_;
  }
  void answer(Answer answer) {
    const std::scoped_lock lock{mutex_};
    wish_.reset();
    answer_ = std::move(answer);
  }
  [[nodiscard]] std::optional<Answer> take_answer() {
    const std::scoped_lock lock{mutex_};
    return std::exchange(answer_, std::nullopt);
  }

 private:
  [[nodiscard]] static wire::Refused needed_by(const wire::Consumer& reader);
  mutable std::mutex mutex_{};
  std::atomic<Position> position_{};
  std::atomic<Position> seen_by_feed_{};
  std::atomic<Position> seen_by_commands_{};
  std::shared_ptr<const FloorTree> tree_{std::make_shared<const FloorTree>()};
  std::optional<Position> wish_{};
  std::optional<Answer> answer_{};
  std::optional<wire::Consumer> needed_by_{};
};

}  // namespace doorstep::event_log
