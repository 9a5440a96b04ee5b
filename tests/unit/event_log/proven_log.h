// A log in memory whose proofs are checked against its records, for the tests of proofs and of the
// notes beside the log.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "services/event_log/proofs.h"
#include "tests/unit/event_log/log_in_memory.h"

namespace doorstep::event_log {

// Beside the log: the records as they are, and every root straight from the tree.
class Ledger {
 public:
  void read(LogInMemory& log) {
    for (Position at = next(head_); at <= log.disk.head();) {
      const auto stored = log.store().read(at).value().value();
      const auto block = wire::Block::open(*stored.bytes).value();
      for (const wire::Record& record : block.records()) {
        records_.emplace_back(record.stored.begin(), record.stored.end());
        tree_.append(hasher_, record.stored);
        roots_.push_back(tree_.root(hasher_));
      }
      head_ = stored.last;
      at = next(head_);
    }
  }
  [[nodiscard]] std::uint64_t size() const { return records_.size(); }
  [[nodiscard]] const Bytes& record(std::uint64_t position) const {
    return records_.at(position - 1);
  }
  [[nodiscard]] Sha256 root(std::uint64_t size) {
    return size == 0 ? hasher_.finish() : roots_.at(size - 1);
  }

 private:
  Position head_{};
  Hasher hasher_{};
  proof::MerkleTree tree_{};
  std::vector<Bytes> records_{};
  std::vector<Sha256> roots_{};
};

class ProofsTest : public testing::Test {
 protected:
  void start() {
    const auto started = log_.start();
    ASSERT_TRUE(started.has_value()) << started.error().message;
    client_ = log_.client("cmd");
    log_.run();
  }
  void append_blocks(int blocks, std::size_t events_each) {
    for (int i = 0; i < blocks; ++i) {
      std::vector<Bytes> events;
      for (std::size_t e = 0; e < events_each; ++e) events.push_back(reported_in(++last_id_));
      send(*client_, {1, append(++last_id_, std::move(events))});
      log_.run();
    }
    ASSERT_EQ(only<wire::Appended>(replies(*client_)).size(), static_cast<std::size_t>(blocks));
    ledger_.read(log_);
  }
  void sign() {
    log_.clock.advance(SignedHead::interval);
    log_.run();
  }
  template <class What>
  What ask(wire::Request request) {
    request.number = 9;
    send(*client_, request);
    log_.run();
    const auto all = replies(*client_);
    const auto found = only<What>(all);
    if (found.size() == 1) return found.front();
    ADD_FAILURE() << "not answered as expected";
    for (const auto& refused : only<wire::Refused>(all)) ADD_FAILURE() << refused.message;
    return {};
  }
  void expect_included(std::uint64_t position, std::uint64_t size) {
    const auto proof =
        ask<wire::Proof>({.what = wire::Prove{.position = Position{position}, .size = size}});
    EXPECT_EQ(proof.record, ledger_.record(position));
    const Sha256 leaf = proof::leaf_hash(hasher_, proof.record);
    EXPECT_TRUE(proof::verify_inclusion(hasher_, {position - 1, size, leaf, ledger_.root(size)},
                                        proof.hashes))
        << position << " in " << size;
    const auto signed_as = proof::open_checkpoint(proof.checkpoint, LogInMemory::key());
    ASSERT_TRUE(signed_as.has_value());
    EXPECT_EQ(signed_as->size, size);
    EXPECT_EQ(signed_as->root, ledger_.root(size));
  }
  void expect_consistent(std::uint64_t old, std::uint64_t size) {
    const auto proof = ask<wire::Proof>({.what = wire::Prove{.old = old, .size = size}});
    EXPECT_TRUE(proof::verify_consistency(
        hasher_, {old, size, ledger_.root(old), ledger_.root(size)}, proof.hashes))
        << old << " in " << size;
    EXPECT_EQ(proof::open_checkpoint(proof.checkpoint, LogInMemory::key()).value().size, size);
  }

  LogInMemory log_{};
  std::unique_ptr<Messages> client_{};
  Ledger ledger_{};
  Hasher hasher_{};
  std::uint64_t last_id_{};
};

}  // namespace doorstep::event_log
