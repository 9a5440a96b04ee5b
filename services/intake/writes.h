// The way of one write: decide, append, wait until intake itself has seen it, answer. The log
// recognises a retry by its id and answers with the first result, so deciding before asking it
// costs nothing; where a decision is no, the log is asked whether the request had been recorded
// already. Where two of which only one may land are decided at once, the log refuses the second
// (conditions.h), and it is decided again.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>

#include "common/runtime/log_client.h"
#include "common/seam/http.h"
#include "services/intake/commands.h"
#include "services/intake/log_view.h"
#include "services/intake/refusal.h"
#include "services/intake/stored_events.h"

namespace doorstep::intake {

class Writes {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;

  // All three must outlive it. One thread.
  Writes(runtime::LogClient& log, const LogView& view, StoredEventReader& stored)
      : log_{log}, view_{view}, stored_{stored} {}

  // Pre-condition: the log client accepts. `answer` is called once, from a later step or from here.
  void start(Command command, Now now, Answer answer);
  // Goes on with what waited for the log client, and answers what intake has seen by now.
  [[nodiscard]] Work step(Now now);
  // Writes that are not answered yet.
  [[nodiscard]] std::size_t pending() const { return pending_; }

 private:
  struct Write {
    Command command{};
    Answer answer{};
    int decisions{};
  };
  using Step = std::move_only_function<void()>;

  void find_visit(Write write);
  void fill_visit(Write write, Position first, Position last);
  void decide_and_append(Write write);
  void append(Write&& write, const std::vector<Event>& events);
  // The log has something that the decision had not seen: once intake has seen it, too.
  void decide_again(Write write, Position seen);
  // Answers with what is recorded under the write's id; with `otherwise` where nothing is.
  void look_back(Write write, HttpResponse otherwise);
  void compare(Write write, Position first, Position last);
  void answer(Write& write, HttpResponse response);
  void answer_when_seen(Write write, Position last, bool duplicate);
  // Now, or as soon as the log client accepts.
  void ask(Step step);

  runtime::LogClient& log_;
  const LogView& view_;
  StoredEventReader& stored_;
  Now now_{};
  std::size_t pending_{};
  std::deque<Step> waiting_for_client_{};
  std::multimap<Position, Step> waiting_for_view_{};
};

}  // namespace doorstep::intake
