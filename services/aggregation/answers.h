// What the visits say about each household in each round: all visits are kept, and the effective
// answer is the latest unretracted one of the strongest kind. A round's roster follows the register
// until the round closes. Pure and total: a fact that fits nothing is counted as unmatched and
// changes nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/domain/event.h"
#include "common/projection/register.h"

namespace doorstep::aggregation {

struct Visit {
  VisitId id{};
  Position position{};
  Instant effective{};  // what orders visits: see effective_time
  Instant happened_at{};
  AreaCode area{};  // as its envelope says: where a household on no list was found
  PersonCounts persons{};
  std::uint32_t before{};  // the household's visit before this one in the log, or no_visit
  Disposition disposition{};
  bool retracted{};
};
inline constexpr std::uint32_t no_visit = 0xffff'ffff;

// A newer writer may state a disposition that this build does not know.
[[nodiscard]] constexpr bool is_known(Disposition disposition) {
  return disposition >= Disposition::screened && disposition <= Disposition::not_accessible;
}
// happenedAt corrected by the device's skew, never later than recordedAt.
[[nodiscard]] Instant effective_time(Instant happened_at, std::int32_t skew_ms,
                                     Instant recorded_at);
// True where `one` decides over `other`: a stronger answer, else the later in effect, else in the
// log.
[[nodiscard]] bool decides_over(const Visit& one, const Visit& other);

enum class Standing : std::uint8_t { on_no_list, on_roster, withdrawn };

// One household in one round.
struct Row {
  AreaCode area{};  // where the register places it
  std::uint32_t deciding{no_visit};
  std::uint32_t latest{no_visit};  // by position, retracted or not: the head of its chain
  std::uint32_t visits{};          // unretracted
  std::uint16_t usual{};           // residents, as registered
  Standing standing{};
  WithdrawalReason withdrawn{};
};

// Which round's rows: an index into sheets().
enum class SheetNumber : std::uint32_t {};

struct Sheet {
  RoundId round{};
  bool open{};
  std::vector<Row> rows{};  // by HouseholdIndex; what is beyond the end is an empty row
  std::uint64_t on_roster{};
};

class Answers {
 public:
  // The first sheet belongs to no round: it is the register's own roster, which nobody has
  // answered.
  static constexpr SheetNumber standing_roster{0};

  Answers();

  [[nodiscard]] const std::vector<Sheet>& sheets() const { return sheets_; }
  [[nodiscard]] const Sheet& sheet(SheetNumber number) const {
    return sheets_[static_cast<std::size_t>(number)];
  }
  [[nodiscard]] std::optional<SheetNumber> find(RoundId round) const;  // nil finds nothing
  [[nodiscard]] Row row(SheetNumber sheet, HouseholdIndex household) const;
  [[nodiscard]] const Visit* deciding(const Row& row) const;
  [[nodiscard]] std::uint64_t unmatched() const { return unmatched_; }

  // A sheet without rows yet; the caller states every household. nullopt: there is one already.
  [[nodiscard]] std::optional<SheetNumber> open(RoundId round);
  // From here on its roster stands as it is.
  void close(RoundId round);
  // Takes over what the register says of the household. Pre-condition: the sheet is open.
  void restate(SheetNumber sheet, HouseholdIndex index, const Household& household);
  void record(SheetNumber sheet, HouseholdIndex index, const Visit& visit);
  // Where the household's visit of that name is, if it is there and not retracted yet.
  struct Place {
    SheetNumber sheet{};
    std::uint32_t visit{};
  };
  [[nodiscard]] std::optional<Place> find(HouseholdIndex index, VisitId visit) const;
  void retract(HouseholdIndex index, Place place);
  void count_unmatched() { ++unmatched_; }
  // True where the household's latest visits already hold one of that name: said twice by mistake.
  [[nodiscard]] bool repeats(SheetNumber sheet, HouseholdIndex index, VisitId visit) const;

  // For snapshots; a reader that got something else has failed.
  template <class Archive>
  void archive(Archive& archive);

 private:
  [[nodiscard]] bool is_consistent() const;
  Row& row_at(SheetNumber sheet, HouseholdIndex index);

  std::vector<Sheet> sheets_{};
  std::vector<Visit> visits_{};  // in log order
  std::uint64_t unmatched_{};
};

}  // namespace doorstep::aggregation
