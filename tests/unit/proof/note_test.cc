#include "common/proof/note.h"

#include <gtest/gtest.h>

#include "common/proof/base64.h"
#include "common/proof/checkpoint.h"
#include "common/proof/cosignature.h"
#include "common/proof/policy.h"

namespace doorstep::proof {
namespace {

Ed25519Key key_of(std::uint8_t n) {
  Sha256 seed{};
  seed.fill(n);
  return Ed25519Key::from_seed(seed);
}

std::string some_checkpoint() {
  Checkpoint checkpoint{
      .log = LogId{{0x017fb4a12c007000, 0x8000000000000001}}, .epoch = Epoch{3}, .size = 4711};
  checkpoint.root.fill(0xab);
  return sign_checkpoint(checkpoint, key_of(1));
}

// The example of c2sp.org/signed-note: a key and a note that others made.
constexpr std::string_view published_key =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
const std::string published_note =
    "This is an example message.\n\n\u2014 example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";

TEST(Note, the_published_example_is_read_and_holds) {
  const auto key = parse_verifier_key(published_key);
  ASSERT_TRUE(key.has_value());
  EXPECT_EQ(key->name, "example.com/foo");
  EXPECT_EQ(to_string(*key), published_key);
  const auto note = parse_note(published_note);
  ASSERT_TRUE(note.has_value()) << note.error().message;
  ASSERT_EQ(note->signatures.size(), 1u);
  EXPECT_TRUE(is_of(note->signatures[0], *key));
  EXPECT_TRUE(holds(note->signatures[0], *key, note->text));
  EXPECT_FALSE(holds(note->signatures[0], *key, "This is another message.\n"));
}

TEST(Note, a_key_with_another_id_or_type_is_none) {
  std::string text{published_key};
  EXPECT_FALSE(parse_verifier_key(text.substr(1)).has_value()) << "another name";
  text[text.find('+') + 1] = '4';
  EXPECT_FALSE(parse_verifier_key(text).has_value()) << "another id";
  for (const char* wrong : {"", "+", "a+b", "a+00000000+",
                            "example.com/foo+530D903A+AekyeRrm56hApG"
                            "FkyQR4ZCbV54Id2LKaANYcrnKv3U2k"}) {
    EXPECT_FALSE(parse_verifier_key(wrong).has_value()) << wrong;
  }
}

TEST(Note, is_refused_where_it_is_not_in_form) {
  const std::string line = published_note.substr(published_note.find("\u2014"));
  for (const std::string& wrong : std::vector<std::string>{
           std::string{}, std::string{"text\n"}, std::string{"text\n\n"}, "text\n" + line,
           "text\n\n" + line.substr(0, line.size() - 1), "text\n\nnothing\n" + line,
           "te\txt\n\n" + line, "te\rxt\n\n" + line, "te\xff\n\n" + line, "te\xc0\xaf\n\n" + line,
           "\n\n" + line, "text\n\n" + line + "\n", "text\n\n\u2014  " + line.substr(4),
           "text\n\n\u2014 a+b AAAAAAAA\n", "text\n\n\u2014 a AAAA\n", "text\n\n\u2014 a AAAAAAA\n",
           "text\n\n\u2014 a\u3000b AAAAAAAA\n"}) {
    EXPECT_FALSE(parse_note(wrong).has_value()) << wrong;
  }
  EXPECT_TRUE(parse_note("text\n\nmore\n\n" + line).has_value()) << "empty lines in the text";
}

TEST(Note, has_at_least_sixteen_signatures_and_a_limit) {
  std::string note = "text\n\n";
  for (int i = 0; i < 16; ++i)
    note += "\u2014 witness.example/" + std::to_string(i) + " AAAAAAAA\n";
  ASSERT_TRUE(parse_note(note).has_value());
  EXPECT_EQ(parse_note(note)->signatures.size(), 16u);
  for (int i = 0; i < 64; ++i) note += "\u2014 witness.example/x AAAAAAAA\n";
  EXPECT_FALSE(parse_note(note).has_value());
  std::string long_note(300'000, 'x');
  long_note += "\n\n\u2014 a AAAAAAAA\n";
  EXPECT_FALSE(parse_note(long_note).has_value());
}

TEST(Note, lines_are_added_once) {
  const std::string line = "\u2014 witness.example/x AAAAAAAA\n";
  const std::string once = with_lines(some_checkpoint(), line);
  EXPECT_EQ(once, some_checkpoint() + line);
  EXPECT_EQ(with_lines(once, line + line), once);
}

TEST(TreeHead, any_logs_checkpoint_is_read) {
  const std::string text =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto head = parse_tree_head(text);
  ASSERT_TRUE(head.has_value());
  EXPECT_EQ(head->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(head->size, 20852163u);
  EXPECT_TRUE(parse_tree_head(text + "an extension\n").has_value());
  for (const std::string& wrong : std::vector<std::string>{
           std::string{}, text.substr(0, text.size() - 1), "\n" + text, text + "\n",
           std::string{"a\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
           std::string{"a\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"},
           std::string{"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jx\n"},
           std::string{"a\n1\n"}}) {
    EXPECT_FALSE(parse_tree_head(wrong).has_value()) << wrong;
  }
}

TEST(TreeHead, is_believed_under_its_logs_key_only) {
  const std::string note = some_checkpoint();
  const VerifierKey key{.name = note.substr(0, note.find('\n')),
                        .type = SignatureType::ed25519,
                        .key = key_of(1).public_key()};
  EXPECT_EQ(open_tree_head(note, key).value().size, 4711u);
  VerifierKey other = key;
  other.key = key_of(2).public_key();
  EXPECT_EQ(open_tree_head(note, other).error().code, ErrorCode::denied);
  other = key;
  other.name = "doorstep/another/1";
  EXPECT_EQ(open_tree_head(note, other).error().code, ErrorCode::denied);
}

TEST(TreeHead, a_line_of_the_logs_that_does_not_hold_spoils_the_note) {
  std::string note = some_checkpoint();
  const auto line = note.substr(note.find("\u2014"));
  std::string forged = line;
  forged[forged.size() - 10] = forged[forged.size() - 10] == 'A' ? 'B' : 'A';
  EXPECT_FALSE(open_checkpoint(note + forged, key_of(1)).has_value());
  EXPECT_TRUE(open_checkpoint(note + line, key_of(1)).has_value());
}

TEST(Cosignature, holds_for_its_text_its_time_and_its_key) {
  const std::string note = some_checkpoint();
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const VerifierKey witness = witness_key("witness.example/w1", key_of(9));
  const std::string line = cosign(text, witness.name, key_of(9), 1679315147);
  const auto found = cosignatures_on(note + line, {witness});
  ASSERT_TRUE(found.has_value()) << found.error().message;
  EXPECT_EQ(*found, (std::vector<Cosignature>{{"witness.example/w1", 1679315147}}));

  const auto parsed = parse_signature_lines(line);
  ASSERT_EQ(parsed->size(), 1u);
  EXPECT_EQ(parsed->front().signature.size(), 72u);
  EXPECT_FALSE(time_of(parsed->front(), witness, text + "x\n").has_value());
  for (std::size_t i = 0; i < 72; ++i) {
    SignatureLine changed = parsed->front();
    changed.signature[i] ^= 1;
    EXPECT_FALSE(time_of(changed, witness, text).has_value()) << "byte " << i;
  }
}

TEST(Cosignature, signs_the_lines_that_are_published) {
  // What cosignature/v1 signs, spelt out.
  const std::string text = "example.com/log\n1\nq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq6s=\n";
  const std::string line = cosign(text, "w", key_of(9), 7);
  const auto parsed = parse_signature_lines(line).value();
  Ed25519Signature signature{};
  std::copy(parsed[0].signature.begin() + 8, parsed[0].signature.end(), signature.begin());
  EXPECT_TRUE(verify_ed25519(key_of(9).public_key(), "cosignature/v1\ntime 7\n" + text, signature));
  EXPECT_EQ(parsed[0].signature[7], 7);
}

TEST(Cosignature, unknown_witnesses_are_skipped_and_forged_lines_are_not) {
  const std::string note = some_checkpoint();
  const std::string text = note.substr(0, note.find("\n\n") + 1);
  const VerifierKey witness = witness_key("witness.example/w1", key_of(9));
  const std::string other = cosign(text, "witness.example/w1", key_of(8), 5);
  EXPECT_EQ(cosignatures_on(note + other, {witness}).value().size(), 0u) << "another key's id";
  const std::string forged =
      signature_line(witness.name, id_of(witness), std::vector<std::uint8_t>(72));
  EXPECT_FALSE(cosignatures_on(note + forged, {witness}).has_value());
}

TEST(Policy, names_logs_and_witnesses) {
  const VerifierKey witness = witness_key("witness.example/w1", key_of(9));
  const std::string text = "# ours\n\n \tlog " + std::string{published_key} + "\nwitness w1 " +
                           to_string(witness) +
                           " http://127.0.0.1:8430\ngroup g any w1\nquorum g\n";
  const auto policy = parse_policy(text);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  ASSERT_EQ(policy->logs.size(), 1u);
  EXPECT_EQ(policy->logs[0].key.name, "example.com/foo");
  ASSERT_EQ(policy->witnesses.size(), 1u);
  EXPECT_EQ(policy->witnesses[0].key, witness);
  EXPECT_EQ(policy->witnesses[0].url, "http://127.0.0.1:8430");
}

TEST(Policy, says_which_line_is_wrong) {
  const std::string key{published_key};
  const std::string witness = to_string(witness_key("w", key_of(9)));
  for (const std::string& wrong : std::vector<std::string>{
           "\nlog", "\nlog " + witness, "\nwitness w1 " + key, "\nwitness w1", "\nhello",
           "log " + key + "\nlog " + key, "witness a " + witness + "\nwitness b " + witness}) {
    const auto policy = parse_policy(wrong);
    ASSERT_FALSE(policy.has_value()) << wrong;
    EXPECT_TRUE(policy.error().message.starts_with("line 2: ")) << policy.error().message;
  }
}

}  // namespace
}  // namespace doorstep::proof
