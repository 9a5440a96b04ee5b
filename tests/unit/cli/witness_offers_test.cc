#include "clients/cli/witness_offers.h"

#include <gtest/gtest.h>

namespace doorstep::cli {
namespace {

TEST(WitnessOffers, a_witness_is_at_an_address_and_maybe_a_path) {
  const auto plain = parse_place("http://127.0.0.1:8430");
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ(plain->host, "127.0.0.1");
  EXPECT_EQ(plain->port, 8430);
  EXPECT_EQ(plain->path, "");
  const auto deep = parse_place("http://10.0.0.7/witness/county/");
  ASSERT_TRUE(deep.has_value());
  EXPECT_EQ(deep->port, 80);
  EXPECT_EQ(deep->path, "/witness/county");
}

TEST(WitnessOffers, what_it_cannot_reach_is_no_address) {
  for (const char* wrong : {"", "127.0.0.1:8430", "https://127.0.0.1", "http://", "http://:80",
                            "http://witness.example:80", "http://127.0.0.1:", "http://127.0.0.1:0",
                            "http://127.0.0.1:99999", "http://127.0.0.1:80x"}) {
    EXPECT_FALSE(parse_place(wrong).has_value()) << wrong;
  }
}

}  // namespace
}  // namespace doorstep::cli
