// What a log's database says about itself, in the column family `meta` (docs/formats/log.md).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/rocks/rocks_settings.h"
#include "common/seam/block_store.h"

namespace doorstep::rocks {

inline constexpr std::string_view epoch_key = "epoch";
inline constexpr std::string_view log_key = "log";
inline constexpr std::string_view replaced_key = "replaced";
inline constexpr std::string_view floor_key = "floor";

class LogMeta {
 public:
  // `database` must outlive it.
  explicit LogMeta(const Database& database) : database_{database} {}

  // Empty where nothing is stored.
  [[nodiscard]] Result<std::string> text(std::string_view key) const;
  [[nodiscard]] Outcome set_text(std::string_view key, const std::string& value);
  // 8 bytes, big-endian; damaged: of another size.
  [[nodiscard]] Result<std::uint64_t> number(std::string_view key, std::uint64_t otherwise) const;
  [[nodiscard]] Outcome set_number(std::string_view key, std::uint64_t value);

 private:
  const Database& database_;
};

// The epoch to write in: `wanted`, or the stored one where that is zero. conflict: a later one was
// here.
[[nodiscard]] Result<Epoch> settle_epoch(LogMeta& meta, Epoch wanted);
// The log's id: the stored one, or `if_new` in an empty folder.
[[nodiscard]] Result<LogId> settle_log(LogMeta& meta, LogId if_new);

}  // namespace doorstep::rocks
