#include "common/proof/checkpoint.h"

#include <gtest/gtest.h>

#include "common/proof/base64.h"

namespace doorstep::proof {
namespace {

Ed25519Key key_of(std::uint8_t n) {
  Sha256 seed{};
  seed.fill(n);
  return Ed25519Key::from_seed(seed);
}

Checkpoint some_checkpoint() {
  Checkpoint checkpoint{
      .log = LogId{{0x017fb4a12c007000, 0x8000000000000001}}, .epoch = Epoch{3}, .size = 4711};
  checkpoint.root.fill(0xab);
  return checkpoint;
}

TEST(Checkpoint, comes_back_as_it_was_signed) {
  const std::string note = sign_checkpoint(some_checkpoint(), key_of(1));
  const auto opened = open_checkpoint(note, key_of(1));
  ASSERT_TRUE(opened.has_value()) << opened.error().message;
  EXPECT_EQ(*opened, some_checkpoint());
}

TEST(Checkpoint, is_a_note_of_three_lines_and_a_signature) {
  const std::string note = sign_checkpoint(some_checkpoint(), key_of(1));
  const std::string origin = "doorstep/017fb4a1-2c00-7000-8000-000000000001/3";
  EXPECT_TRUE(note.starts_with(origin +
                               "\n4711\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n\n"
                               "\xe2\x80\x94 " +
                               origin + " "))
      << note;
  EXPECT_TRUE(note.ends_with("=\n") || note.ends_with("\n"));
}

TEST(Checkpoint, a_flipped_bit_anywhere_is_noticed) {
  const std::string note = sign_checkpoint(some_checkpoint(), key_of(1));
  for (std::size_t i = 0; i < note.size(); ++i) {
    for (const int bit : {0, 3, 5}) {
      std::string changed = note;
      changed[i] = static_cast<char>(changed[i] ^ (1 << bit));
      EXPECT_FALSE(open_checkpoint(changed, key_of(1)).has_value()) << "byte " << i;
    }
  }
}

TEST(Checkpoint, a_cut_note_is_noticed) {
  const std::string note = sign_checkpoint(some_checkpoint(), key_of(1));
  for (std::size_t size = 0; size + 1 < note.size(); ++size) {
    EXPECT_FALSE(open_checkpoint(note.substr(0, size), key_of(1)).has_value()) << size;
  }
}

TEST(Checkpoint, another_key_does_not_count) {
  const std::string note = sign_checkpoint(some_checkpoint(), key_of(1));
  const auto opened = open_checkpoint(note, key_of(2));
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::damaged);
}

TEST(Checkpoint, a_witness_may_sign_beside_us) {
  const std::string note = sign_checkpoint(some_checkpoint(), key_of(1));
  const std::string witness = "\xe2\x80\x94 witness.example abcdefgh\n";
  EXPECT_TRUE(open_checkpoint(note + witness, key_of(1)).has_value());
}

// RFC 8032 §7.1, test 2.
TEST(Ed25519, signs_as_rfc_8032_says) {
  const Sha256 seed{0x4c, 0xcd, 0x08, 0x9b, 0x28, 0xff, 0x96, 0xda, 0x9d, 0xb6, 0xc3,
                    0x46, 0xec, 0x11, 0x4e, 0x0f, 0x5b, 0x8a, 0x31, 0x9f, 0x35, 0xab,
                    0xa6, 0x24, 0xda, 0x8c, 0xf6, 0xed, 0x4f, 0xb8, 0xa6, 0xfb};
  const Ed25519Key key = Ed25519Key::from_seed(seed);
  const Ed25519Signature signature = key.sign("r");
  EXPECT_EQ(to_base64(std::span{signature}.first<8>()), "kqAJqfDUyrg=");
  EXPECT_TRUE(key.verify("r", signature));
  EXPECT_FALSE(key.verify("s", signature));
}

TEST(Ed25519, refuses_what_is_no_key) {
  EXPECT_FALSE(Ed25519Key::from_pem("").has_value());
  EXPECT_FALSE(
      Ed25519Key::from_pem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")
          .has_value());
}

TEST(Base64, accepts_only_its_one_form) {
  const std::vector<std::uint8_t> bytes{0, 1, 250, 255};
  EXPECT_EQ(to_base64(bytes), "AAH6/w==");
  EXPECT_EQ(from_base64("AAH6/w=="), bytes);
  for (const char* wrong : {"AAH6/w=", "AAH6/w", "AAH6/x==", "AAH6 w==", "=", "AAH6/w===", "A"}) {
    EXPECT_FALSE(from_base64(wrong).has_value()) << wrong;
  }
  EXPECT_EQ(from_base64(""), std::vector<std::uint8_t>{});
}

TEST(SigningKey, a_file_that_holds_no_key_is_an_error_and_no_crash) {
  for (const char* pem : {"", "x", "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"}) {
    EXPECT_FALSE(Ed25519Key::from_pem(pem).has_value()) << pem;
  }
}

}  // namespace
}  // namespace doorstep::proof
