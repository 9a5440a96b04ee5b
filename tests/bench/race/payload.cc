#include "tests/bench/race/payload.h"

#include "common/wire/event_codec.h"
#include "tests/support/sample_events.h"

namespace doorstep::bench {

Uuid household_of(std::size_t n) { return {0x017f'b4a1'2c00'7000, 0x9000'0000'0000'0000 + n}; }

Payloads::Payloads(std::size_t connections) {
  for (std::size_t n = 0; n < households; ++n) {
    VisitRecorded body = test::sample_visit();
    body.household = HouseholdId{household_of(n)};
    body.visit = VisitId{{0x017f'b4a1'2c00'7000 + (n >> 12), 0x8000'0000'0000'0000 + n}};
    Event event = test::sample_event(body, stream_of(body.household), Purpose::screening);
    event.envelope.id = EventId{body.visit.value};
    visits_.push_back(wire::encode_event(event));
  }
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
