#include "common/runtime/cursor.h"

#include <string>

#include "common/domain/assert.h"

namespace doorstep::runtime {
namespace {

std::optional<wire::Refused> compare(const Cursor& cursor, Hasher& hasher,
                                     const std::optional<proof::Checkpoint>& checkpoint) {
  if (!checkpoint || checkpoint->size != cursor.tree->size()) return std::nullopt;
  if (cursor.tree->root(hasher) == checkpoint->root) return std::nullopt;
  return wire::Refused{
      .code = wire::RefusalCode::damaged,
      .message = "the events up to position " + std::to_string(checkpoint->size) +
                 " that this reader has got are not those that the log has signed: either they "
                 "were changed on the way or in the log, or what the reader kept is of another "
                 "log. Run `doorstep log verify`; if the log is sound, put the reader's own "
                 "snapshot aside and let it read from the start"};
}

}  // namespace

std::optional<wire::Refused> recognise(Cursor& cursor,
                                       const Result<proof::Checkpoint>& checkpoint) {
  if (!checkpoint) {
    return wire::Refused{.code = wire::RefusalCode::damaged,
                         .message = "a checkpoint came that this log's key did not sign: " +
                                    checkpoint.error().message};
  }
  if (cursor.log == LogId{}) cursor.log = checkpoint->log;
  if (cursor.epoch == Epoch{}) cursor.epoch = checkpoint->epoch;
  if (cursor.log == checkpoint->log && cursor.epoch == checkpoint->epoch) return std::nullopt;
  return wire::Refused{.code = wire::RefusalCode::epoch_changed,
                       .message = "the log has signed as " + proof::origin_of(*checkpoint) +
                                  ", the reader follows " +
                                  proof::origin_of({cursor.log, cursor.epoch, 0, {}})};
}

std::optional<wire::Refused> take_up(Cursor& cursor, Hasher& hasher,
                                     std::span<const wire::Record> records, Position to,
                                     const std::optional<proof::Checkpoint>& checkpoint) {
  DOORSTEP_ASSERT(cursor.tree.has_value());
  if (auto why = compare(cursor, hasher, checkpoint)) return why;
  for (const wire::Record& record : records) {
    cursor.tree->append(hasher, record.stored);
    if (auto why = compare(cursor, hasher, checkpoint)) return why;
  }
  cursor.position = to;
  DOORSTEP_ASSERT(cursor.tree->size() == number(to));
  return std::nullopt;
}

}  // namespace doorstep::runtime
