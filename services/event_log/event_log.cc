#include "services/event_log/event_log.h"

#include <utility>

#include "common/wire/event_codec.h"
#include "services/event_log/earlier_root.h"

namespace doorstep::event_log {
namespace {

// No key belongs to this account: nobody else can speak in its name.
const std::string the_log_itself{};
constexpr std::uint64_t records_read_for_a_root_max = 16 * page_events;

}  // namespace

Result<std::unique_ptr<EventLog>> EventLog::open(Outside outside, Ed25519Key key, Settings settings,
                                                 Instant now) {
  std::unique_ptr<EventLog> log{new EventLog{outside, std::move(key), settings.identity}};
  const auto signed_head = log->head_.read();
  if (!signed_head) return std::unexpected(signed_head.error());
  const IndexedLog indexed{settings.identity.log, settings.identity.epoch};
  auto recovered = recover({outside.store, outside.index, outside.heads_file, indexed},
                           *signed_head, settings.progress);
  if (!recovered) return std::unexpected(recovered.error());
  if (!recovered->folded_again.empty()) {
    settings.say("the indexes were folded again from the first event: " + recovered->folded_again);
  }

  log->head_.listen([&news = log->news_](std::uint64_t size, const std::string& note) {
    news.checkpoint.set(size, note);
  });
  if (*signed_head && (*signed_head)->epoch == settings.identity.epoch) {
    log->head_.announce(**signed_head);
  }
  const Position head = recovered->state.head;
  if (!*signed_head) {
    // Before the first block can reach the disk: events without a signed head are refused.
    Hasher hasher;
    const Outcome written = log->head_.write(0, proof::MerkleTree{}.root(hasher), Milliseconds{});
    if (!written) return std::unexpected(written.error());
  }
  settings.rights.allow(the_log_itself, {EventType::demonstration_marked});
  log->tail_ = std::make_unique<Tail>(head);
  log->index_ = std::move(recovered->index);
  log->proofs_ = std::make_unique<Proofs>(
      Proofs::Outside{outside.store, *log->tail_, log->head_, outside.notes},
      TreeNodes{std::exchange(recovered->state.pages, {})}, head, recovered->state.recorded_at);
  if (auto caught_up = log->proofs_->catch_up(); !caught_up) {
    return std::unexpected(caught_up.error());
  }
  log->commands_ = std::make_unique<CommandService>(
      CommandService::Outside{outside.cmd, outside.store, *log->tail_, log->head_, *log->proofs_,
                              &log->news_.load},
      Sequencer{std::move(recovered->state), std::move(settings.rights)},
      std::move(settings.rates));
  log->feeds_ = std::make_unique<FeedService>(FeedService::Outside{
      .feed = outside.feed,
      .store = outside.store,
      .tail = *log->tail_,
      .index = *log->index_,
      .news = log->news_,
      .log = settings.identity.log,
      .epoch = settings.identity.epoch,
      .root_at = [&log = *log](Position position) { return log.root_at(position); }});
  log->upkeep_.take_on(std::make_unique<Indexing>(
      Indexing::Outside{outside.store, *log->tail_, *log->index_, outside.heads_file}, indexed,
      recovered->snapshot_at, std::move(settings.say), settings.indexing));
  log->upkeep_.take_on(std::make_unique<Consolidation>(outside.store, settings.consolidation));
  if (head == Position{} && settings.demonstration) {
    if (auto marked = log->mark(*settings.demonstration, now); !marked) {
      return std::unexpected(marked.error());
    }
  }
  return log;
}

Result<std::optional<Sha256>> EventLog::root_at(Position position) const {
  const std::uint64_t size = number(position);
  const auto pages = index_->page_roots(size);
  if (size - pages.size() * page_events > records_read_for_a_root_max) {
    return std::optional<Sha256>{};
  }
  const auto root = earlier_root(outside_.store, pages, size);
  if (!root) return std::unexpected(root.error());
  return std::optional{*root};
}

Outcome EventLog::mark(const DemonstrationMarked& demonstration, Instant now) {
  const EventId id{derived_id(demonstration.starts, "demonstration", head_.identity().log.value)};
  const Event event{.envelope = {.id = id,
                                 .type = EventType::demonstration_marked,
                                 .stream = system_stream,
                                 .happened_at = demonstration.starts,
                                 .actor = ActorId{named_id("service", "event-log")},
                                 .purpose = Purpose::system},
                    .body = demonstration};
  const wire::Append append{.append_id = AppendId{id.value}, .events = {wire::encode_event(event)}};
  const Decision decision = commands_->append(append, the_log_itself, now);
  if (const auto* refused = std::get_if<wire::Refused>(&decision)) {
    return failure(ErrorCode::invalid, "mark the log as a demonstration: " + refused->message);
  }
  return {};
}

}  // namespace doorstep::event_log
