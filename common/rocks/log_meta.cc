#include "common/rocks/log_meta.h"

#include <algorithm>

#include "common/rocks/block_value.h"

namespace doorstep::rocks {

Result<std::string> LogMeta::text(std::string_view key) const {
  std::string value;
  const auto status = database_.db->Get(rocksdb::ReadOptions{}, database_.meta,
                                        rocksdb::Slice{key.data(), key.size()}, &value);
  if (status.IsNotFound()) return std::string{};
  if (!status.ok()) return std::unexpected(error_of(status, "read the log's identity"));
  return value;
}

Outcome LogMeta::set_text(std::string_view key, const std::string& value) {
  const auto status = database_.db->Put(synced_write(), database_.meta,
                                        rocksdb::Slice{key.data(), key.size()}, value);
  if (!status.ok()) return std::unexpected(error_of(status, "write the log's identity"));
  return {};
}

Result<std::uint64_t> LogMeta::number(std::string_view key, std::uint64_t otherwise) const {
  const auto value = text(key);
  if (!value) return std::unexpected(value.error());
  if (value->empty()) return otherwise;
  if (value->size() != 8) {
    return failure(ErrorCode::damaged, "open the log: its " + std::string{key} + " is no number");
  }
  return doorstep::number(position_of({value->data(), value->size()}));
}

Outcome LogMeta::set_number(std::string_view key, std::uint64_t value) {
  const auto bytes = key_of(Position{value});
  return set_text(key, {bytes.data(), bytes.size()});
}

Result<Epoch> settle_epoch(LogMeta& meta, Epoch wanted) {
  const auto stored = meta.number(epoch_key, 0);
  if (!stored) return std::unexpected(stored.error());
  const Epoch epoch = wanted == Epoch{} ? Epoch{std::max<std::uint64_t>(*stored, 1)} : wanted;
  if (epoch < Epoch{*stored}) {
    return failure(ErrorCode::conflict, "open the log: a later epoch (" + std::to_string(*stored) +
                                            ") has taken over; this one may not write any more");
  }
  if (epoch > Epoch{*stored}) {
    const auto written = meta.set_number(epoch_key, static_cast<std::uint64_t>(epoch));
    if (!written) return std::unexpected(written.error());
  }
  return epoch;
}

Result<LogId> settle_log(LogMeta& meta, LogId if_new) {
  const auto value = meta.text(log_key);
  if (!value) return std::unexpected(value.error());
  if (const auto stored = parse_uuid(*value)) return LogId{*stored};
  if (!value->empty()) return failure(ErrorCode::damaged, "open the log: its id is not an id");
  const auto written = meta.set_text(log_key, to_string(if_new));
  if (!written) return std::unexpected(written.error());
  return if_new;
}

}  // namespace doorstep::rocks
