#include <gtest/gtest.h>

#include "common/projection/archive_reader.h"
#include "common/projection/archive_writer.h"
#include "common/projection/fields.h"
#include "tests/support/fold_spec.h"

namespace doorstep {
namespace {

std::vector<std::byte> bytes_of(auto& state) {
  ArchiveWriter archive;
  archive(state);
  return std::move(archive).finish();
}

Register some_register() {
  test::FactLog log;
  log.add(std::vector<test::Fact>{
      AreaDefined{AreaCode{43122400000000000}, "county"},
      CampaignOpened{{{7, 1}}, "spring"},
      RoundOpened{.round = {{3, 1}}, .campaign = {{7, 1}}, .number = 1, .question_set = "q"},
      DwellingRegistered{{{5, 1}}, DwellingState::in_use},
      HouseholdRegistered{.household = {{1, 1}}, .persons = {.usual = 3}},
      HouseholdPlaced{.household = {{1, 1}}, .dwelling = {{5, 1}}, .area = {43122400000000000}},
      HouseholdWithdrawn{{{1, 1}}, WithdrawalReason::duplicate},
      WorkerRegistered{.worker = {{2, 2}}},
      WorkerRegistered{.worker = {{2, 1}}},
      ResponsibilityTaken{.responsibility = {{4, 1}},
                          .household = {{1, 2}},
                          .level = ResponsibilityLevel::covers_household,
                          .role = ResponsibilityRole::lead,
                          .holder = {HolderKind::worker, {2, 1}}},
      WorkerReportedIn{},
  });
  Register known;
  for (const Recorded& recorded : log.records()) known.evolve(recorded);
  return known;
}

TEST(Archive, a_register_reads_back_with_what_is_derived) {
  Register known = some_register();
  const auto bytes = bytes_of(known);
  Register back;
  ArchiveReader archive{bytes};
  archive(back);
  EXPECT_TRUE(archive.is_complete());
  EXPECT_EQ(bytes_of(back), bytes);
  EXPECT_EQ(back.lead_of({{1, 2}})->id, (Uuid{2, 1}));
  EXPECT_EQ(back.workers_by_home(), known.workers_by_home());
  EXPECT_EQ(back.find({{1, 2}}), known.find({{1, 2}}));
  EXPECT_EQ(back.unmatched(), 1u);
}

TEST(Archive, every_shorter_text_fails_and_crashes_nothing) {
  Register known = some_register();
  const auto bytes = bytes_of(known);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    Register back;
    ArchiveReader archive{std::span{bytes}.first(size)};
    archive(back);
    EXPECT_FALSE(archive.is_complete()) << size;
  }
}

TEST(Archive, a_flipped_bit_never_reads_beyond_the_bytes) {
  Register known = some_register();
  auto bytes = bytes_of(known);
  for (std::size_t bit = 0; bit < 8 * bytes.size(); ++bit) {
    const auto mask = static_cast<std::byte>(1u << (bit % 8));
    bytes[bit / 8] ^= mask;
    Register back;
    ArchiveReader archive{bytes};
    archive(back);
    if (archive.is_complete()) (void)back.lead_of({{1, 2}});
    bytes[bit / 8] ^= mask;
  }
}

TEST(Archive, a_list_longer_than_its_bytes_is_refused) {
  std::vector<std::uint32_t> list{1, 2, 3};
  ArchiveWriter writer;
  writer(list);
  const auto bytes = std::move(writer).finish();
  EXPECT_EQ(bytes.size(), 8u + 12u);
  std::vector<std::uint64_t> wider;
  ArchiveReader archive{bytes};
  archive(wider);
  EXPECT_FALSE(archive.is_good());
}

}  // namespace
}  // namespace doorstep
