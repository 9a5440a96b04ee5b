#include "clients/cli/restored_part.h"

#include <memory>
#include <string>
#include <utility>

#include "common/wire/block_builder.h"

namespace doorstep::cli {

Result<StoredBlock> cut_block(const StoredBlock& block, Position until) {
  const auto opened = wire::Block::open(*block.bytes);
  if (!opened) return std::unexpected(opened.error());
  wire::BlockBuilder builder;
  auto record = opened->records().begin();
  for (const wire::BlockRequest& request : opened->requests()) {
    if (request.first > until) break;
    const std::uint64_t last = number(request.first) + request.events - 1;
    if (last > number(until)) {
      return failure(ErrorCode::invalid,
                     "position " + std::to_string(number(until)) + " is inside one request, of " +
                         std::to_string(number(request.first)) + " to " + std::to_string(last) +
                         ", which is put back whole or not at all: say " +
                         std::to_string(number(request.first) - 1) + " or " + std::to_string(last));
    }
    builder.begin_request(request.append_id, request.digest, request.first);
    for (std::uint32_t i = 0; i < request.events; ++i, ++record) {
      builder.add(record->stamp, record->event);
    }
  }
  if (builder.events() == 0) {
    return failure(ErrorCode::damaged,
                   "the block at position " + std::to_string(number(block.first)) +
                       " has no request up to " + std::to_string(number(until)));
  }
  return StoredBlock{block.first, until, std::make_shared<const Bytes>(builder.finish())};
}

Result<BackupNote> sign_part(const BackupNote& whole, Position until, const Sha256& root,
                             const Ed25519Key& key) {
  const proof::Checkpoint& all = whole.checkpoint;
  const proof::Checkpoint part{
      .log = all.log, .epoch = all.epoch, .size = number(until), .root = root};
  std::string note = proof::sign_checkpoint(part, key);
  const auto vkey = proof::parse_verifier_key(whole.vkey);
  if (!vkey || !proof::open_checkpoint(note, *vkey)) {
    return failure(ErrorCode::conflict,
                   "the part needs a checkpoint by the log's own key, and this folder has another "
                   "one: put keys/ and accounts.toml of the log's folder into it, and try again");
  }
  return BackupNote{std::move(note), whole.vkey, part};
}

}  // namespace doorstep::cli
