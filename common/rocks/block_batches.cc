#include "common/rocks/block_batches.h"

#include <array>
#include <memory>

#include "common/rocks/block_iterators.h"
#include "common/rocks/block_value.h"

namespace doorstep::rocks {

Outcome put_block(rocksdb::WriteBatch& batch, const Database& database, const StoredBlock& block) {
  const auto key = key_of(block.first);
  const ValueHead head = head_of(block);
  const std::array<rocksdb::Slice, 2> value{
      rocksdb::Slice{reinterpret_cast<const char*>(head.data()), head.size()},
      rocksdb::Slice{reinterpret_cast<const char*>(block.bytes->data()), block.bytes->size()}};
  const rocksdb::Slice key_slice{key.data(), key.size()};
  const auto status = batch.Put(database.blocks, rocksdb::SliceParts{&key_slice, 1},
                                rocksdb::SliceParts{value.data(), value.size()});
  if (!status.ok()) return std::unexpected(error_of(status, "build a write"));
  return {};
}

Outcome delete_parts(rocksdb::WriteBatch& batch, const Database& database,
                     const StoredBlock& merged) {
  const auto invalid = [] {
    return failure(ErrorCode::invalid, "replace blocks: they do not begin and end there");
  };
  const std::unique_ptr<rocksdb::Iterator> iterator{
      database.db->NewIterator(block_read_options(), database.blocks)};
  const auto first = key_of(merged.first);
  Position expected = merged.first;
  for (iterator->Seek({first.data(), first.size()}); iterator->Valid() && expected <= merged.last;
       iterator->Next()) {
    const auto part = decode_value(iterator->key(), iterator->value());
    if (!part) return std::unexpected(part.error());
    if (part->first != expected) return invalid();
    expected = next(part->last);
    if (part->first == merged.first) continue;
    const auto status = batch.Delete(database.blocks, iterator->key());
    if (!status.ok()) return std::unexpected(error_of(status, "build a write"));
  }
  if (!iterator->status().ok()) {
    return std::unexpected(error_of(iterator->status(), "replace blocks"));
  }
  return expected == next(merged.last) ? Outcome{} : invalid();
}

}  // namespace doorstep::rocks
