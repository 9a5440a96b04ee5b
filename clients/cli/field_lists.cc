#include "clients/cli/field_lists.h"

#include "common/domain/names.h"

namespace doorstep::cli {
namespace {

// A line of fields; none of ours needs quotes.
class Line {
 public:
  explicit Line(std::string& out) : out_{out} {}
  ~Line() { out_ += '\n'; }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  Line& field(std::string_view text) {
    if (!is_first_) out_ += ',';
    is_first_ = false;
    out_ += text;
    return *this;
  }
  Line& field(std::uint64_t number) { return field(std::to_string(number)); }

 private:
  std::string& out_;
  bool is_first_{true};
};

}  // namespace

std::string areas_csv(const County& county) {
  std::string csv = "code,name\n";
  const auto add = [&](AreaCode code, std::string_view name) {
    Line{csv}.field(to_string(code)).field(name);
  };
  for (const CountyArea& area : county.areas) add(area.code, area.name);
  for (const FieldGrid& grid : county.grids) {
    add(grid.code, grid.name);
    for (const CountyArea& part : grid.micro_grids) add(part.code, part.name);
  }
  return csv;
}

std::string households_csv(const County& county) {
  std::string csv =
      "key,dwelling_key,dwelling_state,area,kind,registered,usual,present,away_in_county,"
      "away_outside\n";
  for (const FieldHousehold& home : county.households) {
    Line{csv}
        .field(home.key)
        .field(home.dwelling_key)
        .field(name_of(home.dwelling_state))
        .field(to_string(home.area))
        .field(name_of(home.kind))
        .field(home.persons.registered)
        .field(home.persons.usual)
        .field(home.persons.present)
        .field(home.persons.away_in_county)
        .field(home.persons.away_outside);
  }
  for (const EmptyDwelling& empty : county.empty_dwellings) {
    Line line{csv};
    line.field("").field(empty.key).field(name_of(empty.state)).field(to_string(empty.area));
    for (int left = 6; left > 0; --left) line.field("");
  }
  return csv;
}

std::string workers_csv(const County& county) {
  std::string csv = "key,kind,home\n";
  for (const FieldWorker& worker : county.workers) {
    Line{csv}.field(worker.key).field(name_of(worker.kind)).field(to_string(worker.home));
  }
  return csv;
}

std::string responsibilities_csv(const County& county) {
  std::string csv = "key,household_key,level,role,worker_key,basis,from\n";
  for (const FieldHousehold& home : county.households) {
    if (!home.has_lead) continue;
    Line{csv}
        .field(home.key + "-lead")
        .field(home.key)
        .field(name_of(ResponsibilityLevel::covers_household))
        .field(name_of(ResponsibilityRole::lead))
        .field(county.workers[home.worker].key)
        .field(name_of(ResponsibilityBasis::pairing))
        .field("2022-03-22");  // the day of the county's notice
  }
  return csv;
}

}  // namespace doorstep::cli
