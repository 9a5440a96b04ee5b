#include "services/event_log/note_files.h"

#include "common/runtime/durable_file.h"

namespace doorstep::event_log {
namespace {

constexpr mode_t readable_by_owner = 0600;

Result<std::optional<std::string>> read_note(const std::filesystem::path& path) {
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<std::string>{};
  return std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
}

}  // namespace

Result<std::optional<std::string>> NoteFiles::cosigned() const {
  return read_note(folder_ / "cosigned");
}

Result<std::optional<std::string>> NoteFiles::of_day(Day day) const {
  return read_note(folder_ / "days" / to_string(day));
}

Result<std::optional<std::string>> NoteFiles::restored_from() const {
  return read_note(folder_ / "restored-from");
}

Outcome NoteFiles::keep_day(Day day, const std::string& note) const {
  return runtime::replace_file(folder_ / "days" / to_string(day), note, readable_by_owner);
}

}  // namespace doorstep::event_log
