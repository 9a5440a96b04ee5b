// A county for the field simulator: real townships and villages, and grids, doors, households and
// workers that a seed invents. Pure: the same settings give the same county. No name, phone or
// address exists here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/event.h"
#include "common/domain/result.h"

namespace doorstep::cli {

struct CountyArea {
  AreaCode code{};
  std::string name{};
};

struct CountySettings {
  std::uint32_t households{2000};
  std::uint64_t seed{1};
  std::uint32_t workers_per_grid{3};
};

// When somebody opens the door.
enum class AtHome : std::uint8_t { all_day, after_work, hardly_ever };

struct FieldHousehold {
  std::string key{};  // what the county's list calls it
  HouseholdId id{};
  std::string dwelling_key{};
  DwellingId dwelling{};
  DwellingState dwelling_state{DwellingState::in_use};
  HouseholdKind kind{};
  AreaCode area{};  // grid or micro-grid
  std::uint32_t grid{};
  PersonCounts persons{};
  std::uint32_t worker{};  // who knocks there
  bool has_lead{};         // that worker also answers for it
  Disposition truth{};     // what a visit that gets through finds
  AtHome at_home{};
};

struct FieldWorker {
  std::string key{};
  WorkerId id{};
  WorkerKind kind{};
  AreaCode home{};
  DeviceId device{};
  std::int32_t skew_ms{};  // the phone's clock minus the county's
  bool reports_in{true};
};

// A door that nobody is registered at.
struct EmptyDwelling {
  std::string key{};
  DwellingState state{};
  AreaCode area{};
};

struct FieldGrid {
  AreaCode code{};
  std::string name{};
  std::vector<CountyArea> micro_grids{};
  std::vector<std::uint32_t> workers{};  // indices into County::workers
  std::uint32_t clerk{};                 // of its township
  bool on_paper{};                       // visits are written on paper and typed in later
};

struct County {
  std::vector<CountyArea> areas{};  // from the file: county, townships, villages
  std::vector<FieldGrid> grids{};
  std::vector<FieldHousehold> households{};
  std::vector<EmptyDwelling> empty_dwellings{};
  std::vector<FieldWorker> workers{};  // clerks among them
};

// The county's own file: "code,name,level,parent". invalid: a line that is not like that, by its
// number.
[[nodiscard]] Result<std::vector<CountyArea>> parse_county_areas(std::string_view csv);

// Pre-condition: `areas` holds at least one village.
[[nodiscard]] County make_county(std::vector<CountyArea> areas, const CountySettings& settings);

}  // namespace doorstep::cli
