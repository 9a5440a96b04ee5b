#include "tests/bench/race/payload.h"

#include "common/memory/seeded_random.h"
#include "common/wire/event_codec.h"

namespace doorstep::bench {
namespace {

constexpr Instant morning{1'647'993'600'000};  // 2022-03-23T08:00+08:00
constexpr std::uint64_t workers = 2'000;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : random_{seed} {}
  Uuid id() {
    const std::uint64_t high = random_.next();
    return with_version({high, random_.next()}, 8);
  }
  Uuid id(Instant at) { return random_.uuid(at); }
  std::uint64_t below(std::uint64_t end) { return random_.next() % end; }
  bool in_a_hundred(std::uint64_t times) { return below(100) < times; }

 private:
  memory::SeededRandom random_;
};

Uuid worker(std::uint64_t n) { return Chance{1'000'000 + n}.id(); }
Uuid device(std::uint64_t n) { return Chance{2'000'000 + n}.id(); }

// As the simulated field makes them: of 2,725 visits of a day of `field simulate` 14 in 100 were
// written on paper and entered by somebody else, without a device, and 7 were made by two.
Event visit_of(std::size_t n) {
  Chance chance{3'000'000 + n};
  const std::uint64_t by = chance.below(workers);
  const Instant started = morning + Milliseconds{chance.below(43'000'000)};
  const Instant ended = started + Milliseconds{60'000 + chance.below(340'000)};
  const Uuid id = chance.id(ended);
  VisitRecorded visit{.visit = VisitId{id},
                      .household = HouseholdId{household_of(n)},
                      .round = RoundId{Chance{0}.id(morning)},
                      .mode = VisitMode::at_door,
                      .started = started,
                      .ended = ended,
                      .disposition = Disposition::no_answer};
  visit.done_by.add(WorkerId{worker(by)});
  if (chance.in_a_hundred(7)) visit.done_by.add(WorkerId{worker((by + 1) % workers)});
  if (chance.in_a_hundred(60)) {
    const auto persons = static_cast<std::uint16_t>(1 + chance.below(6));
    visit.disposition = Disposition::screened;
    visit.persons = {.registered = persons, .usual = persons, .present = persons};
  }
  const bool on_paper = chance.in_a_hundred(14);
  if (on_paper) {
    visit.mode = VisitMode::from_paper;
    visit.entered_by = WorkerId{worker(chance.below(workers))};
  } else {
    visit.device_skew_ms = static_cast<std::int32_t>(chance.below(4'000)) - 2'000;
  }
  return {.envelope = {.id = EventId{id},
                       .type = EventType::visit_recorded,
                       .stream = stream_of(visit.household),
                       .area = {431'224'100'001'00100 + 100'000 * chance.below(17)},
                       .happened_at = ended,
                       .actor = ActorId{on_paper ? visit.entered_by.value : worker(by)},
                       .device = on_paper ? DeviceId{} : DeviceId{device(by)},
                       .purpose = Purpose::screening},
          .body = visit};
}

}  // namespace

Uuid household_of(std::size_t n) { return Chance{n}.id(); }

Payloads::Payloads(std::size_t connections) {
  for (std::size_t n = 0; n < households; ++n) visits_.push_back(wire::encode_event(visit_of(n)));
  for (std::size_t i = 0; i < connections; ++i) places_.push_back({.household = i});
}

std::span<const Visit> Payloads::next(std::size_t connection, std::size_t events) {
  taken_.clear();
  Place& place = places_[connection];
  for (std::size_t i = 0; i < events; ++i) {
    taken_.push_back({household_of(place.household), place.revision, visits_[place.household]});
    place.household += places_.size();
    if (place.household < households) continue;
    place.household = connection;
    ++place.revision;
  }
  return taken_;
}

}  // namespace doorstep::bench
