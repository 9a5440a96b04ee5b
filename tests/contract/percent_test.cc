#include "common/http/percent.h"

#include <gtest/gtest.h>

namespace doorstep::web {
namespace {

TEST(Targets, what_was_encoded_decodes_to_itself) {
  for (const char* text : {"plain-._~", "溆浦县 卢峰镇", "a/b?c=d&e%f+g", "\"<>\\^`{|}"}) {
    const auto target = parse_target("/x?q=" + percent_encode(text));
    ASSERT_TRUE(target) << text;
    EXPECT_EQ(target->query.at("q"), text);
    EXPECT_EQ(parse_target("/" + percent_encode(text))->path, "/" + std::string{text});
  }
}

TEST(Targets, a_plus_is_a_space_in_a_query_and_itself_in_a_path) {
  const auto target = parse_target("/a+b?c+d=e+f");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/a+b");
  EXPECT_EQ(target->query.at("c d"), "e f");
}

TEST(Targets, odd_but_valid_queries_are_read) {
  EXPECT_TRUE(parse_target("/?")->query.empty());
  EXPECT_TRUE(parse_target("/?&&=x&")->query.empty());
  EXPECT_EQ(parse_target("/?a")->query.at("a"), "");
  EXPECT_EQ(parse_target("/?a=b=c")->query.at("a"), "b=c");
  EXPECT_EQ(parse_target("/?a=1?2")->query.at("a"), "1?2");
}

TEST(Targets, what_is_not_plain_text_is_refused) {
  for (const char* target :
       {"", "a", "*", "/%", "/%4", "/%g0", "/%0a", "/%7f", "/%80", "/%ed%a0%80", "/%f4%90%80%80",
        "/%e6%ba", "/\x01", "/\xff", "/x?%00=1"}) {
    EXPECT_FALSE(parse_target(target)) << target;
  }
}

}  // namespace
}  // namespace doorstep::web
