#include "tests/faults/append_workload.h"

#include <optional>
#include <semaphore>

#include "common/memory/manual_clock.h"
#include "common/memory/memory_messages.h"
#include "common/rocks/rocks_block_store.h"
#include "common/rocks/rocks_index_store.h"
#include "common/runtime/file_snapshot.h"
#include "common/wire/event_codec.h"
#include "services/event_log/event_log.h"

namespace doorstep::faults {
namespace {

constexpr LogId the_log{{0x017f'b4a1'2c00'7000, 0x8000'0000'0000'0001}};

Bytes event(std::uint64_t n, std::uint64_t stream) {
  const WorkerId worker{{0x017f'b4a1'2c00'7000, 0x8000'0000'0000'0000 + stream}};
  return wire::encode_event({.envelope = {.id = EventId{{0x017f'b4a1'2c00'7001, n}},
                                          .type = EventType::worker_reported_in,
                                          .stream = stream_of(worker),
                                          .happened_at = Instant{1},
                                          .purpose = Purpose::work},
                             .body = WorkerReportedIn{worker}});
}

// Says "durable" at once and hands each block to the disk with the next one.
class EagerStore final : public BlockStore {
 public:
  explicit EagerStore(BlockStore& store) : store_{store}, durable_{*store.durable()} {}

  using BlockStore::submit;
  [[nodiscard]] Outcome submit(SubmittedBlock block) override {
    if (held_) {
      while (!store_.accepts()) {
      }
      if (auto submitted = store_.submit(std::move(*held_)); !submitted) return submitted;
    }
    durable_ = block.last;
    held_ = StoredBlock{block.first, block.last, block.seal()};
    return {};
  }
  [[nodiscard]] bool accepts() const override { return true; }
  [[nodiscard]] Result<Position> durable() const override { return durable_; }
  [[nodiscard]] Result<std::optional<StoredBlock>> read(Position position) const override {
    return store_.read(position);
  }

 private:
  BlockStore& store_;
  Position durable_{};
  std::optional<StoredBlock> held_{};
};

using Durable = std::counting_semaphore<>;  // released when the store has written something

Outcome step(event_log::EventLog& log, const memory::ManualClock& clock, Durable& durable) {
  const auto work = log.commands().step({clock.now(), clock.monotonic()});
  if (!work) return std::unexpected(work.error());
  if (*work == Work::idle) durable.acquire();
  return {};
}

Outcome append_all(event_log::EventLog& log, Messages& client, memory::ManualClock& clock,
                   Durable& durable, const Acknowledged& acknowledged) {
  const auto requests = workload();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    clock.advance(event_log::SignedHead::interval);  // so that each is followed by a signed head
    if (client.send(the_server, wire::encode(wire::Request{i, requests[i]})) != Sent::sent) {
      return failure(ErrorCode::unavailable, "the queue is full");
    }
    std::optional<Message> message;
    while (!(message = client.receive())) {
      if (auto stepped = step(log, clock, durable); !stepped) return stepped;
    }
    const auto reply = wire::decode_reply(message->bytes);
    if (!reply) return std::unexpected(reply.error());
    const auto* appended = std::get_if<wire::Appended>(&reply->what);
    if (appended == nullptr) return failure(ErrorCode::conflict, "an append was refused");
    acknowledged(i, *appended);
    const auto kept_up = log.upkeep().step({clock.now(), clock.monotonic()});
    if (!kept_up) return std::unexpected(kept_up.error());
  }
  log.commands().drain();
  while (!log.commands().drained()) {
    if (auto stepped = step(log, clock, durable); !stepped) return stepped;
  }
  log.upkeep().drain();
  while (!log.upkeep().drained()) {
    const auto kept_up = log.upkeep().step({clock.now(), clock.monotonic()});
    if (!kept_up) return std::unexpected(kept_up.error());
  }
  return {};
}

}  // namespace

std::vector<wire::Append> workload() {
  std::vector<wire::Append> requests;
  std::uint64_t n = 1;
  for (const std::size_t events : {1u, 3u, 1u, 60u, 1u, 2u}) {
    wire::Append request{.append_id = AppendId{{0x017f'b4a1'2c00'7002, requests.size() + 1}}};
    for (std::size_t i = 0; i < events; ++i, ++n) request.events.push_back(event(n, n % 4 + 1));
    requests.push_back(std::move(request));
  }
  return requests;
}

std::filesystem::path log_folder(const std::filesystem::path& folder) { return folder / "log"; }
std::filesystem::path head_file(const std::filesystem::path& folder) { return folder / "head"; }
std::filesystem::path index_folder(const std::filesystem::path& folder) {
  return folder / "index" / "pages";
}
std::filesystem::path heads_file(const std::filesystem::path& folder) {
  return folder / "index" / "heads";
}

Ed25519Key signing_key() {
  Sha256 seed{};
  seed.fill(9);
  return Ed25519Key::from_seed(seed);
}

Outcome live(const std::filesystem::path& folder, Acknowledge acknowledge,
             const Acknowledged& acknowledged) {
  Durable durable{0};
  auto opened = rocks::open_block_store({.folder = log_folder(folder),
                                         .log_if_new = the_log,
                                         .on_durable = [&durable] { durable.release(); }});
  if (!opened) return std::unexpected(opened.error());
  std::optional<EagerStore> eager;
  BlockStore* store = opened->store.get();
  if (acknowledge == Acknowledge::before_it_is_written) store = &eager.emplace(*opened->store);

  memory::ManualClock clock{Instant{1'000'000}};
  memory::MemoryNetwork network;
  auto index = rocks::open_index_store(index_folder(folder));
  if (!index) return std::unexpected(index.error());
  runtime::FileSnapshot head{head_file(folder)};
  runtime::FileSnapshot heads{heads_file(folder)};
  const auto cmd = network.serve("cmd");
  const auto feed = network.serve("feed");
  event_log::Rights rights;
  rights.allow("driver", {EventType::worker_reported_in});
  auto log =
      event_log::EventLog::open({*store, head, *cmd, *feed, *index->store, heads}, signing_key(),
                                {.identity = {.log = opened->log, .epoch = opened->epoch},
                                 .rights = std::move(rights),
                                 .indexing = {.snapshot_every = 8}},
                                clock.now());
  if (!log) return std::unexpected(log.error());
  const auto client = network.connect("cmd", "driver");
  return append_all(**log, *client, clock, durable, acknowledged);
}

}  // namespace doorstep::faults
