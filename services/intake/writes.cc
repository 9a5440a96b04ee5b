#include "services/intake/writes.h"

#include <algorithm>

#include "common/wire/event_codec.h"
#include "services/intake/answers.h"
#include "services/intake/conditions.h"
#include "services/intake/decide_duty.h"
#include "services/intake/decide_household.h"
#include "services/intake/decide_round.h"
#include "services/intake/decide_visit.h"

namespace doorstep::intake {
namespace {

EventId id_of(const Command& command) {
  return std::visit([](const auto& of) { return of.id; }, command);
}

// Of one write, before it is told that intake is busy: each time another one was faster.
constexpr int decisions_max = 32;

// Below the log's floor: sealed and dropped.
bool is_gone(const wire::Refused& why) { return why.code == wire::RefusalCode::cursor_below_floor; }

bool was_overtaken(const wire::Refused& why) {
  return why.code == wire::RefusalCode::condition_failed || why.code == wire::RefusalCode::reread;
}

HttpResponse busy() { return answer_of(wire::Refused{.code = wire::RefusalCode::busy}); }

}  // namespace

void Writes::start(Command command, Now now, Answer answer) {
  now_ = now;
  ++pending_;
  Write write{std::move(command), std::move(answer)};
  if (std::holds_alternative<RetractVisit>(write.command)) {
    find_visit(std::move(write));
  } else {
    decide_and_append(std::move(write));
  }
}

Work Writes::step(Now now) {
  now_ = now;
  Work work = Work::idle;
  while (!waiting_for_client_.empty() && log_.accepts()) {
    Step next = std::move(waiting_for_client_.front());
    waiting_for_client_.pop_front();
    next();
    work = Work::done;
  }
  while (!waiting_for_view_.empty() && waiting_for_view_.begin()->first <= view_.position()) {
    Step next = std::move(waiting_for_view_.begin()->second);
    waiting_for_view_.erase(waiting_for_view_.begin());
    next();
    work = Work::done;
  }
  return work;
}

void Writes::ask(Step step) {
  if (log_.accepts() && waiting_for_client_.empty()) {
    step();
  } else {
    waiting_for_client_.push_back(std::move(step));
  }
}

// A visit's id is its append id, so the log itself finds it; those appended in batches the view
// knows.
void Writes::find_visit(Write write) {
  const VisitId visit = std::get<RetractVisit>(write.command).visit;
  if (const auto position = view_.known().in_batch(visit)) {
    fill_visit(std::move(write), *position, *position);
    return;
  }
  ask([this, visit, write = std::move(write)]() mutable {
    log_.lookup(AppendId{visit.value}, [this, write = std::move(write)](auto found) mutable {
      if (!found) {
        answer(write, answer_of(found.error()));
      } else if (found->appended) {
        fill_visit(std::move(write), found->appended->first, found->appended->last);
      } else {
        decide_and_append(std::move(write));
      }
    });
  });
}

void Writes::fill_visit(Write write, Position first, Position last) {
  if (!stored_.accepts()) {
    answer(write, busy());
    return;
  }
  stored_.read(first, last, now_, [this, write = std::move(write)](auto stored) mutable {
    if (!stored && is_gone(stored.error())) {
      look_back(std::move(write), visit_is_gone());
      return;
    }
    if (!stored) {
      answer(write, answer_of(stored.error()));
      return;
    }
    auto& retraction = std::get<RetractVisit>(write.command);
    for (const Event& event : stored->events) {
      const auto* visit = std::get_if<VisitRecorded>(&event.body);
      if (visit == nullptr || visit->visit != retraction.visit) continue;
      retraction.of = StoredVisit{visit->household, visit->round, event.envelope.area};
    }
    decide_and_append(std::move(write));
  });
}

void Writes::decide_and_append(Write write) {
  ++write.decisions;
  const Decision decision =
      std::visit([&](const auto& command) { return decide(command, view_.known(), now_.wall); },
                 write.command);
  if (decision) {
    append(std::move(write), *decision);
  } else {
    look_back(std::move(write), answer_of(decision.error()));
  }
}

// The events' text lies in the command: it is encoded before the command moves on.
void Writes::append(Write&& write, const std::vector<Event>& events) {
  wire::Append request{.append_id = AppendId{id_of(write.command).value},
                       .conditions = conditions_of(write.command, view_.known(), view_.position())};
  for (const Event& event : events) request.events.push_back(wire::encode_event(event));
  ask([this, request = std::move(request), write = std::move(write)]() mutable {
    log_.append(request, [this, write = std::move(write)](auto appended) mutable {
      if (appended) {
        answer_when_seen(std::move(write), appended->last, appended->duplicate);
      } else if (appended.error().code == wire::RefusalCode::id_conflict) {
        look_back(std::move(write), id_used_otherwise());
      } else if (was_overtaken(appended.error()) && write.decisions < decisions_max) {
        decide_again(std::move(write), appended.error().position);
      } else if (was_overtaken(appended.error())) {
        answer(write, busy());
      } else {
        answer(write, answer_of(appended.error()));
      }
    });
  });
}

void Writes::decide_again(Write write, Position seen) {
  waiting_for_view_.emplace(
      seen, [this, write = std::move(write)]() mutable { decide_and_append(std::move(write)); });
}

void Writes::look_back(Write write, HttpResponse otherwise) {
  ask([this, otherwise = std::move(otherwise), write = std::move(write)]() mutable {
    const AppendId id{id_of(write.command).value};
    log_.lookup(
        id, [this, otherwise = std::move(otherwise), write = std::move(write)](auto found) mutable {
          if (!found) {
            answer(write, answer_of(found.error()));
          } else if (found->appended) {
            compare(std::move(write), found->appended->first, found->appended->last);
          } else {
            answer(write, std::move(otherwise));
          }
        });
  });
}

void Writes::compare(Write write, Position first, Position last) {
  if (!stored_.accepts()) {
    answer(write, busy());
    return;
  }
  stored_.read(first, last, now_, [this, last, write = std::move(write)](auto stored) mutable {
    // What was said under this id can no longer be told; that it was recorded is still true.
    if (!stored && is_gone(stored.error())) {
      answer_when_seen(std::move(write), last, true);
      return;
    }
    if (!stored) {
      answer(write, answer_of(stored.error()));
      return;
    }
    const bool is_retry = std::visit(
        [&](const auto& command) { return repeats(command, stored->events); }, write.command);
    if (is_retry) {
      answer_when_seen(std::move(write), last, true);
    } else {
      answer(write, id_used_otherwise());
    }
  });
}

void Writes::answer(Write& write, HttpResponse response) {
  --pending_;
  write.answer(std::move(response));
}

void Writes::answer_when_seen(Write write, Position last, bool duplicate) {
  waiting_for_view_.emplace(last, [this, last, duplicate, write = std::move(write)]() mutable {
    const EventId id = id_of(write.command);
    answer(write, recorded(id, last, duplicate));
  });
}

}  // namespace doorstep::intake
