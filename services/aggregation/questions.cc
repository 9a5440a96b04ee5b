#include "services/aggregation/questions.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <utility>

#include "services/aggregation/contribution.h"
#include "services/aggregation/digest.h"

namespace doorstep::aggregation {
namespace {

using What = decltype(wire::Answer::what);

// Where a question about an area and a round points, or why it points nowhere.
struct Place {
  AreaNode node{};
  SheetNumber sheet{};
};

std::expected<SheetNumber, What> sheet_of(const Coverage& coverage, RoundId round) {
  if (round.is_nil()) return coverage.current_sheet();
  const auto sheet = coverage.answers().find(round);
  if (!sheet) return std::unexpected(wire::NotFound{"no such round: " + to_string(round)});
  return *sheet;
}

std::expected<AreaNode, What> node_of(const Coverage& coverage, AreaCode area) {
  if (!area.is_known()) return std::unexpected(wire::Invalid{"area: a code is needed"});
  const auto node = coverage.areas().find(area);
  if (!node) return std::unexpected(wire::NotFound{"no such area: " + to_string(area)});
  return *node;
}

std::expected<Place, What> place_of(const Coverage& coverage, AreaCode area, RoundId round) {
  const auto node = node_of(coverage, area);
  if (!node) return std::unexpected(node.error());
  const auto sheet = sheet_of(coverage, round);
  if (!sheet) return std::unexpected(sheet.error());
  return Place{*node, *sheet};
}

bool is_page_size(std::uint32_t limit) { return limit >= 1 && limit <= wire::page_rows_max; }

What wrong_page_size() {
  return wire::Invalid{"limit: 1 to " + std::to_string(wire::page_rows_max)};
}

wire::AreaView view_of_area(const Coverage& coverage, const Place& place) {
  const AreaTree::Node& node = coverage.areas().at(place.node);
  const Area* const area = coverage.registered().area(node.code);
  return {.code = node.code,
          .name = area == nullptr ? std::string{} : area->name,
          .children = static_cast<std::uint32_t>(node.children.size()),
          .round = coverage.answers().sheet(place.sheet).round,
          .tally = coverage.tally(place.sheet, place.node)};
}

wire::HouseholdView view_of_household(const Coverage& coverage, SheetNumber sheet,
                                      HouseholdIndex index) {
  constexpr std::uint32_t visits_max = std::numeric_limits<std::uint16_t>::max();
  const Household& household = coverage.registered().household(index);
  const Row row = coverage.answers().row(sheet, index);
  const Visit* const deciding = coverage.answers().deciding(row);
  const Contribution counted = contribution(row, deciding);

  wire::HouseholdView view{.household = household.id,
                           .area = row.area,
                           .kind = household.kind,
                           .on_roster = row.standing == Standing::on_roster,
                           .visits = static_cast<std::uint16_t>(std::min(row.visits, visits_max)),
                           .persons = household.persons,
                           .lead = coverage.registered().lead_of(household.id).value_or(Holder{})};
  if (row.standing == Standing::withdrawn) view.withdrawn = row.withdrawn;
  if (counted.counted_as == CountedAs::off_roster) view.area = counted.area;
  if (deciding != nullptr) {
    view.disposition = deciding->disposition;
    view.decided_by = deciding->position;
    view.happened_at = deciding->happened_at;
    if (counts_persons(*deciding)) view.persons = deciding->persons;
  }
  // The two numbers that the tallies are made of, so that an opened number adds up.
  const Persons persons = persons_of(row.usual, deciding);
  view.persons.usual = static_cast<std::uint16_t>(persons.usual);
  view.persons.not_verified = static_cast<std::uint16_t>(persons.not_verified);
  return view;
}

// The first `limit` of `numbers` by `key`, in order; true where more are left.
template <class Number, class Key>
bool cut_page(std::vector<Number>& numbers, std::size_t limit, Key key) {
  const std::size_t kept = std::min(numbers.size(), limit);
  std::ranges::partial_sort(numbers, numbers.begin() + static_cast<std::ptrdiff_t>(kept), {}, key);
  const bool more = numbers.size() > kept;
  numbers.resize(kept);
  return more;
}

What say(const Coverage& coverage, const wire::AskArea& asked) {
  const auto place = place_of(coverage, asked.area, asked.round);
  if (!place) return place.error();
  return wire::Areas{{view_of_area(coverage, *place)}};
}

// The areas without a parent: where a reader starts who knows no code. Only those that were
// defined: a visit to a place that nobody knows opens no county.
What tops(const Coverage& coverage, RoundId round) {
  const auto sheet = sheet_of(coverage, round);
  if (!sheet) return sheet.error();
  wire::Areas areas;
  for (const AreaNode root : coverage.areas().roots()) {
    if (coverage.registered().area(coverage.areas().at(root).code) == nullptr) continue;
    areas.areas.push_back(view_of_area(coverage, {root, *sheet}));
  }
  std::ranges::sort(areas.areas, {}, &wire::AreaView::code);
  return areas;
}

What say(const Coverage& coverage, const wire::AskChildren& asked) {
  if (!asked.area.is_known()) return tops(coverage, asked.round);
  const auto place = place_of(coverage, asked.area, asked.round);
  if (!place) return place.error();
  wire::Areas areas;
  for (const AreaNode child : coverage.areas().at(place->node).children) {
    areas.areas.push_back(view_of_area(coverage, {child, place->sheet}));
  }
  return areas;
}

What say(const Coverage& coverage, const wire::AskHouseholds& asked) {
  const auto place = place_of(coverage, asked.area, asked.round);
  if (!place) return place.error();
  if (!is_page_size(asked.limit)) return wrong_page_size();

  const std::vector<Household>& households = coverage.registered().households();
  const auto id_of = [&](HouseholdIndex index) { return households[std::to_underlying(index)].id; };
  std::vector<bool> is_found(households.size());
  std::vector<HouseholdIndex> found;
  coverage.areas().downward(place->node, [&](AreaNode node) {
    const AreaCode code = coverage.areas().at(node).code;
    for (const HouseholdIndex index : coverage.counted_in(node)) {
      if (is_found[std::to_underlying(index)] || id_of(index) <= asked.after) continue;
      const Row row = coverage.answers().row(place->sheet, index);
      const Contribution counted = contribution(row, coverage.answers().deciding(row));
      if (counted.counted_as == CountedAs::nothing || counted.area != code) continue;
      is_found[std::to_underlying(index)] = true;
      found.push_back(index);
    }
  });

  wire::HouseholdPage page;
  const bool more = cut_page(found, asked.limit, id_of);
  for (const HouseholdIndex index : found) {
    page.households.push_back(view_of_household(coverage, place->sheet, index));
  }
  if (more) page.next = page.households.back().household;
  return page;
}

What say(const Coverage& coverage, const wire::AskHousehold& asked) {
  const auto sheet = sheet_of(coverage, asked.round);
  if (!sheet) return sheet.error();
  const auto index = coverage.registered().find(asked.household);
  if (!index) return wire::NotFound{"no such household: " + to_string(asked.household)};
  return wire::HouseholdPage{{view_of_household(coverage, *sheet, *index)}, {}};
}

What say(const Coverage& coverage, const wire::AskTasks& asked) {
  if (!is_page_size(asked.limit)) return wrong_page_size();
  // No area: the tasks of all areas.
  std::vector<AreaNode> tops = coverage.areas().roots();
  if (asked.area.is_known()) {
    const auto node = node_of(coverage, asked.area);
    if (!node) return node.error();
    tops = {*node};
  }

  const std::vector<Task>& tasks = coverage.tasks().all();
  wire::TaskPage page;
  std::vector<std::uint32_t> found;
  for (const AreaNode top : tops) {
    const TaskCounts counts = coverage.task_lists().counts(top);
    for (std::size_t i = 0; i < counts.size(); ++i) page.counts[i] += counts[i];
    coverage.areas().downward(top, [&](AreaNode node) {
      for (const std::uint32_t number : coverage.task_lists().tasks_of(node)) {
        const bool is_wanted = asked.state == TaskState{} || asked.state == tasks[number].state;
        if (number >= asked.after && is_wanted) found.push_back(number);
      }
    });
  }
  // The cursor is one more than the number of the last task shown: 0 starts, and is never a `next`.
  const bool more = cut_page(found, asked.limit, std::identity{});
  for (const std::uint32_t number : found) page.tasks.push_back(tasks[number]);
  if (more) page.next = std::uint64_t{found.back()} + 1;
  return page;
}

What say(const Coverage& coverage, const wire::AskRounds&) {
  const Register& registered = coverage.registered();
  const Round* const current = registered.current_round();
  wire::Rounds rounds;
  const auto show = [&](const Round& round) {
    const Campaign* const campaign = registered.campaign(round.campaign);
    rounds.rounds.push_back({round, campaign == nullptr ? std::string{} : campaign->name});
  };
  // The current one first, then the others, the last opened first.
  if (current != nullptr) show(*current);
  for (auto round = registered.rounds().rbegin(); round != registered.rounds().rend(); ++round) {
    if (&*round != current) show(*round);
  }
  return rounds;
}

What say(const Coverage& coverage, const wire::AskDigest&) {
  return wire::DigestView{std::string{Coverage::name}, Coverage::version, digest(coverage)};
}

What say(const Coverage& coverage, const wire::Watch& watch) {
  return wire::Changed{coverage.changes().since(coverage.areas(), watch.after)};
}

}  // namespace

wire::Answer answer(const wire::Question& question, const Coverage& coverage, const AsOf& as_of) {
  return {
      .number = question.number,
      .as_of = as_of.upto,
      .recorded_at = as_of.recorded_at,
      .head = as_of.head,
      .what = std::visit([&](const auto& asked) { return say(coverage, asked); }, question.what),
      .edition = as_of.edition};
}

}  // namespace doorstep::aggregation
