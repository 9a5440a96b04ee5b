#include <string>

#include "common/wire/board_protocol.h"
#include "common/wire/capnp_message.h"
#include "schema/board.capnp.h"

namespace doorstep::wire {
namespace {

std::unexpected<Error> invalid(std::string message) {
  return failure(ErrorCode::invalid, std::move(message));
}

std::string text_of(capnp::Text::Reader text) { return std::string{view_of(text)}; }

// A shorter list leaves zeros (an older writer); what is beyond ours is a newer writer's.
template <std::size_t n>
std::array<std::uint32_t, n> read_numbers(capnp::List<std::uint32_t>::Reader from) {
  std::array<std::uint32_t, n> numbers{};
  for (unsigned i = 0; i < from.size() && i < n; ++i) numbers[i] = from[i];
  return numbers;
}

Tally read_tally(schema::Tally::Reader from) {
  Tally tally;
  tally.by_disposition = read_numbers<std::size(Tally{}.by_disposition)>(from.getByDisposition());
  tally.untouched = from.getUntouched();
  tally.withdrawn = read_numbers<std::size(Tally{}.withdrawn)>(from.getWithdrawn());
  tally.off_roster = from.getOffRoster();
  tally.persons_usual = from.getPersonsUsual();
  tally.persons_not_verified = from.getPersonsNotVerified();
  return tally;
}

AreaView read_area(schema::AreaView::Reader from) {
  return {.code = {from.getCode()},
          .name = text_of(from.getName()),
          .children = from.getChildren(),
          .round = read_id<RoundId>(from.getRound()),
          .tally = read_tally(from.getTally())};
}

HouseholdView read_household(schema::HouseholdView::Reader from) {
  HouseholdView household{
      .household = read_id<HouseholdId>(from.getHousehold()),
      .area = {from.getArea()},
      .kind = static_cast<HouseholdKind>(from.getKind()),
      .on_roster = from.getOnRoster(),
      .disposition = static_cast<Disposition>(from.getDisposition()),
      .decided_by = Position{from.getDecidedBy()},
      .happened_at = {from.getHappenedAt()},
      .visits = from.getVisits(),
      .persons = read_persons(from.getPersons()),
      .lead = {static_cast<HolderKind>(from.getLeadKind()), read_uuid(from.getLead())}};
  if (from.getWithdrawn() != 0) {
    household.withdrawn = static_cast<WithdrawalReason>(from.getWithdrawn());
  }
  return household;
}

Task read_task(schema::TaskView::Reader from) {
  return {.id = read_id<TaskId>(from.getTask()),
          .kind = static_cast<TaskKind>(from.getKind()),
          .household = read_id<HouseholdId>(from.getHousehold()),
          .round = read_id<RoundId>(from.getRound()),
          .area = {from.getArea()},
          .ordinal = from.getOrdinal(),
          .approach = static_cast<TaskApproach>(from.getApproach()),
          .reason = static_cast<TaskReason>(from.getReason()),
          .not_before = {from.getNotBefore()},
          .not_after = {from.getNotAfter()},
          .priority = from.getPriority(),
          .state = static_cast<TaskState>(from.getState()),
          .given_to = read_id<WorkerId>(from.getGivenTo()),
          .given_reason = static_cast<GivenReason>(from.getGivenReason()),
          .done_by = read_id<VisitId>(from.getDoneBy()),
          .opened_at = Position{from.getOpenedAt()},
          .changed_at = Position{from.getChangedAt()}};
}

RoundView read_round(schema::RoundView::Reader from) {
  return {.round = {.id = read_id<RoundId>(from.getRound()),
                    .campaign = read_id<CampaignId>(from.getCampaign()),
                    .number = from.getNumber(),
                    .question_set = text_of(from.getQuestionSet()),
                    .risk_list = text_of(from.getRiskList()),
                    .opened_at = {from.getOpenedAt()},
                    .deadline = {from.getDeadline()},
                    .open = from.getOpen()},
          .campaign_name = text_of(from.getCampaignName())};
}

template <class Row, class List, class Read>
std::vector<Row> read_rows(List from, Read read) {
  std::vector<Row> rows;
  rows.reserve(from.size());
  for (const auto row : from) rows.push_back(read(row));
  return rows;
}

TaskPage read_task_page(schema::TaskPage::Reader from) {
  return {.tasks = read_rows<Task>(from.getTasks(), read_task),
          .next = from.getNext(),
          .counts = read_numbers<5>(from.getCounts())};
}

Result<DigestView> read_digest(schema::DigestView::Reader from) {
  DigestView digest{.projection = text_of(from.getProjection()), .version = from.getVersion()};
  const auto sha256 = from.getSha256();
  if (sha256.size() != digest.sha256.size()) return invalid("digest: the hash is not 32 bytes");
  std::ranges::copy(sha256, digest.sha256.begin());
  return digest;
}

Changed read_changed(capnp::List<std::uint64_t>::Reader from) {
  Changed changed;
  changed.areas.reserve(from.size());
  for (const std::uint64_t code : from) changed.areas.push_back({code});
  return changed;
}

Edition read_edition(schema::Edition::Reader from) {
  return {.log = read_id<LogId>(from.getLog()),
          .epoch = Epoch{from.getEpoch()},
          .fold = from.getFold()};
}

Result<Answer> read_answer(schema::Answer::Reader from) {
  Answer answer{.number = from.getNumber(),
                .as_of = Position{from.getAsOf()},
                .recorded_at = {from.getRecordedAt()},
                .head = Position{from.getHead()},
                .edition = read_edition(from.getEdition())};
  switch (from.which()) {
    case schema::Answer::AREAS:
      answer.what = Areas{read_rows<AreaView>(from.getAreas(), read_area)};
      return answer;
    case schema::Answer::HOUSEHOLDS: {
      const auto page = from.getHouseholds();
      answer.what = HouseholdPage{read_rows<HouseholdView>(page.getHouseholds(), read_household),
                                  read_id<HouseholdId>(page.getNext())};
      return answer;
    }
    case schema::Answer::TASKS:
      answer.what = read_task_page(from.getTasks());
      return answer;
    case schema::Answer::ROUNDS:
      answer.what = Rounds{read_rows<RoundView>(from.getRounds(), read_round)};
      return answer;
    case schema::Answer::DIGEST: {
      auto digest = read_digest(from.getDigest());
      if (!digest) return std::unexpected(digest.error());
      answer.what = std::move(*digest);
      return answer;
    }
    case schema::Answer::CHANGED:
      answer.what = read_changed(from.getChanged());
      return answer;
    case schema::Answer::NOT_FOUND:
      answer.what = NotFound{text_of(from.getNotFound())};
      return answer;
    case schema::Answer::INVALID:
      answer.what = Invalid{text_of(from.getInvalid())};
      return answer;
  }
  return invalid("an answer that this program does not know");
}

template <class Ask>
Ask read_area_question(schema::AreaQuestion::Reader from) {
  return {.area = {from.getArea()}, .round = read_id<RoundId>(from.getRound())};
}

Result<Question> read_question(schema::Question::Reader from) {
  Question question{.number = from.getNumber()};
  switch (from.which()) {
    case schema::Question::AREA:
      question.what = read_area_question<AskArea>(from.getArea());
      return question;
    case schema::Question::CHILDREN:
      question.what = read_area_question<AskChildren>(from.getChildren());
      return question;
    case schema::Question::HOUSEHOLDS: {
      const auto ask = from.getHouseholds();
      question.what = AskHouseholds{.area = {ask.getArea()},
                                    .round = read_id<RoundId>(ask.getRound()),
                                    .after = read_id<HouseholdId>(ask.getAfter()),
                                    .limit = ask.getLimit()};
      return question;
    }
    case schema::Question::HOUSEHOLD: {
      const auto ask = from.getHousehold();
      question.what = AskHousehold{.household = read_id<HouseholdId>(ask.getHousehold()),
                                   .round = read_id<RoundId>(ask.getRound())};
      return question;
    }
    case schema::Question::TASKS: {
      const auto ask = from.getTasks();
      question.what = AskTasks{.area = {ask.getArea()},
                               .state = static_cast<TaskState>(ask.getState()),
                               .after = ask.getAfter(),
                               .limit = ask.getLimit()};
      return question;
    }
    case schema::Question::ROUNDS:
      question.what = AskRounds{};
      return question;
    case schema::Question::DIGEST:
      question.what = AskDigest{};
      return question;
    case schema::Question::WATCH:
      question.what = Watch{Position{from.getWatch()}};
      return question;
  }
  return invalid("a question that this program does not know");
}

}  // namespace

Result<Question> decode_question(BytesView frame) {
  return read_frame<schema::Question, Question>(frame, FrameKind::board_question, read_question);
}

Result<Answer> decode_answer(BytesView frame) {
  return read_frame<schema::Answer, Answer>(frame, FrameKind::board_answer, read_answer);
}

}  // namespace doorstep::wire
