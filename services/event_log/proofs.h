// Answers for checkpoints and proofs on the `cmd` socket, and keeps the last checkpoint of each
// day. What must be read from disk is read a little in each step, so that appends do not wait.
// Nothing leaves that was not checked against the newest signed head: a log signs one history. One
// thread: the command thread.
#pragma once

#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "common/runtime/service.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/day_ends.h"
#include "services/event_log/floor_news.h"
#include "services/event_log/leaves.h"
#include "services/event_log/note_files.h"
#include "services/event_log/signed_head.h"
#include "services/event_log/tree_nodes.h"

namespace doorstep::event_log {

class Proofs {
 public:
  static constexpr std::size_t waiting_max = 256;
  struct Outside {
    const BlockStore& store;
    const Tail& tail;
    const SignedHead& head;
    const NoteFiles* notes{};  // null: no days are kept and there are no cosignatures
  };
  using Answer = std::pair<PeerId, wire::Reply>;

  // `nodes`: of all pages up to the head.
  Proofs(Outside outside, TreeNodes nodes, Position head, Instant recorded_at);
  Proofs(const Proofs&) = delete;  // `leaves_` knows where `nodes_` is
  Proofs& operator=(const Proofs&) = delete;

  // Before anything else: a day that had ended when the log last stopped gets its checkpoint.
  // Reads a few blocks. io, damaged: as from the store.
  [[nodiscard]] Outcome catch_up();
  // More has become durable and is in the tail; `pages` are the roots of those that it completes.
  [[nodiscard]] Outcome settle(Position durable, std::span<const Sha256> pages,
                               Instant recorded_at);
  // Nothing at or below the floor can be read any more.
  void move_floor(const FloorTree& floor) {
    floor_ = floor.floor;
    leaves_.begin_at(floor.floor, floor.leaves);
  }

  // The newest signed note with its cosignatures, as it was at most a tenth of a second ago.
  [[nodiscard]] wire::Reply checkpoint(std::uint64_t number, Milliseconds now);
  void ask(PeerId peer, std::uint64_t number, const wire::Prove& prove);

  // `is_quiet`: nothing is sequenced that is not durable. io, damaged: the process must end.
  [[nodiscard]] Result<Work> step(Instant now, bool is_quiet);
  [[nodiscard]] std::vector<Answer> take_answers() { return std::exchange(answers_, {}); }

 private:
  struct Shown {
    proof::Checkpoint newest{};
    std::string note{};
    Milliseconds at{};
  };
  struct Asked {
    PeerId peer{};
    std::uint64_t number{};
    wire::Prove prove{};
  };
  [[nodiscard]] std::optional<wire::Refused> refuse(wire::Prove& prove) const;
  // Loads what trees of these sizes, and the path of the leaf, need. True once it is there.
  [[nodiscard]] Result<bool> load(const std::vector<std::uint64_t>& sizes,
                                  std::optional<std::uint64_t> index, int& reads_left);
  [[nodiscard]] Result<Work> step_day(int& reads_left);
  [[nodiscard]] Result<Work> step_asked(int& reads_left);
  [[nodiscard]] Result<wire::Proof> prove(const wire::Prove& wanted);
  // The note of a tree of this size, after it was checked against the newest signed one.
  [[nodiscard]] Result<std::string> note_of(std::uint64_t size);
  [[nodiscard]] std::optional<std::string> cosigned() const;
  [[nodiscard]] std::string newest_note(const proof::Checkpoint& newest) const;
  // Whether the root of a tree of this size can no longer be told.
  [[nodiscard]] bool is_below_floor(std::uint64_t size) const;

  Outside outside_;
  std::optional<Shown> shown_{};  // signing, or reading what was cosigned, is not for each who asks
  TreeNodes nodes_;
  Leaves leaves_;
  proof::Subtrees subtrees_;
  Hasher hasher_{};
  Position durable_{};
  Position floor_{};
  DayEnds days_;
  std::deque<DayEnd> ended_{};
  std::deque<Asked> asked_{};
  std::vector<Answer> answers_{};
};

}  // namespace doorstep::event_log
