#include "services/event_log/rates.h"

#include <gtest/gtest.h>

namespace doorstep::event_log {
namespace {

constexpr Milliseconds start{5'000};

TEST(Rates, an_account_without_a_limit_is_never_asked_to_wait) {
  Rates rates;
  rates.limit("intake", 10'000);
  EXPECT_EQ(rates.take("cli", 1'000'000, start), std::nullopt);
}

TEST(Rates, a_second_s_worth_goes_at_once_and_then_at_the_rate) {
  Rates rates;
  rates.limit("intake", 10'000);
  EXPECT_EQ(rates.take("intake", 10'000, start), std::nullopt);
  EXPECT_EQ(rates.take("intake", 500, start), Milliseconds{50});
  EXPECT_EQ(rates.take("intake", 500, start + Milliseconds{49}), Milliseconds{1});
  EXPECT_EQ(rates.take("intake", 500, start + Milliseconds{50}), std::nullopt);
}

TEST(Rates, being_refused_costs_nothing) {
  Rates rates;
  rates.limit("intake", 10'000);
  EXPECT_EQ(rates.take("intake", 10'000, start), std::nullopt);
  for (int i = 0; i < 100; ++i) static_cast<void>(rates.take("intake", 1'000, start));
  EXPECT_EQ(rates.take("intake", 1'000, start + Milliseconds{100}), std::nullopt);
}

TEST(Rates, the_largest_request_passes_however_low_the_limit) {
  Rates rates;
  rates.limit("intake", 10);
  EXPECT_EQ(rates.take("intake", 4'096, start), std::nullopt);
  EXPECT_EQ(rates.take("intake", 1, start), Milliseconds{100});
}

TEST(Rates, quiet_time_is_not_saved_up_without_end) {
  Rates rates;
  rates.limit("intake", 10'000);
  EXPECT_EQ(rates.take("intake", 1, start), std::nullopt);
  const Milliseconds later = start + Milliseconds{3'600'000};
  EXPECT_EQ(rates.take("intake", 10'000, later), std::nullopt);
  EXPECT_EQ(rates.take("intake", 10, later), Milliseconds{1});
}

TEST(Rates, accounts_do_not_share_a_bucket) {
  Rates rates;
  rates.limit("intake", 5'000);
  rates.limit("assignment", 5'000);
  EXPECT_EQ(rates.take("intake", 5'000, start), std::nullopt);
  EXPECT_EQ(rates.take("assignment", 5'000, start), std::nullopt);
}

}  // namespace
}  // namespace doorstep::event_log
