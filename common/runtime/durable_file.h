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
// mode 0700.
[[nodiscard]] Outcome replace_file(const std::filesystem::path& path, BytesView bytes, mode_t mode);
[[nodiscard]] Outcome replace_file(const std::filesystem::path& path, const std::string& text,
                                   mode_t mode);
// A file or a folder to another name on the same disk, in the place of a file that may be there.
[[nodiscard]] Outcome rename_durably(const std::filesystem::path& from,
                                     const std::filesystem::path& to);
// nullopt: there is no such file.
[[nodiscard]] Result<std::optional<Bytes>> read_file(const std::filesystem::path& path);

}  // namespace doorstep::runtime
