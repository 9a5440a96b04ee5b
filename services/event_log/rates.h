// How many events an account may append a second: a bucket for each account with a limit. One that
// was quiet may send a burst of a second's worth, or one full request where that is more. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "common/domain/instant.h"

namespace doorstep::event_log {

class Rates {
 public:
  // Accounts without a limit are not asked about. Pre-condition: events_per_second > 0.
  void limit(const std::string& account, std::uint32_t events_per_second);
  // Takes so many events out of the account's bucket; else how long until they are there.
  [[nodiscard]] std::optional<Milliseconds> take(const std::string& account, std::size_t events,
                                                 Milliseconds now);

 private:
  struct Bucket {
    double events_per_second{};
    double capacity{};
    double events{};
    std::optional<Milliseconds> filled{};
  };
  std::map<std::string, Bucket> buckets_{};
};

}  // namespace doorstep::event_log
