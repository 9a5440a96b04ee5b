#include "services/intake/encoding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace doorstep::intake {
namespace {

using testing::HasSubstr;

// In GB18030.
const std::string key_heading = "\xbb\xa7\xb1\xe0\xba\xc5";  // 户编号
const std::string twin_creeks = "\xcb\xab\xcf\xaa";          // 双溪, valid UTF-8
const std::string sandy_flat = "\xc9\xb3\xc6\xba";           // 沙坪, valid UTF-8
const std::string bridge_head = "\xc7\xc5\xcd\xb7";          // 桥头
// 區劃代碼 and 名稱 in Big5.
const std::string big5_code = "\xb0\xcf\xb9\xba\xa5\x4e\xbd\x58";
const std::string big5_name = "\xa6\x57\xba\xd9";

std::expected<Encoding, Words> vote(const std::vector<std::string>& records) {
  EncodingVote vote;
  for (const std::string& record : records) vote.hear(record);
  return vote.decide();
}

TEST(Encoding, is_named_in_any_case) {
  EXPECT_EQ(parse_encoding("GBK"), Encoding::gb18030);
  EXPECT_EQ(parse_encoding("UTF-8"), Encoding::utf8);
  EXPECT_EQ(parse_encoding("latin-1"), std::nullopt);
}

TEST(Encoding, is_decided_by_what_the_letters_are) {
  EXPECT_EQ(vote({"code,name", "431224,溆浦县"}), Encoding::utf8);
  EXPECT_EQ(vote({"code,name", "431224,plain"}), Encoding::utf8);
  EXPECT_EQ(vote({key_heading + ",a"}), Encoding::gb18030);
  EXPECT_EQ(vote({"\x81\x39\xef\x30"}), Encoding::gb18030) << "four bytes: beyond GBK";
  EXPECT_EQ(vote({}), Encoding::utf8);
}

// Valid UTF-8, but Greek and phonetic letters that no list of the county has.
TEST(Encoding, valid_utf8_is_not_taken_for_meant_as_utf8) {
  EXPECT_EQ(vote({"code,name\n", "431224100001011," + twin_creeks}), Encoding::gb18030);
  EXPECT_EQ(vote({"code,name\n", "431224100001011," + sandy_flat}), Encoding::gb18030);
}

// 梅路 comes out as the signs ÷·, 甬江 as one of the rarest letters.
TEST(Encoding, what_comes_out_as_signs_or_the_rarest_letters_only_is_asked_about) {
  const std::string plum_road = "\xc3\xb7\xc2\xb7";
  const std::string yong_river = "\xf0\xae\xbd\xad";
  for (const std::string& name : {plum_road, yong_river}) {
    const auto undecided = vote({"code,name\n", "431224100001011," + name});
    ASSERT_FALSE(undecided);
    EXPECT_THAT(undecided.error().en, HasSubstr("--encoding"));
    EXPECT_EQ(vote({"431224100001011," + name, key_heading}), Encoding::gb18030);
    EXPECT_EQ(vote({"431224100001011," + name, "户编号"}), Encoding::utf8);
  }
}

TEST(Encoding, rare_letters_and_signs_are_no_evidence_against_utf8) {
  EXPECT_EQ(vote({"漵縣第一小區"}), Encoding::utf8) << "traditional letters";
  EXPECT_EQ(vote({"𠮷野"}), Encoding::utf8) << "beyond the basic plane";
  EXPECT_EQ(vote({"１号楼（东）·①"}), Encoding::utf8);
}

TEST(Encoding, the_larger_part_of_a_mixed_file_decides) {
  EXPECT_EQ(vote({"桥头-001", "桥头-002", bridge_head + "-003"}), Encoding::utf8);
  EXPECT_EQ(vote({"桥头-001", bridge_head + "-002", bridge_head + "-003"}), Encoding::gb18030);
  const auto undecided = vote({"桥头-001", bridge_head + "-002"});
  ASSERT_FALSE(undecided);
  EXPECT_THAT(undecided.error().en, HasSubstr("--encoding"));
}

TEST(Encoding, big5_is_recognised) {
  const auto refused = vote({big5_code + "," + big5_name, "431224," + big5_name});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().en, HasSubstr("Big5"));
}

TEST(Encoding, what_is_none_of_them_is_refused) {
  const auto refused = vote({"a,\xff\xff\xff"});
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().en, HasSubstr("neither"));
}

TEST(Encoding, marks_and_mistakes_are_known) {
  using namespace std::string_literals;
  EXPECT_EQ(mark_of("\xef\xbb\xbfkey").encoding, Encoding::utf8);
  EXPECT_EQ(mark_of("\x84\x31\x95\x33key").encoding, Encoding::gb18030);
  EXPECT_EQ(mark_of("key").bytes, 0u);
  EXPECT_THAT(known_mistake("PK\x03\x04rest")->en, HasSubstr("spreadsheet"));
  EXPECT_THAT(known_mistake("\xd0\xcf\x11\xe0rest")->en, HasSubstr("spreadsheet"));
  EXPECT_THAT(known_mistake("\xff\xfe"s + "a\0"s)->en, HasSubstr("UTF-16"));
  EXPECT_THAT(known_mistake("a,\0b"s)->en, HasSubstr("binary"));
  EXPECT_EQ(known_mistake("a,b"), std::nullopt);
}

TEST(Decoder, reads_each_encoding_and_refuses_the_rest) {
  EXPECT_EQ(Decoder{Encoding::gb18030}.decode(key_heading), "户编号");
  EXPECT_EQ(Decoder{Encoding::gb18030}.decode("\x81\x39\xef\x30"), "㐁");
  EXPECT_EQ(Decoder{Encoding::gb18030}.decode("\xc7"), std::nullopt) << "half a letter";
  EXPECT_EQ(Decoder{Encoding::utf8}.decode("户编号"), "户编号");
  EXPECT_EQ(Decoder{Encoding::utf8}.decode(key_heading), std::nullopt);
}

}  // namespace
}  // namespace doorstep::intake
