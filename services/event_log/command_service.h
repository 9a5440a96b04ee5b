// The `cmd` socket: takes append requests, stores them in groups, and answers once they are on
// disk. What queued while the previous block was being written is the next block. One thread:
// step().
#pragma once

#include <array>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/runtime/service.h"
#include "common/seam/block_store.h"
#include "common/seam/messages.h"
#include "common/wire/bundle.h"
#include "common/wire/log_protocol.h"
#include "services/event_log/floor_requests.h"
#include "services/event_log/news.h"
#include "services/event_log/proofs.h"
#include "services/event_log/rates.h"
#include "services/event_log/sequencer.h"
#include "services/event_log/signed_head.h"
#include "services/event_log/tail.h"

namespace doorstep::event_log {

class CommandService final : public Service {
 public:
  struct Limits {
    std::size_t block_bytes_max{512 * 1024};  // a block may exceed it by one request, up to
    std::size_t whole_bytes_max{7'864'320};   // this: what a feed can send as one message
    std::size_t block_events_max{4 * 1024};
    std::size_t lone_requests_max{64};  // a small block of so few is written by the command thread
    std::size_t overlap_bytes{256 * 1024};  // a block this large need not wait for the one before
    std::size_t waiting_bytes_max{64 * 1024 * 1024};
    std::size_t waiting_requests_max{8'192};
    std::size_t replies_max{65'536};  // that peers have not taken
    std::size_t replies_of_a_peer_max{1'024};
    Milliseconds retry_after{50};
  };
  struct Outside {
    Messages& cmd;
    BlockStore& store;
    Tail& tail;
    SignedHead& head;
    Proofs& proofs;
    Load* load{};            // null: nobody asks how busy it is
    FloorRequests* floor{};  // null: everything is kept
  };

  // What `outside` names must outlive it.
  CommandService(Outside outside, Sequencer sequencer, Rates rates, Limits limits);
  CommandService(Outside outside, Sequencer sequencer, Rates rates = {})
      : CommandService{outside, std::move(sequencer), std::move(rates), Limits{}} {}

  // io, damaged: the store failed; nothing is acknowledged any more and the process must end.
  [[nodiscard]] Result<Work> step(Now now) override;
  void drain() override { draining_ = true; }
  [[nodiscard]] bool drained() const override;

  // Of the newest record, also where it is not durable yet; nullopt: the log is empty.
  [[nodiscard]] std::optional<Instant> last_recorded() const;

  // How many blocks were written of up to 1, 4, 16, 64, 256, 1,024 and more events.
  using BlockSizes = std::array<std::uint64_t, 7>;
  [[nodiscard]] const BlockSizes& block_sizes() const { return block_sizes_; }

  // An append of the log's own, before it serves others. Returns when it was sequenced.
  [[nodiscard]] Decision append(const wire::AppendView& request, const std::string& account,
                                Instant now);

 private:
  // Who gets which answer once a position is durable.
  struct Waiter {
    PeerId peer{};
    Position last{};
    wire::Reply reply{};
  };
  // Handed to the store; `open` is the store's until it says that the block is durable.
  struct Written {
    Position first{};
    Position last{};
    std::shared_ptr<OpenBlock> open{};
  };
  struct Pending {
    Message message{};  // what `append` views
    std::uint64_t number{};
    wire::AppendView append{};
  };

  [[nodiscard]] Result<Work> settle();
  void show(const Written& written);
  [[nodiscard]] Outcome keep(const Written& written);
  [[nodiscard]] Work receive(Now now);
  void handle(Message message, Now now);
  void take(Pending pending, Now now);
  void ask_floor(const Message& message, std::uint64_t number, Position wanted, Milliseconds now);
  void follow_floor();
  // False: it must be decided again once what is on its way is settled.
  [[nodiscard]] bool sequence(const Pending& pending, Instant now);
  void sequence_or_keep(Pending pending, Instant now);
  void refuse_as_busy(const Pending& pending, std::string message, Milliseconds retry_after);
  [[nodiscard]] Work take_waiting(Instant now);
  [[nodiscard]] Result<Work> hand_over();
  [[nodiscard]] std::shared_ptr<OpenBlock> fresh_block();
  [[nodiscard]] bool block_is_full() const;
  [[nodiscard]] bool fits(const Pending& pending) const;
  [[nodiscard]] wire::Described described();
  [[nodiscard]] wire::Found found(AppendId id) const;
  void answer(PeerId peer, const wire::Reply& reply);
  void answer_when_durable(Waiter waiter);
  [[nodiscard]] Work send_answers();
  [[nodiscard]] Outcome sign(Milliseconds now);
  [[nodiscard]] Result<Work> prove(Instant now);

  Outside outside_;
  Sequencer sequencer_;
  GrowingTree tree_;
  std::shared_ptr<Sealer> sealer_{
      std::make_shared<Sealer>()};  // used on the store's thread, which may outlive this service
  Rates rates_;
  Limits limits_{};
  std::shared_ptr<OpenBlock> open_{std::make_shared<OpenBlock>()};
  std::vector<std::shared_ptr<OpenBlock>> spare_{};  // emptied, for their memory
  std::deque<Written> in_flight_{};
  std::deque<Pending> waiting_{};  // requests that found the open block full
  std::size_t waiting_bytes_{};
  std::vector<Pending> retries_{};  // of requests that are on their way
  std::size_t retries_bytes_{};
  std::deque<Waiter> waiters_{};  // ascending by `last`, but for answered retries
  struct Answer {
    PeerId peer{};
    Bytes bytes{};
  };
  std::deque<Answer> answers_{};
  wire::BundledMessages cmd_;
  Position durable_{};
  Instant durable_recorded_at_{};
  proof::MerkleTree durable_tree_{};
  Hasher hasher_{};
  BlockSizes block_sizes_{};
  std::optional<Milliseconds> serves_since_{};
  bool draining_{};
};

}  // namespace doorstep::event_log
