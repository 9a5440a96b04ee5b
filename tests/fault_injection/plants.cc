#include "tests/fault_injection/plants.h"

#include <unistd.h>

#include <string>

#include "common/proof/checkpoint.h"
#include "common/proof/merkle.h"
#include "common/wire/block.h"
#include "common/wire/block_builder.h"
#include "common/wire/log_protocol.h"

namespace doorstep::faults {
namespace {

// A block whose parts were changed by `change`, laid out anew.
struct Parts {
  std::vector<wire::BlockRequest> requests{};
  std::vector<std::pair<Stamp, Bytes>> records{};
};
template <class Change>
StoredBlock rebuilt(const StoredBlock& stored, Change change) {
  const auto block = wire::Block::open(*stored.bytes);
  if (!block) return stored;
  Parts parts{.requests = {block->requests().begin(), block->requests().end()}};
  for (const auto& record : block->records()) {
    parts.records.push_back({record.stamp, {record.event.begin(), record.event.end()}});
  }
  change(parts);
  wire::BlockBuilder builder;
  std::size_t next = 0;
  for (const auto& request : parts.requests) {
    builder.begin_request(request.append_id, request.digest, request.first);
    for (std::uint32_t i = 0; i < request.events && next < parts.records.size(); ++i, ++next) {
      builder.add(parts.records[next].first, parts.records[next].second);
    }
  }
  return {stored.first, stored.last, std::make_shared<const Bytes>(builder.finish())};
}

StoredBlock sealed(SubmittedBlock& block) { return {block.first, block.last, block.seal()}; }

// Says "durable" at once and hands each block to the disk with the next one.
class EagerStore final : public PassingStore {
 public:
  explicit EagerStore(BlockStore& store) : PassingStore{store}, durable_{*store.durable()} {}
  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override {
    if (auto passed = pass_on(); !passed) return passed;
    durable_ = block.last;
    held_ = sealed(block);
    return {};
  }
  [[nodiscard]] bool accepts() const override { return true; }
  [[nodiscard]] Result<Position> durable() const override { return durable_; }

 private:
  Outcome pass_on() {
    if (!held_) return {};
    while (!real.accepts()) {
    }
    return real.submit(std::move(*held_));
  }
  Position durable_{};
  std::optional<StoredBlock> held_{};
};

// Changes what is written on its way to the disk.
template <class Change>
class ChangingStore final : public PassingStore {
 public:
  ChangingStore(BlockStore& store, Change change) : PassingStore{store}, change_{change} {}
  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override {
    return real.submit(rebuilt(sealed(block), change_));
  }

 private:
  Change change_;
};

// A failed write is forgotten: the next position is given out as if it had been stored.
class DeafStore final : public PassingStore {
 public:
  explicit DeafStore(BlockStore& store) : PassingStore{store}, said_{*store.durable()} {}
  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override {
    last_ = block.last;
    static_cast<void>(real.submit(std::move(block)));
    return {};
  }
  [[nodiscard]] bool accepts() const override { return !real.durable() || real.accepts(); }
  [[nodiscard]] Result<Position> durable() const override {
    const auto durable = real.durable();
    said_ = durable ? *durable : last_;
    return said_;
  }

 private:
  mutable Position said_{};
  Position last_{};
};

// A damaged block is where the log ends.
class LenientStore final : public PassingStore {
 public:
  explicit LenientStore(BlockStore& store) : PassingStore{store} {
    end_ = store.durable().value_or(Position{});
    for (Position at{}; at < end_;) {
      const auto stored = store.read(next(at));
      if (!stored || !*stored) {
        end_ = at;
        break;
      }
      at = (*stored)->last;
    }
  }
  [[nodiscard]] Result<Position> durable() const override {
    return std::min(end_, real.durable().value_or(Position{}));
  }

 private:
  Position end_{};
};

// What a block says of its append requests is not believed after a restart.
class ForgettingStore final : public PassingStore {
 public:
  explicit ForgettingStore(BlockStore& store) : PassingStore{store} {}
  [[nodiscard]] Result<std::optional<StoredBlock>> read(Position position) const override {
    auto stored = real.read(position);
    if (!stored || !*stored) return stored;
    return rebuilt(**stored, [](Parts& parts) {
      for (auto& request : parts.requests) request.append_id.value.high ^= 1;
    });
  }
};

// The floor moves, and what was asked for below it is forgotten.
class CarelessStore final : public PassingStore {
 public:
  explicit CarelessStore(BlockStore& store) : PassingStore{store} {}
  [[nodiscard]] Outcome keep_dropped(std::span<const IndexedAppend>) override { return {}; }
};

Outcome sign_again(SnapshotFile& file, const Ed25519Key& key, BytesView note,
                   std::uint64_t size_more) {
  auto checkpoint =
      proof::open_checkpoint({reinterpret_cast<const char*>(note.data()), note.size()}, key);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  checkpoint->size += size_more;
  const std::string again = proof::sign_checkpoint(*checkpoint, key);
  return file.replace(std::as_bytes(std::span{again}));
}

// Signs one event more than the root is of.
class MiscountingFile final : public PassingFile {
 public:
  MiscountingFile(SnapshotFile& file, const Ed25519Key& key) : PassingFile{file}, key_{key} {}
  [[nodiscard]] Outcome replace(BytesView note) override { return sign_again(real, key_, note, 1); }

 private:
  const Ed25519Key& key_;
};

// The log starts without its signed head, as if it were nobody's business.
class HeadlessFile final : public PassingFile {
 public:
  HeadlessFile(SnapshotFile& file, const Ed25519Key& key, const BlockStore& store)
      : PassingFile{file}, key_{key}, store_{store} {}
  [[nodiscard]] Result<std::optional<Bytes>> read() const override {
    proof::Checkpoint head;
    const auto note = real.read();
    if (!note || !*note) return note;
    if (auto known = proof::open_checkpoint(
            {reinterpret_cast<const char*>((*note)->data()), (*note)->size()}, key_)) {
      head = *known;
    }
    const auto durable = store_.durable();
    if (!durable || number(*durable) >= head.size) return note;
    head.size = 0;
    head.root = proof::MerkleTree{}.root(hasher_);
    const std::string text = proof::sign_checkpoint(head, key_);
    const auto bytes = std::as_bytes(std::span{text});
    return Bytes{bytes.begin(), bytes.end()};
  }

 private:
  const Ed25519Key& key_;
  const BlockStore& store_;
  mutable Hasher hasher_{};
};

// A retry is a new request.
class RepeatingMessages final : public PassingMessages {
 public:
  explicit RepeatingMessages(Messages& messages) : PassingMessages{messages} {}
  [[nodiscard]] std::optional<Message> receive() override {
    auto message = real.receive();
    if (!message) return message;
    auto request = wire::decode_request(message->bytes);
    if (!request) return message;
    auto* const append = std::get_if<wire::Append>(&request->what);
    if (append == nullptr) return message;
    append->append_id.value.high ^= static_cast<std::uint64_t>(getpid()) << 16 ^ ++received_;
    message->bytes = wire::encode(*request);
    return message;
  }

 private:
  std::uint64_t received_{};
};

// Of each batch of several records the feed leaves out the last.
class ForgetfulFeed final : public PassingMessages {
 public:
  explicit ForgetfulFeed(Messages& messages) : PassingMessages{messages} {}
  [[nodiscard]] Sent send(PeerId peer, BytesView bytes) override {
    auto reply = wire::decode_reply(Bytes{bytes.begin(), bytes.end()});
    auto* const batch = reply ? std::get_if<wire::Batch>(&reply->what) : nullptr;
    if (batch == nullptr || batch->block.empty()) return real.send(peer, bytes);
    const auto block = wire::Block::open(batch->block);
    if (!block || block->records().size() < 2) return real.send(peer, bytes);
    wire::BlockBuilder builder;
    for (const auto& record : block->records().first(block->records().size() - 1)) {
      builder.add(record.stamp, record.event);
    }
    batch->block = builder.finish();
    return real.send(peer, wire::encode(*reply));
  }
};

void alter_last_byte(Parts& parts) { parts.records.back().second.back() ^= std::byte{1}; }
void swap_records(Parts& parts) {
  if (parts.records.size() > 1) std::swap(parts.records[0].second, parts.records[1].second);
}
void count_one_more(Parts& parts) {
  for (auto& [stamp, event] : parts.records) stamp.revision = Revision{number(stamp.revision) + 1};
}

class Planting {
 public:
  Planting(Seams& seams, const Ed25519Key& key, Plants& plants)
      : seams_{seams}, key_{key}, plants_{plants} {}

  bool plant(std::string_view bug) {
    if (bug == "acknowledged-before-the-write") {
      store<EagerStore>();
    } else if (bug == "head-signed-before-the-write") {
      store<EagerStore>();
      plants_.acknowledgements_are_late = true;
    } else if (bug == "head-signs-another-size") {
      put(seams_.head, plants_.files, std::make_unique<MiscountingFile>(*seams_.head, key_));
    } else if (bug == "damage-is-skipped") {
      store<LenientStore>();
      put(seams_.head, plants_.files,
          std::make_unique<HeadlessFile>(*seams_.head, key_, *seams_.store));
    } else if (bug == "requests-are-forgotten") {
      store<ForgettingStore>();
    } else if (bug == "dropped-requests-are-forgotten") {
      store<CarelessStore>();
    } else if (bug == "a-retry-is-new") {
      put(seams_.cmd, plants_.messages, std::make_unique<RepeatingMessages>(*seams_.cmd));
    } else if (bug == "revision-off-by-one") {
      changing(count_one_more);
    } else if (bug == "last-byte-altered") {
      changing(alter_last_byte);
    } else if (bug == "records-swapped") {
      changing(swap_records);
    } else if (bug == "failed-write-is-forgotten") {
      store<DeafStore>();
    } else if (bug == "feed-leaves-a-record-out") {
      put(seams_.feed, plants_.messages, std::make_unique<ForgetfulFeed>(*seams_.feed));
    } else {
      return bug.empty();
    }
    return true;
  }

 private:
  template <class Seam>
  static void put(Seam*& seam, std::vector<std::unique_ptr<Seam>>& owners,
                  std::unique_ptr<std::type_identity_t<Seam>> planted) {
    owners.push_back(std::move(planted));
    seam = owners.back().get();
  }
  template <class Store>
  void store() {
    put(seams_.store, plants_.stores, std::unique_ptr<BlockStore>{new Store{*seams_.store}});
  }
  void changing(void (*change)(Parts&)) {
    put(seams_.store, plants_.stores,
        std::unique_ptr<BlockStore>{new ChangingStore<void (*)(Parts&)>{*seams_.store, change}});
  }
  Seams& seams_;
  const Ed25519Key& key_;
  Plants& plants_;
};

}  // namespace

Result<Seams> plant(std::string_view bug, Seams real, const Ed25519Key& key, Plants& plants) {
  if (!Planting{real, key, plants}.plant(bug)) {
    return failure(ErrorCode::invalid, "no bug is called " + std::string{bug});
  }
  return real;
}

}  // namespace doorstep::faults
