#include "services/event_log/event_log.h"

#include <algorithm>
#include <utility>

#include "common/wire/event_codec.h"
#include "services/event_log/earlier_root.h"

namespace doorstep::event_log {
namespace {

// No key belongs to this account: nobody else can speak in its name.
const std::string the_log_itself{};
constexpr std::uint64_t records_read_for_a_root_max = 16 * page_events;

// The line by the log's own key; witnesses' lines beside it stay in the note's file.
std::string_view signature_on(std::string_view note, const proof::Checkpoint& checkpoint) {
  const auto parsed = proof::parse_note(note);
  if (!parsed) return {};
  const auto own = std::ranges::find(parsed->signatures, proof::origin_of(checkpoint),
                                     &proof::SignatureLine::name);
  return own == parsed->signatures.end() ? std::string_view{} : own->line;
}

}  // namespace

Result<std::unique_ptr<EventLog>> EventLog::open(Outside outside, Ed25519Key key, Settings settings,
                                                 Instant now) {
  std::unique_ptr<EventLog> log{new EventLog{outside, std::move(key), settings.identity}};
  const auto signed_head = log->head_.read();
  if (!signed_head) return std::unexpected(signed_head.error());
  auto recovered = recover({outside.store,
                            outside.index,
                            outside.heads_file,
                            {settings.identity.log, settings.identity.epoch}},
                           *signed_head, settings.progress);
  if (!recovered) return std::unexpected(recovered.error());
  if (!recovered->folded_again.empty()) {
    settings.say("the indexes were folded again from the first event: " + recovered->folded_again);
  }

  const LogState& state = recovered->state;
  if (auto fine = settings.check_clock(state.head == Position{} ? std::nullopt
                                                                : std::optional{state.recorded_at});
      !fine) {
    return std::unexpected(fine.error());
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
  if (auto begun = log->begin(*std::move(recovered), settings); !begun) {
    return std::unexpected(begun.error());
  }
  if (head == Position{} && settings.demonstration) {
    if (auto marked = log->mark(*settings.demonstration, now); !marked) {
      return std::unexpected(marked.error());
    }
  }
  if (auto marked = log->mark_restored(head, now); !marked) {
    return std::unexpected(marked.error());
  }
  return log;
}

Outcome EventLog::begin(Recovered recovered, Settings& settings) {
  const Position head = recovered.state.head;
  settings.rights.allow(the_log_itself, {EventType::demonstration_marked, EventType::log_restored});
  tail_ = std::make_unique<Tail>(head);
  index_ = std::move(recovered.index);
  proofs_ = std::make_unique<Proofs>(Proofs::Outside{outside_.store, *tail_, head_, outside_.notes},
                                     TreeNodes{std::exchange(recovered.state.pages, {})}, head,
                                     recovered.state.recorded_at);
  proofs_->move_floor(recovered.floor);
  news_.floor.move(std::move(recovered.floor));
  floor_ = std::make_unique<FloorRequests>(news_.floor, settings.floor_requests);
  if (auto caught_up = proofs_->catch_up(); !caught_up) return caught_up;
  commands_ = std::make_unique<CommandService>(
      CommandService::Outside{outside_.cmd, outside_.store, *tail_, head_, *proofs_, &news_.load,
                              floor_.get()},
      Sequencer{std::move(recovered.state), std::move(settings.rights)}, std::move(settings.rates));
  feeds_ = std::make_unique<FeedService>(
      FeedService::Outside{.feed = outside_.feed,
                           .store = outside_.store,
                           .tail = *tail_,
                           .index = *index_,
                           .news = news_,
                           .log = settings.identity.log,
                           .epoch = settings.identity.epoch,
                           .root_at = [this](Position position) { return root_at(position); }});
  take_on_upkeep(recovered.snapshot_at, settings);
  return {};
}

void EventLog::take_on_upkeep(Position snapshot_at, const Settings& settings) {
  const IndexedLog indexed{settings.identity.log, settings.identity.epoch};
  upkeep_.take_on(std::make_unique<Indexing>(
      Indexing::Outside{outside_.store, *tail_, *index_, outside_.heads_file}, indexed, snapshot_at,
      settings.say, settings.indexing));
  auto consolidation =
      std::make_unique<Consolidation>(outside_.store, *tail_, settings.consolidation);
  Consolidation& merging = *consolidation;
  upkeep_.take_on(std::move(consolidation));
  upkeep_.take_on(
      std::make_unique<FloorMove>(FloorMove::Outside{outside_.store, *index_, merging, news_.floor},
                                  indexed.log, settings.say, settings.floor));
}

Result<std::optional<Sha256>> EventLog::root_at(Position position) const {
  const std::uint64_t size = number(position);
  const auto pages = index_->page_roots(size);
  if (size - pages.size() * page_events > records_read_for_a_root_max) {
    return std::optional<Sha256>{};
  }
  // Looked at once: upkeep may move it meanwhile.
  const auto floor = news_.floor.tree();
  if (position < floor->floor) return std::optional<Sha256>{};
  const auto root = earlier_root(outside_.store, pages, size, floor->tree);
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
  return say(event, now);
}

Outcome EventLog::mark_restored(Position head, Instant now) {
  if (outside_.notes == nullptr) return {};
  const auto note = outside_.notes->restored_from();
  if (!note) return std::unexpected(note.error());
  if (!*note) return {};
  const auto from = proof::parse_checkpoint(**note);
  // Once anything follows what was put back, the record is there.
  if (!from || from->epoch >= head_.identity().epoch || from->size != number(head)) return {};
  const EventId id{derived_id(now, "log restored", from->log.value,
                              static_cast<std::uint64_t>(head_.identity().epoch))};
  return say({.envelope = {.id = id,
                           .type = EventType::log_restored,
                           .stream = system_stream,
                           .happened_at = now,
                           .actor = ActorId{named_id("service", "event-log")},
                           .purpose = Purpose::system},
              .body = LogRestored{.log = from->log,
                                  .epoch = static_cast<std::uint64_t>(from->epoch),
                                  .upto = head,
                                  .root = from->root,
                                  .signature = signature_on(**note, *from)}},
             now);
}

Outcome EventLog::say(const Event& event, Instant now) {
  const wire::Append append{.append_id = AppendId{event.envelope.id.value},
                            .events = {wire::encode_event(event)}};
  const Decision decision = commands_->append(append, the_log_itself, now);
  if (const auto* refused = std::get_if<wire::Refused>(&decision)) {
    return failure(ErrorCode::invalid, "state an event of the log's own: " + refused->message);
  }
  return {};
}

}  // namespace doorstep::event_log
