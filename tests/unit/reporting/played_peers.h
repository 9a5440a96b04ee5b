// Aggregation and the log as reporting hears them, played by the test: what they say is set by
// hand.
#pragma once

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "common/memory/memory_messages.h"
#include "common/wire/block_builder.h"
#include "common/wire/board_protocol.h"
#include "common/wire/event_codec.h"
#include "common/wire/log_protocol.h"

namespace doorstep::reporting::test {

class PlayedAggregation {
 public:
  explicit PlayedAggregation(std::unique_ptr<Messages> server) : server_{std::move(server)} {}

  Position as_of{1};
  Position head{1};
  Instant recorded_at{1'648'000'000'000};
  wire::Edition edition{LogId{{7, 9}}, Epoch{1}, 3};
  bool answers{true};
  std::map<AreaCode, wire::AreaView> areas{};
  std::map<HouseholdId, wire::HouseholdView> households{};
  wire::TaskPage tasks{};
  wire::Rounds rounds{};
  std::vector<wire::Question> asked{};

  void define(const std::string& code, const std::string& name, std::uint32_t screened = 0) {
    const AreaCode area = *parse_area(code);
    wire::AreaView& view = areas[area];
    view.code = area;
    view.name = name;
    view.tally.by_disposition[static_cast<std::size_t>(Disposition::screened)] = screened;
  }
  // Something happened: these areas changed at the next position.
  void change(const std::vector<std::string>& codes) {
    as_of = next(as_of);
    head = std::max(head, as_of);
    for (const std::string& code : codes) changed_at_[*parse_area(code)] = as_of;
  }

  // From a backup, as a new epoch.
  void put_back(Position to, Epoch epoch) {
    as_of = head = to;
    edition.epoch = epoch;
    changed_at_.clear();
  }

  // `alive`: a watch is answered even where nothing changed.
  void step(bool alive) {
    while (const auto message = server_->receive()) {
      const auto question = *wire::decode_question(message->bytes);
      asked.push_back(question);
      if (!answers) continue;
      if (const auto* watch = std::get_if<wire::Watch>(&question.what)) {
        parked_ = {message->peer, question.number, watch->after};
      } else {
        say(message->peer, question.number, answer(question));
      }
    }
    if (!parked_ || !answers) return;
    wire::Changed changed;
    for (const auto& [area, at] : changed_at_) {
      if (at > parked_->after) changed.areas.push_back(area);
    }
    if (changed.areas.empty() && parked_->after == as_of && !alive) return;
    say(parked_->peer, parked_->number, changed);
    parked_.reset();
  }

 private:
  using What = decltype(wire::Answer::what);
  struct Parked {
    PeerId peer{};
    std::uint64_t number{};
    Position after{};
  };

  void say(PeerId peer, std::uint64_t number, What what) {
    const wire::Answer answer{number, as_of, recorded_at, head, std::move(what), edition};
    (void)server_->send(peer, wire::encode(answer));
  }
  What answer(const wire::Question& question) const {
    if (const auto* area = std::get_if<wire::AskArea>(&question.what)) {
      const auto found = areas.find(area->area);
      if (found == areas.end()) return wire::NotFound{"no such area"};
      return wire::Areas{{found->second}};
    }
    if (const auto* below = std::get_if<wire::AskChildren>(&question.what)) {
      wire::Areas children;
      for (const auto& [code, view] : areas) {
        if (parent(code) == below->area) children.areas.push_back(view);
      }
      return children;
    }
    if (const auto* one = std::get_if<wire::AskHousehold>(&question.what)) {
      const auto found = households.find(one->household);
      if (found == households.end()) return wire::NotFound{"no such household"};
      return wire::HouseholdPage{{found->second}, {}};
    }
    if (std::holds_alternative<wire::AskHouseholds>(question.what)) {
      wire::HouseholdPage page;
      for (const auto& [id, view] : households) page.households.push_back(view);
      return page;
    }
    if (std::holds_alternative<wire::AskTasks>(question.what)) return tasks;
    return rounds;
  }

  std::unique_ptr<Messages> server_;
  std::map<AreaCode, Position> changed_at_{};
  std::optional<Parked> parked_{};
};

// Answers every subscription with all of its events at once, and then shows that it lives.
class PlayedLog {
 public:
  explicit PlayedLog(std::unique_ptr<Messages> server) : server_{std::move(server)} {}

  bool speaks{true};
  std::vector<wire::Subscribe> subscribed{};

  void append(const Event& event) { events_.push_back(event); }
  [[nodiscard]] Position head() const { return Position{events_.size()}; }

  // `alive`: every live reader hears of the head.
  void step(bool alive) {
    while (const auto message = server_->receive()) {
      const auto request = *wire::decode_request(message->bytes);
      if (!speaks) continue;
      if (const auto* subscribe = std::get_if<wire::Subscribe>(&request.what)) {
        subscribed.push_back(*subscribe);
        serve(message->peer, request.number, *subscribe);
      }
    }
    if (!alive || !speaks) return;
    for (Live& live : live_) send(live, live.upto, {});
  }

 private:
  struct Live {
    PeerId peer{};
    std::uint64_t number{};
    Position upto{};
    std::uint64_t batch{};
  };

  void serve(PeerId peer, std::uint64_t number, const wire::Subscribe& subscribe) {
    const Position until = subscribe.until == Position{} ? head() : subscribe.until;
    Live live{peer, number, subscribe.from_exclusive};
    wire::BlockBuilder builder;
    for (Position at = next(live.upto); at <= std::min(until, head()); at = next(at)) {
      const Event& event = events_[doorstep::number(at) - 1];
      const auto& types = subscribe.filter.types;
      const bool is_wanted =
          (subscribe.filter.stream.is_none() || subscribe.filter.stream == event.envelope.stream) &&
          (types.empty() || std::ranges::find(types, event.envelope.type) != types.end());
      if (is_wanted) builder.add({.position = at}, wire::encode_event(event));
    }
    const bool is_empty = builder.events() == 0;
    send(live, std::min(until, head()), is_empty ? Bytes{} : builder.finish());
    if (subscribe.until == Position{}) {
      live_.push_back(live);
    } else if (until <= head()) {
      const wire::Ended ended{{.code = wire::RefusalCode::done}};
      (void)server_->send(peer, wire::encode(wire::Reply{number, ended}));
    }
  }
  void send(Live& live, Position upto, Bytes block) {
    const wire::Batch batch{++live.batch, live.upto, upto, head(), std::move(block)};
    (void)server_->send(live.peer, wire::encode(wire::Reply{live.number, batch}));
    live.upto = upto;
  }

  std::unique_ptr<Messages> server_;
  std::vector<Event> events_{};
  std::vector<Live> live_{};
};

}  // namespace doorstep::reporting::test
