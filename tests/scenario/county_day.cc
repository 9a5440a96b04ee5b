#include "tests/scenario/county_day.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "clients/cli/field_lists.h"
#include "clients/cli/field_request.h"
#include "clients/cli/field_setup.h"
#include "clients/cli/intake_client.h"

namespace doorstep::scenario {
namespace {

std::string text_of(const HttpResponse& response) {
  return response.body ? *response.body : std::string{};
}

cli::County make_county(std::uint32_t households, std::uint64_t seed) {
  std::ifstream in{DOORSTEP_AREAS_FILE, std::ios::binary};
  std::ostringstream text;
  text << in.rdbuf();
  auto areas = cli::parse_county_areas(text.str());
  EXPECT_TRUE(areas.has_value());
  return cli::make_county(std::move(*areas), {.households = households, .seed = seed});
}

class Field {
 public:
  Field(WholeSystem& system, PlayedDay& played) : system_{system}, played_{played} {}

  void import(const std::string& what, const std::string& csv) {
    const auto response = system_.post("/v1/imports/" + what, csv, "text/csv");
    ASSERT_TRUE(response.has_value()) << what;
    ASSERT_EQ(response->status, 200) << text_of(*response);
    ASSERT_NE(text_of(*response).find("\"rejected\":0"), std::string::npos) << text_of(*response);
  }

  // Again under its id until it is answered, as a phone does.
  void send(const cli::FieldAction& action) {
    constexpr int tries_max = 60;
    constexpr int turns_between = 500;  // half a second
    for (int i = 0; i < tries_max; ++i) {
      const cli::FieldRequest request = cli::request_of(action, system_.now());
      if (is_answered(request.path, request.body)) return;
      system_.run_turns(turns_between);
    }
    ADD_FAILURE() << "intake never answered " << to_string(action.id);
  }

  bool is_answered(const std::string& path, const std::string& body) {
    const auto response = system_.post(path, body, "application/json");
    if (testing::Test::HasFatalFailure()) return true;
    if (!response || response->status >= 500 || response->status == 429) return false;
    if (response->status / 100 != 2) {
      played_.refusals.push_back(path + ": " + text_of(*response));
      return true;
    }
    const auto acknowledged = cli::read_acknowledgement(text_of(*response));
    EXPECT_TRUE(acknowledged.has_value()) << text_of(*response);
    const Uuid id = *parse_uuid(acknowledged->id);
    const auto [known, is_new] = played_.acknowledged.emplace(id, acknowledged->position);
    // The same answer for ever.
    EXPECT_EQ(number(known->second), number(acknowledged->position)) << acknowledged->id;
    if (!acknowledged->duplicate) ++played_.new_answers[id];
    return true;
  }

 private:
  WholeSystem& system_;
  PlayedDay& played_;
};

}  // namespace

PlayedDay play_day(WholeSystem& system, std::uint32_t households, std::uint64_t seed,
                   const std::function<void(std::size_t)>& before_each) {
  PlayedDay played{.county = make_county(households, seed)};
  played.day = cli::make_day(played.county, {.seed = seed, .from = *parse_instant(day_starts)});
  Field field{system, played};
  system.run_until_quiet();
  field.import("areas", cli::areas_csv(played.county));
  field.import("households", cli::households_csv(played.county));
  field.import("workers", cli::workers_csv(played.county));
  field.import("responsibilities", cli::responsibilities_csv(played.county));
  const AreaCode county = ancestor(played.county.grids.front().code, AreaLevel::county);
  EXPECT_TRUE(field.is_answered("/v1/campaigns", cli::campaign_body(played.day, county)));
  EXPECT_TRUE(field.is_answered("/v1/rounds", cli::round_body(played.day)));
  for (std::size_t i = 0; i < played.day.actions.size(); ++i) {
    if (before_each) before_each(i);
    if (testing::Test::HasFatalFailure()) return played;
    system.move_clock_to(played.day.actions[i].send_at);
    field.send(played.day.actions[i]);
  }
  system.run_until_quiet();
  return played;
}

}  // namespace doorstep::scenario
