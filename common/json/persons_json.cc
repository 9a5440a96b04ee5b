#include "common/json/persons_json.h"

namespace doorstep::json {

std::optional<PersonCounts> read_persons(ObjectReader& from, Need need) {
  auto object = from.object("persons", need);
  if (!object) return std::nullopt;
  bool complete = true;
  const auto count = [&](std::string_view name) {
    const auto value = object->whole(name, Need::required, 0, persons_max);
    complete = complete && value.has_value();
    return static_cast<std::uint16_t>(value.value_or(0));
  };
  PersonCounts persons;
  persons.registered = count("registered");
  persons.usual = count("usual");
  persons.present = count("present");
  persons.away_in_county = count("awayInCounty");
  persons.away_outside = count("awayOutside");
  persons.not_verified = count("notVerified");
  object->finish();
  if (!complete) return std::nullopt;
  if (persons.not_verified > persons.usual) {
    object->add("notVerified", "contradiction",
                {"未核实人数不能多于常住人数", "must not be more than the usual residents"});
    return std::nullopt;
  }
  return persons;
}

}  // namespace doorstep::json
