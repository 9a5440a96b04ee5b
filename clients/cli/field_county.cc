#include "clients/cli/field_county.h"

#include <algorithm>
#include <array>
#include <map>

#include "clients/cli/seeded_random.h"
#include "common/domain/assert.h"
#include "common/hash/sha256.h"

namespace doorstep::cli {
namespace {

constexpr int households_of_grid_min = 30;
constexpr int households_of_grid_max = 100;
constexpr std::uint64_t grid_step = 100;  // a grid's number sits above two digits of micro-grid

// A household's lot, with its share of a county's doors.
constexpr std::pair<Disposition, double> truths[] = {
    {Disposition::screened, 79},    {Disposition::away_and_reached, 9},
    {Disposition::vacant, 4},       {Disposition::registered_only, 4},
    {Disposition::moved_away, 1.5}, {Disposition::screened_where_they_live, 1.5},
    {Disposition::demolished, 1},
};
constexpr std::pair<AtHome, double> patterns[] = {
    {AtHome::all_day, 52}, {AtHome::after_work, 45}, {AtHome::hardly_ever, 3}};
constexpr std::pair<WorkerKind, double> screeners[] = {
    {WorkerKind::grid_worker, 30},   {WorkerKind::village_cadre, 14},
    {WorkerKind::party_member, 20},  {WorkerKind::member_in_training, 6},
    {WorkerKind::retired_cadre, 7},  {WorkerKind::owners_committee, 3},
    {WorkerKind::property_staff, 4}, {WorkerKind::keen_resident, 6},
    {WorkerKind::volunteer, 8},      {WorkerKind::health_staff, 2},
};

PersonCounts persons_of(HouseholdKind kind, SeededRandom& random) {
  PersonCounts persons{};
  if (kind == HouseholdKind::registered_only) {
    persons.registered = static_cast<std::uint16_t>(random.between(1, 4));
    return persons;
  }
  const int usual = kind == HouseholdKind::collective ? random.between(8, 40)
                    : kind == HouseholdKind::tenant   ? random.between(1, 3)
                                                      : random.between(1, 6);
  const int outside = random.chance(0.3) ? random.between(1, 2) : 0;
  persons.usual = static_cast<std::uint16_t>(usual);
  persons.registered =
      static_cast<std::uint16_t>(kind == HouseholdKind::tenant ? 0 : usual + outside);
  persons.present = persons.usual;
  persons.away_outside = static_cast<std::uint16_t>(kind == HouseholdKind::tenant ? 0 : outside);
  persons.not_verified = persons.usual;  // until somebody has answered for them
  return persons;
}

std::int32_t skew_of_a_phone(SeededRandom& random) {
  const double kind = random.fraction();
  if (kind < 0.80) return random.between(-2'000, 2'000);
  if (kind < 0.95) return random.between(-120'000, 120'000);
  return random.between(-40 * 60'000, 40 * 60'000);  // set by hand, or never
}

class Maker {
 public:
  Maker(County& county, const CountySettings& settings)
      : county_{county}, settings_{settings}, random_{settings.seed} {}

  void make() {
    const auto places = villages_in_turn();
    std::uint32_t left = settings_.households;
    for (std::size_t turn = 0; left > 0; ++turn) {
      const int size = random_.between(households_of_grid_min, households_of_grid_max);
      const auto households = std::min(left, static_cast<std::uint32_t>(size));
      add_grid(places[turn % places.size()], households);
      left -= households;
    }
  }

 private:
  // The first village of each township, then the second of each, …: a small county still reaches
  // all of its townships. The county's seat comes first and has the most villages, so it gets the
  // most grids.
  std::vector<AreaCode> villages_in_turn() const {
    std::map<AreaCode, std::vector<AreaCode>> by_township;
    for (const CountyArea& area : county_.areas) {
      if (level_of(area.code) == AreaLevel::village)
        by_township[parent(area.code)].push_back(area.code);
    }
    DOORSTEP_ASSERT(!by_township.empty());
    std::vector<AreaCode> order;
    for (std::size_t row = 0;; ++row) {
      const std::size_t before = order.size();
      for (const auto& [township, villages] : by_township) {
        if (row < villages.size()) order.push_back(villages[row]);
      }
      if (order.size() == before) return order;
    }
  }

  void add_grid(AreaCode village, std::uint32_t households) {
    const std::uint64_t number = ++grids_of_[village];
    FieldGrid grid{};
    grid.code = {village.value + number * grid_step};
    grid.name = "第" + std::to_string(number) + "网格";
    if (households > 60 && random_.chance(0.5)) {
      const int parts = random_.between(2, 4);
      for (int part = 1; part <= parts; ++part) {
        grid.micro_grids.push_back({{grid.code.value + static_cast<std::uint64_t>(part)},
                                    "第" + std::to_string(part) + "微网格"});
      }
    }
    grid.on_paper = random_.chance(0.08);
    grid.clerk = clerk_of(ancestor(village, AreaLevel::township));
    for (std::uint32_t i = 0; i < std::max(1u, settings_.workers_per_grid); ++i) {
      grid.workers.push_back(add_worker(random_.pick<WorkerKind>(screeners), grid.code));
    }
    county_.grids.push_back(std::move(grid));
    add_doors(static_cast<std::uint32_t>(county_.grids.size() - 1), households);
  }

  // "1.2000-H000001": another seed or size names other things, so that two counties never
  // contradict each other in one log. Keys of one kind sort as they were made.
  std::string numbered(std::string_view kind, std::size_t number) const {
    std::string digits = std::to_string(number);
    if (digits.size() < 6) digits.insert(0, 6 - digits.size(), '0');
    return std::to_string(settings_.seed) + "." + std::to_string(settings_.households) + "-" +
           std::string{kind} + digits;
  }

  std::uint32_t add_worker(WorkerKind kind, AreaCode home) {
    FieldWorker worker{};
    worker.key = numbered("W", county_.workers.size() + 1);
    worker.id = {named_id("worker", worker.key)};
    worker.kind = kind;
    worker.home = home;
    worker.device = {named_id("device", worker.key)};
    worker.skew_ms = kind == WorkerKind::clerk ? 0 : skew_of_a_phone(random_);
    worker.reports_in = random_.chance(0.97);
    county_.workers.push_back(std::move(worker));
    return static_cast<std::uint32_t>(county_.workers.size() - 1);
  }

  std::uint32_t clerk_of(AreaCode township) {
    const auto [found, is_new] = clerks_.try_emplace(township, 0);
    if (is_new) found->second = add_worker(WorkerKind::clerk, township);
    return found->second;
  }

  void add_doors(std::uint32_t index, std::uint32_t households) {
    const FieldGrid& grid = county_.grids[index];
    std::size_t worker = 0;
    for (std::uint32_t i = 0; i < households; ++i) {
      const AreaCode area = grid.micro_grids.empty()
                                ? grid.code
                                : grid.micro_grids[i * grid.micro_grids.size() / households].code;
      if (random_.chance(0.03)) {
        county_.empty_dwellings.push_back(
            {numbered("E", county_.empty_dwellings.size() + 1),
             random_.chance(0.9) ? DwellingState::vacant : DwellingState::demolished, area});
      }
      // Neighbours have the same worker: each takes a stretch of the street.
      worker = i * grid.workers.size() / households;
      add_household(area, index, grid.workers[worker]);
    }
  }

  void add_household(AreaCode area, std::uint32_t grid, std::uint32_t worker) {
    FieldHousehold home{};
    home.key = numbered("H", county_.households.size() + 1);
    home.id = {named_id("household", home.key)};
    home.truth = random_.pick<Disposition>(truths);
    home.kind = home.truth == Disposition::registered_only ? HouseholdKind::registered_only
                : random_.chance(0.10)                     ? HouseholdKind::tenant
                : random_.chance(0.008)                    ? HouseholdKind::collective
                                                           : HouseholdKind::family;
    // Tenants share the door of the family before them, as rented rooms do.
    const bool shares = home.kind == HouseholdKind::tenant && !county_.households.empty() &&
                        county_.households.back().grid == grid && random_.chance(0.6);
    home.dwelling_key = shares ? county_.households.back().dwelling_key
                               : numbered("D", county_.households.size() + 1);
    home.dwelling = {named_id("dwelling", home.dwelling_key)};
    home.area = shares ? county_.households.back().area : area;
    home.grid = grid;
    home.persons = persons_of(home.kind, random_);
    home.worker = worker;
    home.has_lead = random_.chance(0.95);
    home.at_home = random_.pick<AtHome>(patterns);
    county_.households.push_back(std::move(home));
  }

  County& county_;
  const CountySettings& settings_;
  SeededRandom random_;
  std::map<AreaCode, std::uint64_t> grids_of_{};
  std::map<AreaCode, std::uint32_t> clerks_{};
};

// Splits at commas; the county's file has no quotes.
std::vector<std::string_view> fields_of(std::string_view line) {
  std::vector<std::string_view> fields;
  for (;;) {
    const std::size_t comma = line.find(',');
    fields.push_back(line.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    line.remove_prefix(comma + 1);
  }
}

}  // namespace

Result<std::vector<CountyArea>> parse_county_areas(std::string_view csv) {
  std::vector<CountyArea> areas;
  std::size_t row = 0;
  while (!csv.empty()) {
    const std::size_t end = csv.find('\n');
    std::string_view line = csv.substr(0, end);
    csv.remove_prefix(end == std::string_view::npos ? csv.size() : end + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || row++ == 0) continue;  // the header
    const auto fields = fields_of(line);
    const auto code = parse_area(fields[0]);
    if (!code || fields.size() < 2 || fields[1].empty()) {
      return failure(ErrorCode::invalid, "row " + std::to_string(row - 1) +
                                             " of the areas is not \"code,name,level,parent\"");
    }
    areas.push_back({*code, std::string{fields[1]}});
  }
  const bool has_village = std::ranges::any_of(
      areas, [](const CountyArea& area) { return level_of(area.code) == AreaLevel::village; });
  if (!has_village) return failure(ErrorCode::invalid, "the areas hold no village");
  return areas;
}

County make_county(std::vector<CountyArea> areas, const CountySettings& settings) {
  County county{};
  county.areas = std::move(areas);
  Maker{county, settings}.make();
  return county;
}

}  // namespace doorstep::cli
