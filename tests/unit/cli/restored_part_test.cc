#include "clients/cli/restored_part.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string>

#include "common/wire/block_builder.h"
#include "common/wire/event_codec.h"

namespace doorstep::cli {
namespace {

// Requests of one, three and two events, at positions 1, 2 to 4, and 5 and 6.
StoredBlock block_of_six() {
  wire::BlockBuilder builder;
  std::uint64_t position = 1;
  for (const std::uint64_t events : {1U, 3U, 2U}) {
    builder.begin_request(AppendId{{7, position}}, {}, Position{position});
    for (std::uint64_t i = 0; i < events; ++i, ++position) {
      const Event event{.envelope = {.id = EventId{{1, position}},
                                     .type = EventType::worker_reported_in,
                                     .stream = system_stream,
                                     .purpose = Purpose::system},
                        .body = WorkerReportedIn{}};
      builder.add({.position = Position{position}, .recorded_at = Instant{1'000}},
                  wire::encode_event(event));
    }
  }
  return {Position{1}, Position{6}, std::make_shared<const Bytes>(builder.finish())};
}

Ed25519Key key_of(std::uint8_t number) {
  std::array<std::uint8_t, 32> seed{};
  seed.fill(number);
  return Ed25519Key::from_seed(seed);
}

TEST(PartOfABackup, keeps_the_records_before_the_cut_as_they_are) {
  const StoredBlock whole = block_of_six();
  const auto all = wire::Block::open(*whole.bytes).value();
  for (const std::uint64_t until : {1U, 4U}) {
    const auto cut = cut_block(whole, Position{until});
    ASSERT_TRUE(cut) << cut.error().message;
    EXPECT_EQ(cut->first, Position{1});
    EXPECT_EQ(cut->last, Position{until});
    const auto part = wire::Block::open(*cut->bytes).value();
    ASSERT_EQ(part.records().size(), until);
    for (std::size_t i = 0; i < until; ++i) {
      EXPECT_TRUE(std::ranges::equal(part.records()[i].stored, all.records()[i].stored)) << i;
    }
    EXPECT_EQ(part.requests().size(), until == 1 ? 1U : 2U);
  }
}

TEST(PartOfABackup, never_holds_half_a_request) {
  for (const std::uint64_t until : {2U, 3U}) {
    const auto cut = cut_block(block_of_six(), Position{until});
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().code, ErrorCode::invalid);
    EXPECT_NE(cut.error().message.find("say 1 or 4"), std::string::npos) << cut.error().message;
  }
}

TEST(PartOfABackup, is_signed_by_the_key_of_the_whole_and_no_other) {
  const auto key = key_of(1);
  const auto other = key_of(2);
  const proof::Checkpoint all{.log = LogId{{1, 2}}, .epoch = Epoch{1}, .size = 6, .root = {}};
  const BackupNote whole{proof::sign_checkpoint(all, key),
                         proof::to_string(proof::log_key(all, key)), all};
  const auto part = sign_part(whole, Position{4}, Sha256{}, key);
  ASSERT_TRUE(part) << part.error().message;
  EXPECT_EQ(part->checkpoint.size, 4U);
  EXPECT_EQ(part->checkpoint.epoch, Epoch{1});
  const auto refused = sign_part(whole, Position{4}, Sha256{}, other);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::conflict);
}

}  // namespace
}  // namespace doorstep::cli
