#include "clients/cli/field_day.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "clients/cli/field_request.h"

namespace doorstep::cli {
namespace {

std::vector<CountyArea> real_areas() {
  std::ifstream in{DOORSTEP_AREAS_FILE, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  auto areas = parse_county_areas(text.str());
  EXPECT_TRUE(areas.has_value());
  return std::move(*areas);
}

const Instant morning = *parse_instant("2022-03-23T08:00+08:00");

struct Played {
  County county{};
  FieldDay day{};
};

Played play(std::uint32_t households, std::uint64_t seed) {
  Played played{.county = make_county(real_areas(), {.households = households, .seed = seed})};
  played.day = make_day(played.county, {.seed = seed, .from = morning});
  return played;
}

TEST(FieldCounty, has_the_real_townships_and_villages) {
  std::map<AreaLevel, int> levels;
  for (const CountyArea& area : real_areas()) ++levels[level_of(area.code)];
  EXPECT_EQ(levels[AreaLevel::county], 1);
  EXPECT_EQ(levels[AreaLevel::township], 25);
  EXPECT_EQ(levels[AreaLevel::village], 412);
}

TEST(FieldCounty, a_file_that_is_something_else_is_refused_by_its_row) {
  EXPECT_THAT(parse_county_areas("code,name\n431224,x\nabc,y\n").error().message,
              testing::HasSubstr("row 2"));
  EXPECT_FALSE(parse_county_areas("").has_value());
}

TEST(FieldCounty, has_grids_of_30_to_100_households_in_every_township) {
  const County county = make_county(real_areas(), {.households = 2000, .seed = 7});
  ASSERT_EQ(county.households.size(), 2000u);
  std::map<std::uint32_t, int> sizes;
  std::set<AreaCode> townships;
  for (const FieldHousehold& home : county.households) {
    ++sizes[home.grid];
    townships.insert(ancestor(home.area, AreaLevel::township));
    EXPECT_TRUE(contains(county.grids[home.grid].code, home.area));
  }
  EXPECT_EQ(townships.size(), 25u);
  for (const auto& [grid, size] : sizes) {
    EXPECT_LE(size, 100);
    const bool is_last = grid + 1 == county.grids.size();  // it takes what is left
    EXPECT_GE(size, is_last ? 1 : 30);
  }
}

TEST(FieldDay, is_a_function_of_its_seed) {
  const auto requests = [](const FieldDay& day) {
    std::string all;
    for (const FieldAction& action : day.actions) {
      const FieldRequest request = request_of(action, action.send_at);
      all += request.path + request.body;
    }
    return all;
  };
  EXPECT_EQ(requests(play(300, 5).day), requests(play(300, 5).day));
  EXPECT_NE(requests(play(300, 5).day), requests(play(300, 6).day));
}

TEST(FieldDay, states_nothing_before_it_happened) {
  for (const FieldAction& action : play(2000, 7).day.actions) {
    EXPECT_LE(action.happened_at, action.send_at);
    if (const auto* visit = std::get_if<VisitRecorded>(&action.fact)) {
      EXPECT_LE(visit->started, visit->ended);
      EXPECT_LE(visit->ended, action.send_at);
    }
  }
}

TEST(FieldDay, takes_visits_back_only_after_they_were_sent) {
  std::set<Uuid> sent;
  int retracted = 0;
  for (const FieldAction& action : play(2000, 7).day.actions) {
    sent.insert(action.id.value);
    if (const auto* taken_back = std::get_if<VisitRetracted>(&action.fact)) {
      EXPECT_TRUE(sent.contains(taken_back->visit.value));
      ++retracted;
    }
  }
  EXPECT_GT(retracted, 5);
}

TEST(FieldDay, sends_duplicates_only_after_the_first) {
  std::set<Uuid> sent;
  int again = 0;
  for (const FieldAction& action : play(2000, 7).day.actions) {
    EXPECT_EQ(action.again, sent.contains(action.id.value));
    sent.insert(action.id.value);
    if (action.again) ++again;
  }
  EXPECT_GT(again, 20);
}

TEST(FieldDay, has_all_that_a_day_has) {
  std::map<Disposition, int> dispositions;
  std::map<VisitMode, int> modes;
  std::map<std::size_t, int> kinds;
  int unlisted = 0;
  int late = 0;
  for (const FieldAction& action : play(2000, 7).day.actions) {
    ++kinds[action.fact.index()];
    if (action.area.is_known()) ++unlisted;
    if (action.send_at - action.happened_at > std::chrono::hours{1}) ++late;
    if (const auto* visit = std::get_if<VisitRecorded>(&action.fact)) {
      ++dispositions[visit->disposition];
      ++modes[visit->mode];
    }
  }
  EXPECT_EQ(dispositions.size(), 12u);
  EXPECT_EQ(modes.size(), 5u);
  EXPECT_EQ(kinds.size(), std::variant_size_v<FieldFact>);
  EXPECT_GT(unlisted, 5);
  EXPECT_GT(late, 20);  // out of reach for hours, or on paper
}

TEST(FieldDay, knocks_most_in_the_evening) {
  std::map<int, int> by_hour;
  for (const FieldAction& action : play(2000, 7).day.actions) {
    if (std::holds_alternative<VisitRecorded>(action.fact))
      ++by_hour[beijing_hour(action.happened_at)];
  }
  const auto hours = {18, 19, 20};
  for (const int hour : hours) EXPECT_GT(by_hour[hour], 2 * by_hour[13]) << hour;
}

TEST(FieldDay, is_pressed_into_the_asked_length) {
  const County county = make_county(real_areas(), {.households = 200, .seed = 7});
  const FieldDay day =
      make_day(county, {.seed = 7, .from = morning, .length = std::chrono::minutes{14}});
  EXPECT_EQ(day.deadline, morning + std::chrono::minutes{14});
  for (const FieldAction& action : day.actions) {
    EXPECT_LT(action.happened_at, day.deadline);
  }
}

TEST(FieldRequest, a_phone_states_its_own_clock_s_times) {
  FieldAction action{};
  action.happened_at = morning;
  action.device = {{1, 2}};
  action.skew_ms = 60'000;
  VisitRecorded visit{};
  visit.started = morning;
  visit.ended = morning;
  visit.disposition = Disposition::no_answer;
  visit.mode = VisitMode::at_door;
  action.fact = visit;
  const FieldRequest request = request_of(action, morning + std::chrono::minutes{5});
  EXPECT_EQ(request.path, "/v1/visits");
  EXPECT_THAT(request.body, testing::HasSubstr("\"ended\":\"2022-03-23T08:01:00.000+08:00\""));
  EXPECT_THAT(request.body, testing::HasSubstr("\"sentAt\":\"2022-03-23T08:06:00.000+08:00\""));
  EXPECT_THAT(request.body, testing::Not(testing::HasSubstr("persons")));
}

}  // namespace
}  // namespace doorstep::cli
