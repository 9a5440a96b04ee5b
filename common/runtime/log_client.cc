#include "common/runtime/log_client.h"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "common/domain/assert.h"

namespace doorstep::runtime {

struct LogClient::Pending {
  SharedBytes frame{};  // as first sent: a request that is sent again is the same request
  std::move_only_function<void(wire::Reply)> answered{};
  std::optional<Milliseconds> first_tried{};
  Milliseconds due{};  // when to send it again
};

struct LogClient::Requests {
  std::uint64_t next_number{1};
  std::map<std::uint64_t, Pending> pending{};  // by number: what was asked first
  std::deque<std::uint64_t> fresh{};           // not sent yet
  Milliseconds next_due{Milliseconds::max()};  // no pending request has to be looked at before
  std::uint64_t connection{};                  // that the last of them went over
};

namespace {

constexpr int replies_per_step_max = 256;
constexpr Milliseconds retry_after_least{20};

// What the caller is told: its kind of answer, or why there is none.
template <class T>
std::move_only_function<void(wire::Reply)> expecting(LogClient::Answered<T> answered) {
  return [answered = std::move(answered)](wire::Reply reply) mutable {
    if (auto* answer = std::get_if<T>(&reply.what)) {
      answered(std::move(*answer));
    } else if (auto* refused = std::get_if<wire::Refused>(&reply.what)) {
      answered(std::unexpected(std::move(*refused)));
    } else {
      answered(std::unexpected(
          wire::Refused{.code = wire::RefusalCode::invalid,
                        .message = "the log gave another kind of answer than was asked for"}));
    }
  };
}

// Refusals that pass by themselves: the log is at a limit, or is being restarted.
bool is_passing(const wire::Reply& reply) {
  const auto* refused = std::get_if<wire::Refused>(&reply.what);
  return refused != nullptr &&
         (refused->code == wire::RefusalCode::busy || refused->code == wire::RefusalCode::draining);
}

}  // namespace

LogClient::LogClient(Messages& cmd, Limits limits)
    : cmd_{cmd}, limits_{limits}, requests_{std::make_unique<Requests>()} {}
LogClient::~LogClient() = default;

bool LogClient::accepts() const { return in_flight() < limits_.in_flight_max; }
std::size_t LogClient::in_flight() const { return requests_->pending.size(); }

void LogClient::append(const wire::AppendView& append, Answered<wire::Appended> answered) {
  submit({.what = append}, expecting<wire::Appended>(std::move(answered)));
}
void LogClient::lookup(AppendId append_id, Answered<wire::Found> answered) {
  submit({.what = wire::Lookup{append_id}}, expecting<wire::Found>(std::move(answered)));
}
void LogClient::describe(Answered<wire::Described> answered) {
  submit({.what = wire::Describe{}}, expecting<wire::Described>(std::move(answered)));
}

void LogClient::submit(wire::RequestView request,
                       std::move_only_function<void(wire::Reply)> answered) {
  DOORSTEP_ASSERT(accepts());
  const std::uint64_t number = requests_->next_number++;
  request.number = number;
  requests_->pending.emplace(
      number, Pending{.frame = wire::encode(request), .answered = std::move(answered)});
  requests_->fresh.push_back(number);
}

Work LogClient::step(Now now) {
  Work work = Work::idle;
  for (int taken = 0; taken < replies_per_step_max; ++taken) {
    const auto message = cmd_.receive();
    if (!message) break;
    work = Work::done;
    auto reply = wire::decode_reply(message->bytes);
    if (reply) accept(std::move(*reply), now);
  }
  if (const std::uint64_t connection = cmd_.connection(); connection != requests_->connection) {
    // What was under way on the connection before is lost: it is sent again, and not only when due.
    requests_->connection = connection;
    for (auto& [number, pending] : requests_->pending) pending.due = now.monotonic;
    if (!requests_->pending.empty()) requests_->next_due = now.monotonic;
  }
  send_fresh(now);
  if (now.monotonic >= requests_->next_due) send_due(now);
  cmd_.flush();
  return work;
}

void LogClient::accept(wire::Reply reply, Now now) {
  const auto found = requests_->pending.find(reply.number);
  // A second answer, to a request that was sent twice, finds nothing any more.
  if (found == requests_->pending.end()) return;
  if (is_passing(reply) && found->second.first_tried &&
      now.monotonic - *found->second.first_tried < limits_.give_up_after) {
    const Milliseconds wait{std::get<wire::Refused>(reply.what).retry_after_ms};
    found->second.due = now.monotonic + std::max(wait, retry_after_least);
    requests_->next_due = std::min(requests_->next_due, found->second.due);
    return;
  }
  auto answered = std::move(found->second.answered);
  requests_->pending.erase(found);
  answered(std::move(reply));
}

void LogClient::send_fresh(Now now) {
  // The patience of each counts from here, also of those that a broken link keeps waiting.
  for (auto number = requests_->fresh.rbegin(); number != requests_->fresh.rend(); ++number) {
    const auto found = requests_->pending.find(*number);
    if (found == requests_->pending.end()) continue;
    if (found->second.first_tried) break;
    found->second.first_tried = now.monotonic;
  }
  while (!requests_->fresh.empty()) {
    const auto found = requests_->pending.find(requests_->fresh.front());
    if (found != requests_->pending.end()) {
      Pending& pending = found->second;
      const bool sent = cmd_.send_shared(the_server, pending.frame) == Sent::sent;
      pending.due = now.monotonic + limits_.resend_after;
      requests_->next_due = std::min(requests_->next_due, pending.due);
      if (!sent) return;
    }
    requests_->fresh.pop_front();
  }
}

// Sends what got no answer once more, oldest first, and gives up on what is too old.
void LogClient::send_due(Now now) {
  std::vector<std::uint64_t> given_up;
  Milliseconds next_due = Milliseconds::max();
  bool link_takes = requests_->fresh.empty();
  for (auto& [number, pending] : requests_->pending) {
    if (!pending.first_tried) break;  // asked for since send_fresh()
    const Milliseconds last = *pending.first_tried + limits_.give_up_after;
    if (now.monotonic >= last) {
      given_up.push_back(number);
      continue;
    }
    if (link_takes && pending.due <= now.monotonic) {
      link_takes = cmd_.send_shared(the_server, pending.frame) == Sent::sent;
      if (link_takes) pending.due = now.monotonic + limits_.resend_after;
    }
    next_due = std::min({next_due, std::max(pending.due, now.monotonic + retry_after_least), last});
  }
  requests_->next_due = next_due;
  // Answering may ask again, and so comes last.
  for (const std::uint64_t number : given_up) {
    accept({number, wire::Refused{.code = wire::RefusalCode::no_answer,
                                  .message = "the log did not answer in time; send it again"}},
           now);
  }
}

}  // namespace doorstep::runtime
