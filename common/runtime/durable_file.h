// Replacing a small file so that after a crash either the old or the new bytes are there.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep::runtime {

// Temporary file beside `path`, fsync, rename, fsync of the folder. Missing folders are made with
// mode 0700. The temporary's name is the writer's own, so that two processes may replace one file:
// the last one's bytes are there, whole. Temporaries whose writers have died are removed.
[[nodiscard]] Outcome replace_file(const std::filesystem::path& path, BytesView bytes, mode_t mode);
[[nodiscard]] Outcome replace_file(const std::filesystem::path& path, const std::string& text,
                                   mode_t mode);
// The same without fsync: after a power failure the file may be older, missing or empty. For what
// nobody needs by then.
[[nodiscard]] Outcome replace_file_unsynced(const std::filesystem::path& path,
                                            const std::string& text, mode_t mode);
// A name for a new file or folder beside `path` that no other process has or gets; and removing
// those whose makers are dead.
[[nodiscard]] std::filesystem::path temporary_beside(const std::filesystem::path& path);
void remove_leftovers_beside(const std::filesystem::path& path);
// With the folders above it, each with mode 0700; nothing where it is there.
[[nodiscard]] Outcome make_folder(const std::filesystem::path& path);
// A file or a folder to another name on the same disk, in the place of a file that may be there.
[[nodiscard]] Outcome rename_durably(const std::filesystem::path& from,
                                     const std::filesystem::path& to);
// nullopt: there is no such file.
[[nodiscard]] Result<std::optional<Bytes>> read_file(const std::filesystem::path& path);

}  // namespace doorstep::runtime
