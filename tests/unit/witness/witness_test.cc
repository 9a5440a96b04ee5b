#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "common/memory/memory_http.h"
#include "common/proof/cosignature.h"
#include "common/proof/merkle.h"
#include "common/proof/merkle_proof.h"
#include "common/proof/proof_text.h"
#include "services/witness/witness_service.h"

namespace doorstep::witness {
namespace {

namespace fs = std::filesystem;

Ed25519Key key_of(std::uint8_t n) {
  Sha256 seed{};
  seed.fill(n);
  return Ed25519Key::from_seed(seed);
}

// A log that can be told to lie: `salt` changes what it holds from `fork_at` on.
class PlayedLog {
 public:
  PlayedLog(std::uint64_t events, std::uint64_t fork_at, int salt) {
    for (std::uint64_t i = 0; i < events; ++i) {
      const std::string record = std::to_string(i) + (i < fork_at ? "" : std::to_string(salt));
      leaves_.push_back(proof::leaf_hash(hasher_, std::as_bytes(std::span{record})));
    }
  }
  [[nodiscard]] std::string note(std::uint64_t size, std::uint8_t key = 1) {
    return proof::sign_checkpoint({.log = LogId{{1, 2}},
                                   .epoch = Epoch{1},
                                   .size = size,
                                   .root = proof::root_of(hasher_, size, subtrees()).value()},
                                  key_of(key));
  }
  [[nodiscard]] std::string body(std::uint64_t old, std::uint64_t size, std::uint8_t key = 1) {
    return proof::to_string(proof::ConsistencyText{
        .old_size = old,
        .hashes = proof::consistency_proof(hasher_, old, size, subtrees()).value(),
        .checkpoint = note(size, key)});
  }
  [[nodiscard]] static proof::VerifierKey vkey() {
    return proof::log_key({.log = LogId{{1, 2}}, .epoch = Epoch{1}, .size = 0, .root = {}},
                          key_of(1));
  }

 private:
  [[nodiscard]] proof::Subtrees subtrees() {
    return [this](proof::Subtree wanted) -> Result<Sha256> { return root(wanted); };
  }
  [[nodiscard]] Sha256 root(proof::Subtree wanted) {
    if (wanted.level == 0) return leaves_.at(wanted.index);
    const Sha256 left = root({wanted.level - 1, wanted.index * 2});
    return proof::node_hash(hasher_, left, root({wanted.level - 1, wanted.index * 2 + 1}));
  }
  Hasher hasher_{};
  std::vector<Sha256> leaves_{};
};

class Witness : public testing::Test {
 protected:
  Witness()
      : folder_{fs::temp_directory_path() / ("doorstep-witness-" + std::to_string(::getpid()))} {
    fs::remove_all(folder_);
    start();
  }
  ~Witness() override { fs::remove_all(folder_); }

  // (Re)starts it on what is on disk.
  void start() {
    service_.reset();
    auto opened = open();
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    service_ = std::move(*opened);
  }
  Result<std::unique_ptr<WitnessService>> open(const proof::VerifierKey& log = PlayedLog::vkey()) {
    proof::Policy policy;
    policy.logs.push_back({log, ""});
    return WitnessService::open(http_, folder_, key_of(9), {"w.example", policy});
  }
  HttpResponse ask(const std::string& method, const std::string& path, std::string body = {}) {
    const auto token = http_.request(method, path, std::move(body));
    worked_ = service_->step({.wall = Instant{1'700'000'000'000}, .monotonic = {}});
    return http_.response(token).value_or(HttpResponse{.status = 0});
  }
  HttpResponse offer(std::string body) { return ask("POST", "/add-checkpoint", std::move(body)); }
  static std::string text(const HttpResponse& response) {
    return response.body ? *response.body : std::string{};
  }
  // What is on disk right now.
  [[nodiscard]] std::string kept() const {
    std::ifstream in{folder_ / hash_of(PlayedLog::vkey().name)};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  void expect_cosigned(const HttpResponse& response, const std::string& note) {
    ASSERT_EQ(response.status, 200) << text(response);
    const auto found =
        proof::cosignatures_on(note + text(response), {proof::witness_key("w.example", key_of(9))});
    ASSERT_TRUE(found.has_value());
    ASSERT_EQ(found->size(), 1u);
    EXPECT_EQ(found->front().time, 1'700'000'000u);
  }

  fs::path folder_;
  memory::MemoryHttp http_{};
  std::unique_ptr<WitnessService> service_{};
  Result<Work> worked_{Work::idle};
  PlayedLog log_{100, 100, 0};
};

TEST_F(Witness, cosigns_what_continues_what_it_has_seen) {
  expect_cosigned(offer(log_.body(0, 10)), log_.note(10));
  expect_cosigned(offer(log_.body(10, 73)), log_.note(73));
  expect_cosigned(offer(log_.body(73, 73)), log_.note(73));
  expect_cosigned(offer(log_.body(73, 100)), log_.note(100));
}

TEST_F(Witness, says_what_it_has_to_who_is_behind_or_ahead) {
  ASSERT_EQ(offer(log_.body(0, 40)).status, 200);
  for (const std::uint64_t old : {0u, 39u, 41u}) {
    const auto response = offer(log_.body(old, 60));
    EXPECT_EQ(response.status, 409);
    EXPECT_EQ(response.content_type, "text/x.tlog.size");
    EXPECT_EQ(text(response), "40\n");
  }
}

TEST_F(Witness, never_signs_two_histories) {
  PlayedLog fork{100, 20, 7};
  ASSERT_EQ(offer(log_.body(0, 40)).status, 200);
  const std::string before = kept();
  EXPECT_EQ(offer(fork.body(40, 60)).status, 422) << "with its own proof";
  const auto same_size = offer(fork.body(40, 40));
  EXPECT_EQ(same_size.status, 409) << "the same size, another root";
  EXPECT_EQ(same_size.content_type, "text/x.tlog.size");
  EXPECT_EQ(text(same_size), "40\n");
  EXPECT_EQ(offer(log_.body(30, 30)).status, 409) << "a smaller one";
  EXPECT_EQ(kept(), before);
  start();
  EXPECT_EQ(offer(fork.body(40, 60)).status, 422) << "after a restart";
  EXPECT_EQ(offer(fork.body(0, 60)).status, 409) << "as if it had seen nothing";
  expect_cosigned(offer(log_.body(40, 60)), log_.note(60));
}

TEST_F(Witness, refuses_a_proof_that_was_changed) {
  ASSERT_EQ(offer(log_.body(0, 37)).status, 200);
  const auto good = proof::parse_consistency(log_.body(37, 90)).value();
  for (std::size_t i = 0; i < good.hashes.size(); ++i) {
    auto wrong = good;
    wrong.hashes[i][7] ^= 1;
    EXPECT_EQ(offer(proof::to_string(wrong)).status, 422) << i;
    wrong = good;
    wrong.hashes.erase(wrong.hashes.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(offer(proof::to_string(wrong)).status, 422) << i;
  }
  auto first = proof::parse_consistency(log_.body(37, 90)).value();
  EXPECT_EQ(offer(proof::to_string(first)).status, 200);
}

TEST_F(Witness, the_first_checkpoint_needs_no_proof_and_has_none) {
  auto first = proof::parse_consistency(log_.body(0, 10)).value();
  first.hashes.push_back({});
  EXPECT_EQ(offer(proof::to_string(first)).status, 422);
  const std::string wrong_root = proof::sign_checkpoint(
      {.log = LogId{{1, 2}}, .epoch = Epoch{1}, .size = 0, .root = {}}, key_of(1));
  EXPECT_EQ(offer("old 0\n\n" + wrong_root).status, 422) << "an empty tree has one root";
  expect_cosigned(offer(log_.body(0, 0)), log_.note(0));
}

TEST_F(Witness, other_keys_and_other_logs_are_turned_away) {
  EXPECT_EQ(offer(log_.body(0, 10, 2)).status, 403) << "signed by another key";
  const std::string forged = proof::signature_line(
      PlayedLog::vkey().name, proof::id_of(PlayedLog::vkey()), std::vector<std::uint8_t>(64));
  EXPECT_EQ(offer(log_.body(0, 10) + forged).status, 403) << "a line of the key does not hold";
  const std::string other = proof::sign_checkpoint(
      {.log = LogId{{1, 2}}, .epoch = Epoch{2}, .size = 0, .root = Hasher{}.finish()}, key_of(1));
  EXPECT_EQ(offer("old 0\n\n" + other).status, 404) << "a restored log is another log";
  EXPECT_EQ(kept(), "");
}

TEST_F(Witness, lines_by_unknown_keys_are_ignored_and_not_kept) {
  const std::string stranger = "\u2014 somebody.example AAAAAAAA\n";
  ASSERT_EQ(offer(log_.body(0, 10) + stranger).status, 200);
  EXPECT_EQ(kept().find("somebody"), std::string::npos);
  EXPECT_TRUE(kept().starts_with(log_.note(10)));
}

TEST_F(Witness, what_is_malformed_is_refused) {
  const std::string good = log_.body(0, 10);
  for (const std::string& wrong : std::vector<std::string>{
           "", "hello", "old 0\n", "old 00" + good.substr(5), "old -1" + good.substr(5),
           good.substr(0, good.size() - 1), "old 0\nxx\n\n" + log_.note(10), log_.note(10),
           "old 0\n\nhello\n\n\u2014 a AAAAAAAA\n"}) {
    EXPECT_EQ(offer(wrong).status, 400) << wrong;
  }
  EXPECT_EQ(offer("old 11\n\n" + log_.note(10)).status, 400) << "beyond the checkpoint";
}

TEST_F(Witness, a_method_that_an_address_does_not_take_is_told_which_it_takes) {
  const HttpResponse reading = ask("GET", "/add-checkpoint");
  EXPECT_EQ(reading.status, 405);
  EXPECT_EQ(reading.headers.at("Allow"), "POST");
  const HttpResponse writing = ask("POST", "/healthz");
  EXPECT_EQ(writing.status, 405);
  EXPECT_EQ(writing.headers.at("Allow"), "GET, HEAD");
  EXPECT_EQ(ask("HEAD", "/healthz").status, 200);
}

TEST_F(Witness, the_state_is_on_disk_before_the_answer_leaves) {
  ASSERT_EQ(offer(log_.body(0, 10)).status, 200);
  // Now it cannot write: a folder stands in the file's place.
  const auto file = folder_ / hash_of(PlayedLog::vkey().name);
  fs::rename(file, file.string() + ".aside");
  fs::create_directories(file / "full");
  EXPECT_EQ(offer(log_.body(10, 20)).status, 500);
  EXPECT_FALSE(worked_.has_value()) << "the process ends";
  fs::remove_all(file);
  fs::rename(file.string() + ".aside", file);
  start();
  EXPECT_EQ(text(offer(log_.body(20, 30))), "10\n") << "it had not cosigned";
}

TEST_F(Witness, a_state_that_was_changed_is_not_served_from) {
  ASSERT_EQ(offer(log_.body(0, 10)).status, 200);
  const std::string whole = kept();
  const auto file = folder_ / hash_of(PlayedLog::vkey().name);
  // With another id the log's line is one by another key.
  const std::size_t id = whole.find("\u2014 ") + PlayedLog::vkey().name.size() + 5;
  for (std::size_t i = 0; i < whole.size(); i += 3) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    std::ofstream{file} << changed;
    const auto opened = open();
    ASSERT_FALSE(opened.has_value()) << "byte " << i;
    const bool in_id = i >= id && i < id + 6;
    EXPECT_TRUE(opened.error().code == ErrorCode::damaged ||
                (in_id && opened.error().code == ErrorCode::conflict))
        << "byte " << i;
  }
  std::ofstream{file} << whole.substr(0, whole.size() / 2);
  EXPECT_FALSE(open().has_value());
}

TEST_F(Witness, another_key_in_the_policy_is_no_damage) {
  ASSERT_EQ(offer(log_.body(0, 10)).status, 200);
  auto other = PlayedLog::vkey();
  other.key = key_of(2).public_key();
  const auto opened = open(other);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().code, ErrorCode::conflict);
  EXPECT_TRUE(opened.error().message.starts_with("the policy names another key for " + other.name))
      << opened.error().message;
  EXPECT_TRUE(open().has_value()) << "with the line put back";
}

TEST(WitnessPolicy, a_log_under_a_new_name_replaces_its_line) {
  const auto line = [](Epoch epoch) {
    const proof::Checkpoint checkpoint{.log = LogId{{1, 2}}, .epoch = epoch, .size = 0, .root = {}};
    return "log " + proof::to_string(proof::log_key(checkpoint, key_of(1))) + "\n";
  };
  const auto wrong = proof::parse_policy("# ours\n" + line(Epoch{1}) + "\n" + line(Epoch{2}));
  ASSERT_FALSE(wrong.has_value());
  EXPECT_EQ(wrong.error().message, "line 4: the same key as line 2: replace that line");
  const auto twice = proof::parse_policy(line(Epoch{1}) + line(Epoch{1}));
  ASSERT_FALSE(twice.has_value());
  EXPECT_EQ(twice.error().message, "line 2: that log is there twice");
}

TEST_F(Witness, anybody_may_read_what_it_has_cosigned) {
  const std::string path = "/" + hash_of(PlayedLog::vkey().name) + "/checkpoint";
  EXPECT_EQ(ask("GET", path).status, 404);
  ASSERT_EQ(offer(log_.body(0, 10)).status, 200);
  const auto response = ask("GET", path);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(text(response), kept());
  EXPECT_EQ(proof::open_tree_head(text(response), PlayedLog::vkey()).value().size, 10u);
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
}

}  // namespace
}  // namespace doorstep::witness
