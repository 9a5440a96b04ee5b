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
  [[nodiscard]] Outcome keep_dropped(std::span<const IndexedAppend> requests) override {
    return real.keep_dropped(requests);
  }
  [[nodiscard]] Outcome move_floor(const LogBase& base) override { return real.move_floor(base); }
  [[nodiscard]] Outcome drop_below_floor() override { return real.drop_below_floor(); }
  [[nodiscard]] Position floor() const override { return real.floor(); }
  [[nodiscard]] Result<std::optional<LogBase>> base() const override { return real.base(); }
  [[nodiscard]] Outcome each_dropped(const TakeDropped& take) const override {
    return real.each_dropped(take);
  }

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
