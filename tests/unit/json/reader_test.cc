#include "common/json/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <random>

namespace doorstep::json {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// "pointer code" of each problem that `read` leaves behind.
std::vector<std::string> problems_of(std::string_view text,
                                     const std::function<void(ObjectReader&)>& read) {
  const auto document = Document::parse(text);
  if (!document) return {"not JSON: " + document.error().message};
  std::vector<FieldProblem> problems;
  auto object = document->object(problems);
  if (object) {
    read(*object);
    object->finish();
  }
  std::vector<std::string> list;
  for (const FieldProblem& problem : problems) {
    EXPECT_FALSE(problem.detail.zh.empty());
    EXPECT_FALSE(problem.detail.en.empty());
    list.push_back(problem.pointer + " " + problem.code);
  }
  return list;
}

void read_number(ObjectReader& object) {
  static_cast<void>(object.whole("n", Need::required, 0, 5000));
}
void read_text(ObjectReader& object) { static_cast<void>(object.text("t", Need::required, 5)); }

TEST(Reader, whole_numbers_within_limits_are_read) {
  for (const char* text : {R"({"n":0})", R"({"n":5000})", R"( { "n" : 17 } )"}) {
    EXPECT_THAT(problems_of(text, read_number), IsEmpty()) << text;
  }
}

TEST(Reader, numbers_that_are_not_exact_whole_numbers_are_refused) {
  for (const char* text :
       {R"({"n":1.0})", R"({"n":1e2})", R"({"n":1.5})", R"({"n":5001})", R"({"n":-1})",
        R"({"n":9007199254740993})", R"({"n":18446744073709551616})", R"({"n":-0.0})"}) {
    EXPECT_THAT(problems_of(text, read_number), ElementsAre("/n outOfRange")) << text;
  }
}

TEST(Reader, other_types_are_refused) {
  for (const char* text : {R"({"n":"1"})", R"({"n":true})", R"({"n":[1]})", R"({"n":{}})"}) {
    EXPECT_THAT(problems_of(text, read_number), ElementsAre("/n wrongType")) << text;
  }
}

TEST(Reader, a_missing_or_null_field_is_a_problem_only_where_it_is_required) {
  EXPECT_THAT(problems_of("{}", read_number), ElementsAre("/n missing"));
  EXPECT_THAT(problems_of(R"({"n":null})", read_number), ElementsAre("/n missing"));
  EXPECT_THAT(problems_of(R"({"n":null})",
                          [](ObjectReader& object) {
                            EXPECT_FALSE(object.whole("n", Need::optional, 0, 1));
                          }),
              IsEmpty());
}

TEST(Reader, unknown_fields_are_refused_by_name) {
  EXPECT_THAT(problems_of(R"({"n":1,"m":2,"a/b~c":3})", read_number),
              ElementsAre("/m unknownField", "/a~1b~0c unknownField"));
}

TEST(Reader, all_problems_are_reported_at_once) {
  EXPECT_THAT(problems_of(R"({"n":-1,"x":0})",
                          [](ObjectReader& object) {
                            read_number(object);
                            read_text(object);
                          }),
              ElementsAre("/n outOfRange", "/t missing", "/x unknownField"));
}

TEST(Reader, a_field_given_twice_is_refused) {
  EXPECT_THAT(problems_of(R"({"n":1,"n":2})", read_number),
              ElementsAre("not JSON: the field \"n\" is given twice"));
  EXPECT_THAT(problems_of(R"({"n":1,"\u006e":2})", read_number),
              ElementsAre("not JSON: the field \"n\" is given twice"));
}

TEST(Reader, text_is_bounded_and_free_of_control_characters) {
  EXPECT_THAT(problems_of(R"({"t":"abcde"})", read_text), IsEmpty());
  EXPECT_THAT(problems_of(R"({"t":"abcdef"})", read_text), ElementsAre("/t tooLong"));
  EXPECT_THAT(problems_of(R"({"t":"a\u0000"})", read_text), ElementsAre("/t controlCharacter"));
  EXPECT_THAT(problems_of(R"({"t":5})", read_text), ElementsAre("/t wrongType"));
}

TEST(Reader, what_is_not_json_says_where) {
  for (const char* text : {"", "{", "{]", "nul", "{\"n\":1}}", "{\"n\":01}", "{\"n\":\"\xff\"}",
                           "{'n':1}", "{\"n\":NaN}", "[[[[[[[[[[1]]]]]]]]]]"}) {
    const auto document = Document::parse(text);
    ASSERT_FALSE(document) << text;
    EXPECT_NE(document.error().message.find("byte"), std::string::npos) << text;
  }
}

TEST(Reader, a_value_that_is_no_object_is_a_problem_of_the_whole) {
  EXPECT_THAT(problems_of("[1]", read_number), ElementsAre(" wrongType"));
}

TEST(Reader, ids_times_areas_and_words_name_what_they_want) {
  const auto read = [](ObjectReader& object) {
    static_cast<void>(object.uuid("id", Need::required));
    static_cast<void>(object.time("at", Need::required));
    static_cast<void>(object.area("area", Need::required));
    static_cast<void>(object.word<VisitMode>("mode"));
    static_cast<void>(object.uuids("ids", Need::required, 1, 2));
  };
  EXPECT_THAT(problems_of(R"({"id":"017fb4a1-2c00-7001-8000-000000000001",
                              "at":"2022-03-23T09:01:00+08:00","area":"431224","mode":"phone",
                              "ids":["017fb4a1-2c00-7001-8000-000000000001"]})",
                          read),
              IsEmpty());
  EXPECT_THAT(problems_of(R"({"id":"1","at":"9:01","area":"43","mode":"Phone","ids":[]})", read),
              ElementsAre("/id notAnId", "/at notATime", "/area notAnAreaCode", "/mode notInList",
                          "/ids outOfRange"));
  EXPECT_THAT(problems_of(R"({"id":"00000000-0000-0000-0000-000000000000","at":5,"area":431224,
                      "mode":null,"ids":["x","y"]})",
                          read),
              ElementsAre("/id notAnId", "/at wrongType", "/area wrongType", "/mode missing",
                          "/ids/0 notAnId"));
}

TEST(Reader, random_text_is_answered_and_never_crashes) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random{seed};
  const std::string good = R"({"n":1,"t":"ab\u00e9","x":[1,2,{"y":null}],"z":-1.5e3})";
  for (int round = 0; round < 20'000; ++round) {
    std::string text = good;
    for (std::uint64_t flips = 1 + random() % 5; flips > 0; --flips) {
      text[random() % text.size()] = static_cast<char>(random());
    }
    static_cast<void>(problems_of(text, read_number));
  }
}

}  // namespace
}  // namespace doorstep::json
