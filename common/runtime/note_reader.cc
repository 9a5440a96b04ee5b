#include "common/runtime/note_reader.h"

#include <memory>
#include <utility>

#include "common/runtime/durable_file.h"

namespace doorstep::runtime {

Result<ReadNote> note_reader(const DataFolder& folder) {
  const auto pem = read_file(folder.signing_key_file());
  if (!pem) return std::unexpected(pem.error());
  if (!*pem) {
    return failure(ErrorCode::not_found,
                   folder.signing_key_file().string() + " is missing. Say doorstep init");
  }
  auto key = Ed25519Key::from_pem({reinterpret_cast<const char*>((*pem)->data()), (*pem)->size()});
  if (!key) return std::unexpected(key.error());
  return [key = std::make_shared<const Ed25519Key>(std::move(*key))](std::string_view note) {
    return proof::open_checkpoint(note, *key);
  };
}

}  // namespace doorstep::runtime
