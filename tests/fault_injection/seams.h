// Seams that pass everything on: a planted bug changes one of their answers.
#pragma once

#include "common/seam/block_store.h"
#include "common/seam/messages.h"
#include "common/seam/snapshot_file.h"

namespace doorstep::faults {

class PassingStore : public BlockStore {
 public:
  explicit PassingStore(BlockStore& store) : real{store} {}
  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override {
    return real.submit(std::move(block));
  }
  [[nodiscard]] bool accepts() const override { return real.accepts(); }
  [[nodiscard]] Result<Position> durable() const override { return real.durable(); }
  [[nodiscard]] Result<std::optional<StoredBlock>> read(Position position) const override {
    return real.read(position);
  }
  [[nodiscard]] Outcome replace(const StoredBlock& merged) override { return real.replace(merged); }
  [[nodiscard]] Outcome keep_as_written(Position upto) override {
    return real.keep_as_written(upto);
  }
  [[nodiscard]] Position replaced_to() const override { return real.replaced_to(); }

 protected:
  BlockStore& real;
};

class PassingFile : public SnapshotFile {
 public:
  explicit PassingFile(SnapshotFile& file) : real{file} {}
  [[nodiscard]] Result<std::optional<Bytes>> read() const override { return real.read(); }
  [[nodiscard]] Outcome replace(BytesView bytes) override { return real.replace(bytes); }

 protected:
  SnapshotFile& real;
};

class PassingMessages : public Messages {
 public:
  explicit PassingMessages(Messages& messages) : real{messages} {}
  [[nodiscard]] std::optional<Message> receive() override { return real.receive(); }
  [[nodiscard]] Sent send(PeerId peer, BytesView bytes) override { return real.send(peer, bytes); }

 protected:
  Messages& real;
};

}  // namespace doorstep::faults
