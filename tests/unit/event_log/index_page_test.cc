#include "services/event_log/index_page.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/unit/event_log/log_words.h"

namespace doorstep::event_log {
namespace {

constexpr std::uint64_t seed = 20220324;

IndexPage any_page(std::mt19937_64& random, std::size_t events, std::uint64_t areas) {
  IndexPage page{.recorded_at = Instant{static_cast<std::int64_t>(random() >> 1)}};
  for (std::uint8_t& byte : page.root) byte = static_cast<std::uint8_t>(random());
  for (std::size_t i = 0; i < events; ++i) {
    page.areas.push_back(AreaCode{random() % areas});
    page.types.push_back(EventType{static_cast<std::uint16_t>(random() % 7 * 1'000)});
    page.distances.push_back(random() >> (random() % 64));
  }
  return page;
}

TEST(IndexPages, what_was_written_is_read) {
  std::mt19937_64 random{seed};
  for (const std::size_t events : {1u, 2u, 700u, 1'023u, 1'024u}) {
    for (const std::uint64_t areas : {1u, 256u, 257u, 5'000u}) {
      const IndexPage page = any_page(random, events, areas);
      EXPECT_EQ(page_from(to_bytes(page)), page) << events << " events, seed " << seed;
    }
  }
}

TEST(IndexPages, one_page_has_one_form) {
  std::mt19937_64 random{seed};
  const auto bytes = to_bytes(any_page(random, 300, 20));
  EXPECT_EQ(to_bytes(page_from(bytes).value()), bytes);
}

TEST(IndexPages, one_that_is_cut_or_longer_is_none) {
  std::mt19937_64 random{seed};
  auto bytes = to_bytes(any_page(random, 40, 20));
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(page_from(std::span{bytes}.first(size)).has_value()) << size;
  }
  bytes.push_back(std::byte{});
  EXPECT_FALSE(page_from(bytes).has_value());
}

TEST(IndexPages, any_changed_byte_gives_another_page_or_none_and_never_more) {
  std::mt19937_64 random{seed};
  const IndexPage page = any_page(random, 40, 300);
  const auto bytes = to_bytes(page);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    auto changed = bytes;
    changed[at] ^= static_cast<std::byte>(1u << (at % 8));
    const auto read = page_from(changed);
    if (!read) continue;
    EXPECT_NE(*read, page) << at;
    EXPECT_EQ(read->areas.size(), read->events());
    EXPECT_EQ(read->types.size(), read->events());
  }
}

TEST(IndexPages, a_position_has_its_place) {
  EXPECT_EQ(page_of(Position{1}), 0u);
  EXPECT_EQ(page_of(Position{1'024}), 0u);
  EXPECT_EQ(page_of(Position{1'025}), 1u);
  EXPECT_EQ(place_in_page(Position{1}), 0u);
  EXPECT_EQ(place_in_page(Position{1'024}), 1'023u);
  EXPECT_EQ(last_of_page(1), Position{2'048});
}

}  // namespace
}  // namespace doorstep::event_log
