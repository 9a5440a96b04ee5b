// The `cmd` socket: takes append requests, stores them in groups, and answers once they are on
// disk. What queued while the previous block was being written is the next block. One thread:
// step().
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "common/runtime/service.h"
#include "common/seam/block_store.h"
#include "common/seam/messages.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/sequencer.h"
#include "services/event_log/signed_head.h"
#include "services/event_log/tail.h"

namespace doorstep::event_log {

class CommandService final : public Service {
 public:
  struct Limits {
    std::size_t block_bytes_max{4 * 1024 * 1024};  // a block may exceed it by one request
    std::size_t block_events_max{16 * 1024};
    std::size_t overlap_bytes{256 * 1024};  // a block this large need not wait for the one before
    std::size_t waiting_bytes_max{64 * 1024 * 1024};
    std::size_t waiting_requests_max{8'192};
    std::size_t replies_max{65'536};  // that peers have not taken
    std::uint32_t retry_after_ms{50};
  };
  struct Outside {
    Messages& cmd;
    BlockStore& store;
    Tail& tail;
    SignedHead& head;
  };

  // What `outside` names must outlive it.
  CommandService(Outside outside, Sequencer sequencer, Limits limits);
  CommandService(Outside outside, Sequencer sequencer)
      : CommandService{outside, std::move(sequencer), Limits{}} {}

  // io, damaged: the store failed; nothing is acknowledged any more and the process must end.
  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override;

  // An append of the log's own, before it serves others. Returns when it was sequenced.
  [[nodiscard]] Decision append(const wire::Append& request, const std::string& account,
                                Instant now);

 private:
  // Who gets which answer once a position is durable.
  struct Waiter {
    PeerId peer{};
    Position last{};
    wire::Reply reply{};
  };
  struct Written {
    StoredBlock stored{};
    std::vector<Heading> headings{};
    Instant recorded_at{};
    proof::MerkleTree tree{};
  };
  struct Pending {
    PeerId peer{};
    std::string account{};
    std::uint64_t number{};
    wire::Append append{};
    std::size_t bytes{};
  };

  [[nodiscard]] Result<Work> settle();
  [[nodiscard]] Work receive(Instant now);
  void handle(const Message& message, Instant now);
  void take(Pending pending, Instant now);
  void sequence(const Pending& pending, Instant now);
  [[nodiscard]] Work take_waiting(Instant now);
  [[nodiscard]] Result<Work> seal();
  [[nodiscard]] bool block_is_full() const;
  [[nodiscard]] wire::Described described();
  [[nodiscard]] wire::Found found(AppendId id) const;
  void answer(PeerId peer, const wire::Reply& reply);
  void answer_when_durable(Waiter waiter);
  [[nodiscard]] Work send_answers();
  [[nodiscard]] Outcome sign(Milliseconds now);

  Outside outside_;
  Sequencer sequencer_;
  Limits limits_{};
  OpenBlock open_{};
  std::deque<Written> in_flight_{};
  std::deque<Pending> waiting_{};  // requests that found the open block full
  std::size_t waiting_bytes_{};
  std::deque<Waiter> waiters_{};  // ascending by `last`, but for answered retries
  struct Answer {
    PeerId peer{};
    Bytes bytes{};
  };
  std::deque<Answer> answers_{};
  Position durable_{};
  Instant durable_recorded_at_{};
  proof::MerkleTree durable_tree_{};
  Hasher hasher_{};
  bool draining_{};
};

}  // namespace doorstep::event_log
