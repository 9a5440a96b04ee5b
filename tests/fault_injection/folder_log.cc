#include "tests/fault_injection/folder_log.h"

#include <chrono>

#include "common/runtime/durable_file.h"
#include "services/event_log/consolidation.h"
#include "services/event_log/index_verification.h"

namespace doorstep::faults {
namespace {

// Small enough that a short life has something to merge.
constexpr event_log::Consolidation::Limits few{.merged_from = 1'024, .merged_events_from = 4};
constexpr LogId the_log{{0x017f'b4a1'2c00'7000, 0x8000'0000'0000'0001}};
constexpr int steps_max = 1'000'000;

Result<Ed25519Key> signing_key(const runtime::DataFolder& folder) {
  const auto bytes = runtime::read_file(folder.signing_key_file());
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return failure(ErrorCode::not_found, "the signing key is missing");
  return Ed25519Key::from_pem({reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()});
}

}  // namespace

Result<std::unique_ptr<FolderLog>> FolderLog::open(const std::filesystem::path& folder,
                                                   std::string_view bug) {
  auto opened = runtime::DataFolder::open(folder);
  if (!opened) return std::unexpected(opened.error());
  auto key = signing_key(*opened);
  if (!key) return std::unexpected(key.error());
  std::unique_ptr<FolderLog> log{new FolderLog{std::move(*opened), std::move(*key)}};
  if (auto started = log->start(bug); !started) return std::unexpected(started.error());
  return log;
}

Outcome FolderLog::start(std::string_view bug) {
  auto store = rocks::open_block_store({.folder = folder_.log_folder(),
                                        .log_if_new = the_log,
                                        .on_durable = [this] { durable_.release(); }});
  if (!store) return std::unexpected(store.error());
  opened_ = std::move(*store);
  auto index = rocks::open_index_store(folder_.index_folder() / "pages");
  if (!index) return std::unexpected(index.error());
  index_ = std::move(*index);
  const auto seams =
      plant(bug, {opened_.store.get(), &head_file_, cmd_.get(), feed_.get()}, key_, plants_);
  if (!seams) return std::unexpected(seams.error());
  seams_ = *seams;

  const event_log::SignedHead::Identity identity{opened_.log, opened_.epoch};
  indexed_ = {opened_.log, opened_.epoch};
  Ed25519Key again = *signing_key(folder_);
  event_log::SignedHead head{*seams_.head, std::move(again), identity};
  const auto checkpoint = head.read();
  if (!checkpoint) return std::unexpected(checkpoint.error());
  signed_ = *checkpoint;

  event_log::Rights rights;
  for (const runtime::Account& account : folder_.accounts()) {
    rights.allow(account.name, account.may_append);
  }
  rights.allow_moving_the_floor("intake");
  auto log = event_log::EventLog::open(
      {*seams_.store, *seams_.head, *seams_.cmd, *seams_.feed, *index_.store, heads_file_},
      *signing_key(folder_),
      {.identity = identity,
       .rights = std::move(rights),
       .indexing = {.snapshot_every = 8},
       .floor_requests = {.kept_min = 2, .readers_return_within = {}}},
      clock_.now());
  if (!log) return std::unexpected(log.error());
  log_ = std::move(*log);
  return {};
}

Outcome FolderLog::step() {
  const Now now{clock_.now(), clock_.monotonic()};
  const auto work = log_->commands().step(now);
  if (!work) return std::unexpected(work.error());
  const auto fed = log_->feeds().step(now);
  if (!fed) return std::unexpected(fed.error());
  if (*work == Work::idle && *fed == Work::idle) {
    static_cast<void>(durable_.try_acquire_for(std::chrono::milliseconds{1}));
  }
  return {};
}

Result<wire::Reply> FolderLog::ask(const wire::Request& request) {
  return answer_to(request, [] { return Outcome{}; });
}

Result<wire::Reply> FolderLog::answer_to(const wire::Request& request,
                                         const std::function<Outcome()>& also) {
  clock_.advance(event_log::SignedHead::interval);  // so that each is followed by a signed head
  if (client_->send(the_server, wire::encode(request)) != Sent::sent) {
    return failure(ErrorCode::unavailable, "the queue is full");
  }
  for (int i = 0; i < steps_max; ++i) {
    if (auto stepped = step(); !stepped) return std::unexpected(stepped.error());
    if (auto done = also(); !done) return std::unexpected(done.error());
    if (const auto message = client_->receive()) return wire::decode_reply(message->bytes);
  }
  return failure(ErrorCode::unavailable, "the log does not answer");
}

Outcome FolderLog::compare_indexes() const {
  auto heads = heads_file_.read();
  if (!heads) return std::unexpected(heads.error());
  const auto same =
      event_log::verify_indexes(*seams_.store, *index_.store, *std::move(heads), indexed_);
  return same ? Outcome{} : std::unexpected(same.error());
}

Outcome FolderLog::read_from(Position from_exclusive, bool bare, const Take& take) {
  const Position head = log_->tail().head();
  const wire::Subscribe all{.from_exclusive = from_exclusive,
                            .credit = {.events = 1'000'000, .bytes = 64 * 1024 * 1024},
                            .bare = bare};
  const std::uint64_t subscription = ++subscriptions_;
  if (reader_->send(the_server, wire::encode(wire::Request{subscription, all})) != Sent::sent) {
    return failure(ErrorCode::unavailable, "the queue is full");
  }
  Position at = from_exclusive;
  for (int i = 0; at < head && i < steps_max; ++i) {
    clock_.advance(Milliseconds{1});
    const auto stepped = step();  // what was sent before it failed was served
    while (const auto message = reader_->receive()) {
      const auto reply = wire::decode_reply(message->bytes);
      if (!reply) return std::unexpected(reply.error());
      if (reply->number != subscription) continue;
      if (const auto* ended = std::get_if<wire::Ended>(&reply->what)) {
        return failure(ErrorCode::damaged, "the feed ended: " + ended->why.message);
      }
      const auto* batch = std::get_if<wire::Batch>(&reply->what);
      if (batch == nullptr) continue;
      if (auto taken = take(*batch); !taken) return taken;
      at = batch->to_inclusive;
    }
    if (!stepped) return stepped;
  }
  static_cast<void>(
      reader_->send(the_server, wire::encode(wire::Request{subscription, wire::Unsubscribe{}})));
  return at < head ? failure(ErrorCode::unavailable, "the feed does not reach the head")
                   : Outcome{};
}

Outcome FolderLog::move_floor(Position floor) {
  while (log_->index().covered() < floor) {
    if (auto kept_up = keep_up(); !kept_up) return kept_up;
  }
  const auto reply = answer_to({1, wire::MoveFloor{floor}}, [this] { return keep_up(); });
  if (!reply) return std::unexpected(reply.error());
  if (const auto* refused = std::get_if<wire::Refused>(&reply->what)) {
    return failure(ErrorCode::conflict, refused->message);
  }
  return {};
}

Outcome FolderLog::keep_up() {
  const auto work = log_->upkeep().step({clock_.now(), clock_.monotonic()});
  return work ? Outcome{} : std::unexpected(work.error());
}

Outcome FolderLog::consolidate() {
  event_log::Consolidation consolidation{*seams_.store, log_->tail(), few};
  while (true) {
    const auto work = consolidation.step({});
    if (!work) return std::unexpected(work.error());
    if (*work == Work::idle) return {};
  }
}

Outcome FolderLog::drain() {
  log_->commands().drain();
  while (!log_->commands().drained()) {
    if (auto stepped = step(); !stepped) return stepped;
  }
  log_->upkeep().drain();
  while (!log_->upkeep().drained()) {
    if (auto kept_up = keep_up(); !kept_up) return kept_up;
  }
  return {};
}

}  // namespace doorstep::faults
