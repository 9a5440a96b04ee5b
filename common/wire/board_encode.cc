#include "common/wire/board_protocol.h"
#include "common/wire/capnp_message.h"
#include "schema/board.capnp.h"

namespace doorstep::wire {
namespace {

constexpr std::size_t words_of_parts = 64;  // any message without its lists and text
// Of one list element with its ids and inner lists, without text; rounded up.
constexpr std::size_t words_of_area = 32;
constexpr std::size_t words_of_household = 24;
constexpr std::size_t words_of_task = 32;
constexpr std::size_t words_of_round = 24;

unsigned text_size(std::string_view text) { return static_cast<unsigned>(text.size()); }

template <class List, class Numbers>
void copy_numbers(List to, const Numbers& numbers) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, numbers[i]);
}

void write_tally(schema::Tally::Builder to, const Tally& tally) {
  copy_numbers(to.initByDisposition(static_cast<unsigned>(tally.by_disposition.size())),
               tally.by_disposition);
  to.setUntouched(tally.untouched);
  copy_numbers(to.initWithdrawn(static_cast<unsigned>(tally.withdrawn.size())), tally.withdrawn);
  to.setOffRoster(tally.off_roster);
  to.setPersonsUsual(tally.persons_usual);
  to.setPersonsNotVerified(tally.persons_not_verified);
}

void write_area(schema::AreaView::Builder to, const AreaView& area) {
  to.setCode(area.code.value);
  copy_into(to.initName(text_size(area.name)), area.name);
  to.setChildren(area.children);
  write_tally(to.initTally(), area.tally);
  write_uuid_if(area.round.value, [&] { return to.initRound(); });
}

void write_household(schema::HouseholdView::Builder to, const HouseholdView& household) {
  write_uuid(to.initHousehold(), household.household.value);
  to.setArea(household.area.value);
  to.setKind(static_cast<std::uint8_t>(household.kind));
  to.setWithdrawn(static_cast<std::uint8_t>(household.withdrawn.value_or(WithdrawalReason{})));
  to.setOnRoster(household.on_roster);
  to.setDisposition(static_cast<std::uint8_t>(household.disposition));
  to.setDecidedBy(number(household.decided_by));
  to.setHappenedAt(household.happened_at.unix_ms);
  to.setVisits(household.visits);
  write_persons(to.initPersons(), household.persons);
  to.setLeadKind(static_cast<std::uint8_t>(household.lead.kind));
  write_uuid_if(household.lead.id, [&] { return to.initLead(); });
}

void write_task(schema::TaskView::Builder to, const Task& task) {
  write_uuid(to.initTask(), task.id.value);
  write_uuid_if(task.household.value, [&] { return to.initHousehold(); });
  write_uuid_if(task.round.value, [&] { return to.initRound(); });
  to.setArea(task.area.value);
  to.setKind(static_cast<std::uint8_t>(task.kind));
  to.setApproach(static_cast<std::uint8_t>(task.approach));
  to.setReason(static_cast<std::uint8_t>(task.reason));
  to.setState(static_cast<std::uint8_t>(task.state));
  to.setPriority(task.priority);
  to.setGivenReason(static_cast<std::uint8_t>(task.given_reason));
  to.setOrdinal(task.ordinal);
  to.setNotBefore(task.not_before.unix_ms);
  to.setNotAfter(task.not_after.unix_ms);
  write_uuid_if(task.given_to.value, [&] { return to.initGivenTo(); });
  to.setOpenedAt(number(task.opened_at));
  to.setChangedAt(number(task.changed_at));
  write_uuid_if(task.done_by.value, [&] { return to.initDoneBy(); });
}

void write_round(schema::RoundView::Builder to, const RoundView& view) {
  const Round& round = view.round;
  write_uuid(to.initRound(), round.id.value);
  write_uuid_if(round.campaign.value, [&] { return to.initCampaign(); });
  copy_into(to.initCampaignName(text_size(view.campaign_name)), view.campaign_name);
  to.setNumber(round.number);
  copy_into(to.initQuestionSet(text_size(round.question_set)), round.question_set);
  copy_into(to.initRiskList(text_size(round.risk_list)), round.risk_list);
  to.setOpenedAt(round.opened_at.unix_ms);
  to.setDeadline(round.deadline.unix_ms);
  to.setOpen(round.open);
}

// Writes each row of `rows` into the list element of its number.
template <class List, class Rows, class Write>
void write_rows(List to, const Rows& rows, Write write) {
  for (unsigned i = 0; i < to.size(); ++i) write(to[i], rows[i]);
}

class AnswerWriter {
 public:
  explicit AnswerWriter(schema::Answer::Builder to) : to_{to} {}

  void operator()(const Areas& a) {
    write_rows(to_.initAreas(static_cast<unsigned>(a.areas.size())), a.areas, write_area);
  }
  void operator()(const HouseholdPage& page) {
    auto to = to_.initHouseholds();
    write_rows(to.initHouseholds(static_cast<unsigned>(page.households.size())), page.households,
               write_household);
    write_uuid_if(page.next.value, [&] { return to.initNext(); });
  }
  void operator()(const TaskPage& page) {
    auto to = to_.initTasks();
    write_rows(to.initTasks(static_cast<unsigned>(page.tasks.size())), page.tasks, write_task);
    to.setNext(page.next);
    copy_numbers(to.initCounts(static_cast<unsigned>(page.counts.size())), page.counts);
  }
  void operator()(const Rounds& r) {
    write_rows(to_.initRounds(static_cast<unsigned>(r.rounds.size())), r.rounds, write_round);
  }
  void operator()(const DigestView& digest) {
    auto to = to_.initDigest();
    copy_into(to.initProjection(text_size(digest.projection)), digest.projection);
    to.setVersion(digest.version);
    std::ranges::copy(digest.sha256,
                      to.initSha256(static_cast<unsigned>(digest.sha256.size())).begin());
  }
  void operator()(const Changed& changed) {
    auto to = to_.initChanged(static_cast<unsigned>(changed.areas.size()));
    for (unsigned i = 0; i < to.size(); ++i) to.set(i, changed.areas[i].value);
  }
  void operator()(const NotFound& not_found) {
    copy_into(to_.initNotFound(text_size(not_found.message)), not_found.message);
  }
  void operator()(const Invalid& invalid) {
    copy_into(to_.initInvalid(text_size(invalid.message)), invalid.message);
  }

 private:
  schema::Answer::Builder to_;
};

std::size_t words_of(const Answer& answer) {
  const std::size_t rows = std::visit(
      overloaded{
          [](const Areas& a) {
            std::size_t words = 0;
            for (const AreaView& area : a.areas) words += words_of_area + text_words(area.name);
            return words;
          },
          [](const HouseholdPage& page) { return page.households.size() * words_of_household; },
          [](const TaskPage& page) { return page.tasks.size() * words_of_task; },
          [](const Rounds& r) {
            std::size_t words = 0;
            for (const RoundView& view : r.rounds) {
              words += words_of_round + text_words(view.campaign_name) +
                       text_words(view.round.question_set) + text_words(view.round.risk_list);
            }
            return words;
          },
          [](const DigestView& digest) { return text_words(digest.projection); },
          [](const Changed& changed) { return changed.areas.size(); },
          [](const NotFound& not_found) { return text_words(not_found.message); },
          [](const Invalid& invalid) { return text_words(invalid.message); },
      },
      answer.what);
  return words_of_parts + rows;
}

void write_edition(schema::Answer::Builder answer, const Edition& edition) {
  if (edition == Edition{}) return;
  auto to = answer.initEdition();
  write_uuid_if(edition.log.value, [&] { return to.initLog(); });
  to.setEpoch(std::to_underlying(edition.epoch));
  to.setFold(edition.fold);
}

template <class Ask>
void write_area_question(schema::AreaQuestion::Builder to, const Ask& ask) {
  to.setArea(ask.area.value);
  write_uuid_if(ask.round.value, [&] { return to.initRound(); });
}

Bytes finish_frame(MessageInPlace& message, FrameKind kind) {
  Bytes bytes = message.finish();
  write_frame_header(std::span{bytes}.first<frame_header_bytes>(), kind);
  return bytes;
}

}  // namespace

Bytes encode(const Question& question) {
  MessageInPlace message{frame_header_bytes, words_of_parts};
  auto to = message.init_root<schema::Question>();
  to.setNumber(question.number);
  std::visit(overloaded{
                 [&](const AskArea& ask) { write_area_question(to.initArea(), ask); },
                 [&](const AskChildren& ask) { write_area_question(to.initChildren(), ask); },
                 [&](const AskHouseholds& ask) {
                   auto q = to.initHouseholds();
                   q.setArea(ask.area.value);
                   write_uuid_if(ask.round.value, [&] { return q.initRound(); });
                   write_uuid_if(ask.after.value, [&] { return q.initAfter(); });
                   q.setLimit(ask.limit);
                 },
                 [&](const AskHousehold& ask) {
                   auto q = to.initHousehold();
                   write_uuid_if(ask.household.value, [&] { return q.initHousehold(); });
                   write_uuid_if(ask.round.value, [&] { return q.initRound(); });
                 },
                 [&](const AskTasks& ask) {
                   auto q = to.initTasks();
                   q.setArea(ask.area.value);
                   q.setState(static_cast<std::uint8_t>(ask.state));
                   q.setAfter(ask.after);
                   q.setLimit(ask.limit);
                 },
                 [&](const AskRounds&) { to.setRounds(); },
                 [&](const AskDigest&) { to.setDigest(); },
                 [&](const Watch& watch) { to.setWatch(number(watch.after)); },
             },
             question.what);
  return finish_frame(message, FrameKind::board_question);
}

Bytes encode(const Answer& answer) {
  MessageInPlace message{frame_header_bytes, words_of(answer)};
  auto to = message.init_root<schema::Answer>();
  to.setNumber(answer.number);
  to.setAsOf(number(answer.as_of));
  to.setRecordedAt(answer.recorded_at.unix_ms);
  to.setHead(number(answer.head));
  std::visit(AnswerWriter{to}, answer.what);
  write_edition(to, answer.edition);
  return finish_frame(message, FrameKind::board_answer);
}

}  // namespace doorstep::wire
