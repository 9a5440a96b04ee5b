#include "common/seam/http_rules.h"

#include <gtest/gtest.h>

#include "common/http/http_date.h"
#include "common/seam/http_text.h"
#include "common/seam/media_type.h"

namespace doorstep {
namespace {

TEST(EntityTags, are_found_weak_or_strong_anywhere_in_a_list) {
  for (const char* list : {"\"a\"", "W/\"a\"", "\"x\",\"a\"", " \"x\" , W/\"a\" ", ",,\"a\",", "*",
                           "\"x,\\\", \"a\"", "\"\", \"a\"", "\t\"a\"\t"}) {
    EXPECT_TRUE(names_etag(list, "\"a\"")) << list;
    EXPECT_TRUE(names_etag(list, "W/\"a\"")) << list;
  }
}

TEST(EntityTags, are_whole_and_nothing_inside_another_one) {
  for (const char* list : {"", "\"\"", "\"ab\"", "\"x, a\"", "\"A\"", "\"x\", \"y\""}) {
    EXPECT_FALSE(names_etag(list, "\"a\"")) << list;
  }
  EXPECT_FALSE(names_etag("\"1.44\"", "\"1.4\""));
  EXPECT_TRUE(names_etag("\"x,\"", "\"x,\"")) << "a comma between quotes separates nothing";
}

TEST(EntityTags, of_a_malformed_list_name_nothing) {
  for (const char* list : {"a", "\"a", "a\"", "'a'", "\"a\" \"b\"", "\"a\";q=1", "w/\"a\"",
                           "W/ \"a\"", "*, \"a\"", "\"a\", *", "\"a\", b", "W/\"a\"x", "**"}) {
    EXPECT_FALSE(names_etag(list, "\"a\"")) << list;
  }
  EXPECT_FALSE(names_etag("*", "a")) << "where the answer has no tag there is nothing to compare";
}

TEST(MediaTypes, are_compared_without_regard_to_case_and_their_parameters_are_read) {
  const auto type = parse_media_type("Text/CSV ; charset=UTF-8;header=present");
  ASSERT_TRUE(type);
  EXPECT_EQ(type->name, "text/csv");
  EXPECT_EQ(type->charset(), "utf-8");
  EXPECT_EQ(type->parameters.at("header"), "present");
  EXPECT_EQ(parse_media_type("a/b;c=\"x \\\"y; z\"")->parameters.at("c"), "x \"y; z");
  EXPECT_EQ(parse_media_type("application/json")->charset(), "");
  EXPECT_TRUE(parse_media_type("a/b;"));
  EXPECT_TRUE(parse_media_type(" a/b ;; c=d ; "));
}

TEST(MediaTypes, that_are_none_are_not_guessed_at) {
  for (const char* text :
       {"", "json", "a/", "/b", "a b/c", "a/b c", "a/b;c", "a/b;c=", "a/b;c =d", "a/b;c= d",
        "a/b;=d", "a/b;c=\"d", "a/b;c=\"d\\", "a/b, c/d", "a/b;c=1;C=2", "a/b;c=d e"}) {
    EXPECT_FALSE(parse_media_type(text)) << text;
  }
}

TEST(HttpLists, are_searched_by_whole_elements_in_any_case) {
  for (const char* list : {"respond-async", "wait=5, Respond-Async", "respond-async;x=y , z"}) {
    EXPECT_TRUE(http_text::lists(list, "respond-async")) << list;
  }
  for (const char* list : {"", ",", "no-respond-async", "respond-async-not", "x;respond-async"}) {
    EXPECT_FALSE(http_text::lists(list, "respond-async")) << list;
  }
}

TEST(HttpDates, are_written_as_the_standard_has_them) {
  EXPECT_EQ(web::http_date(std::chrono::sys_seconds{std::chrono::seconds{784'111'777}}),
            "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(web::http_date(std::chrono::sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 GMT");
}

}  // namespace
}  // namespace doorstep
