#include "clients/cli/sealed_day.h"

#include <gtest/gtest.h>

#include <cstring>

#include "clients/cli/sealed_day_check.h"
#include "common/wire/block_builder.h"
#include "common/wire/event_codec.h"
#include "tests/support/sample_events.h"

namespace doorstep::cli {
namespace {

const Day date{19'074};  // 2022-03-23

Ed25519Key key(std::uint8_t which = 7) {
  Sha256 seed{};
  seed.fill(which);
  return Ed25519Key::from_seed(seed);
}

// A log of one request a record, of which a day's part is sealed.
struct Written {
  SealedDay day{};
  proof::Checkpoint checkpoint{};
};

struct Change {
  std::int64_t day_offset{};        // of the last record, in days
  std::uint64_t revision_offset{};  // of the last record
  bool repeats_request{};
};

Written written(std::uint64_t first, std::uint64_t last, Change change = {}) {
  const Bytes event = wire::encode_event(test::sample_events()[9]);
  Hasher hasher;
  proof::MerkleTree tree;
  Written result;
  SealedDay& day = result.day;
  wire::BlockBuilder builder;
  for (std::uint64_t n = 1; n <= last; ++n) {
    Stamp stamp{Position{n}, Revision{n - 1},
                start_of(date) + Milliseconds{static_cast<std::int64_t>(n)}};
    std::uint64_t request = n;
    if (n == last) {
      stamp.recorded_at = stamp.recorded_at + Milliseconds{change.day_offset * 86'400'000};
      stamp.revision = Revision{number(stamp.revision) + change.revision_offset};
      if (change.repeats_request) request = first;
    }
    if (n == first) {
      day.before = tree;
      if (builder.events() > 0) static_cast<void>(builder.finish());
    }
    builder.begin_request(test::sample_id<AppendId>(request), {}, stamp.position);
    builder.add(stamp, event);
    if (n == first + 1) {
      day.blocks.push_back(builder.finish());
    }
    wire::BlockBuilder alone;
    alone.add(stamp, event);
    tree.append(hasher, alone.records());
  }
  if (builder.events() > 0) day.blocks.push_back(builder.finish());
  result.checkpoint = {.log = test::sample_id<LogId>(77),
                       .epoch = Epoch{1},
                       .size = last,
                       .root = tree.root(hasher)};
  day.day = date;
  day.is_over = true;
  day.first = Position{first};
  day.last = Position{last};
  day.events = day.requests = last - first + 1;
  day.vkey = proof::to_string(proof::log_key(result.checkpoint, key()));
  day.checkpoint = proof::sign_checkpoint(result.checkpoint, key());
  day.texts = {{"schema/event.capnp", "struct"}, {"docs", "text"}};
  return result;
}

std::vector<std::string> problems(const SealedDay& day) {
  const auto checked = check_sealed_day(day, std::nullopt);
  EXPECT_TRUE(checked.has_value());
  return checked ? checked->problems : std::vector<std::string>{};
}

TEST(SealedDay, what_is_written_is_read_and_verifies) {
  const Bytes file = write_sealed_day(written(3, 9).day);
  const auto day = read_sealed_day(file);
  ASSERT_TRUE(day.has_value()) << day.error().message;
  EXPECT_EQ(write_sealed_day(*day), file);
  const auto checked = check_sealed_day(*day, day->vkey);
  ASSERT_TRUE(checked.has_value());
  EXPECT_EQ(checked->problems, std::vector<std::string>{});
  EXPECT_EQ(checked->events, 7u);
  EXPECT_FALSE(checked->coverage.has_value());
}

TEST(SealedDay, every_flipped_byte_and_every_cut_is_refused) {
  const Bytes file = write_sealed_day(written(3, 6).day);
  for (std::size_t i = 0; i < file.size(); ++i) {
    Bytes flipped = file;
    flipped[i] ^= std::byte{1};
    EXPECT_FALSE(read_sealed_day(flipped).has_value()) << "byte " << i;
    EXPECT_FALSE(read_sealed_day(BytesView{file}.first(i)).has_value()) << "cut to " << i;
  }
  Bytes longer = file;
  longer.push_back(std::byte{});
  EXPECT_FALSE(read_sealed_day(longer).has_value());
}

TEST(SealedDay, a_file_that_was_changed_and_hashed_anew_is_refused_all_the_same) {
  const Written good = written(3, 6);
  const Bytes file = write_sealed_day(good.day);
  const std::size_t hash_at = file.size() - sizeof(Sha256);
  const std::string over = "over yes";
  const auto text = reinterpret_cast<const char*>(file.data());
  const std::size_t heading = std::string_view{text, file.size()}.find(over);
  std::size_t refused = 0;
  std::size_t passed = 0;
  for (std::size_t i = 0; i < hash_at; ++i) {
    Bytes flipped = file;
    flipped[i] ^= std::byte{1};
    const Sha256 hash = Hasher{}.add(BytesView{flipped}.first(hash_at)).finish();
    std::memcpy(flipped.data() + hash_at, hash.data(), hash.size());
    const auto day = read_sealed_day(flipped);
    const auto checked =
        day ? check_sealed_day(*day, good.day.vkey) : Result<CheckedDay>{std::unexpect, Error{}};
    if (checked && checked->problems.empty()) {
      ++passed;
    } else {
      ++refused;
    }
  }
  EXPECT_NE(heading, std::string_view::npos);
  // Nobody signed the ids and digests of requests, the texts and their names: 16 + 32 bytes each.
  EXPECT_LE(passed, 4 * 48 + 18 + 6 + 4 + 4) << refused << " refused";
}

TEST(SealedDay, another_key_than_the_given_one_is_refused) {
  const Written good = written(1, 4);
  const std::string other = proof::to_string(proof::log_key(good.checkpoint, key(8)));
  EXPECT_EQ(check_sealed_day(good.day, other).error().code, ErrorCode::damaged);
  SealedDay forged = good.day;
  forged.checkpoint = proof::sign_checkpoint(good.checkpoint, key(8));
  EXPECT_EQ(check_sealed_day(forged, std::nullopt).error().code, ErrorCode::damaged);
}

TEST(SealedDay, events_of_another_day_wrong_revisions_and_repeated_requests_show) {
  using Problems = std::vector<std::string>;
  EXPECT_EQ(problems(written(3, 9, {.day_offset = 1}).day), Problems{"an event is of another day"});
  EXPECT_EQ(problems(written(3, 9, {.revision_offset = 1}).day),
            Problems{"an event has a revision that its stream does not have"});
  EXPECT_EQ(problems(written(3, 9, {.repeats_request = true}).day),
            Problems{"an append request has no id, or is there twice"});
}

TEST(SealedDay, a_block_left_out_or_a_wrong_tree_shows) {
  SealedDay short_day = written(3, 9).day;
  short_day.blocks.pop_back();
  EXPECT_FALSE(problems(short_day).empty());
  SealedDay wrong_tree = written(3, 9).day;
  wrong_tree.before = written(4, 9).day.before;
  EXPECT_FALSE(problems(wrong_tree).empty());
}

TEST(SealedDay, the_first_day_of_a_log_is_folded) {
  const auto checked = check_sealed_day(written(1, 9).day, std::nullopt);
  ASSERT_TRUE(checked.has_value());
  EXPECT_TRUE(checked->coverage.has_value());
}

}  // namespace
}  // namespace doorstep::cli
