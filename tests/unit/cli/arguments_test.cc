#include "clients/cli/arguments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

namespace doorstep::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

// What is said of a command line of a noun with a verb; empty: nothing is wrong with it.
std::string problem_of(const std::vector<const char*>& words) {
  CLI::App app{"", "doorstep"};
  app.fallthrough();
  std::string data;
  std::string name;
  std::vector<std::string> types;
  std::string place;
  std::string file;
  as_path(app.add_option("--data", data, ""));
  auto* verb = app.add_subcommand("noun", "")->add_subcommand("verb", "");
  verb->add_option("--name", name, "");
  verb->add_option("--type", types, "");
  verb->add_option("place", place, "");
  as_path(verb->add_option("--file", file, ""));
  std::vector<const char*> arguments{"doorstep", "noun", "verb"};
  arguments.insert(arguments.end(), words.begin(), words.end());
  app.parse(static_cast<int>(arguments.size()), arguments.data());
  return unreadable_text(app).value_or("");
}

TEST(Arguments, text_that_is_not_utf_8_is_named_with_its_option) {
  EXPECT_THAT(problem_of({"--name", "\xb1\xb1\xbe\xa9"}),
              StartsWith("--name \"\\xb1\\xb1\\xbe\\xa9\" is no UTF-8 text: set the terminal"));
  EXPECT_THAT(problem_of({"--name=\xff"}), StartsWith("--name \"\\xff\" is no UTF-8"));
  EXPECT_THAT(problem_of({"--type", "a", "--type", "b\xc3"}), StartsWith("--type \"b\\xc3\" is"));
  EXPECT_THAT(problem_of({"\xed\xa0\x80"}), StartsWith("place \"\\xed\\xa0\\x80\" is no UTF-8"));
}

TEST(Arguments, control_characters_are_named_with_their_option) {
  EXPECT_THAT(problem_of({"--name", "a\nb"}),
              StartsWith("--name \"a\\nb\" has control characters: remove them"));
  EXPECT_THAT(problem_of({"x\x1b[2J"}), HasSubstr("place \"x\\u001b[2J\" has control"));
}

TEST(Arguments, a_path_may_be_of_any_bytes) {
  EXPECT_EQ(problem_of({"--data", "\xff\n", "--file", "\xb1.csv"}), "");
}

TEST(Arguments, good_text_is_good) {
  EXPECT_EQ(problem_of({"--name", "敲门行动 \U0001f600", "--type", "a", "place"}), "");
}

}  // namespace
}  // namespace doorstep::cli
