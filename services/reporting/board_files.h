// The built board: its files, read once at the start and served from memory, so that a path can
// only ever name one of them. Where nothing was built, a plain page says how to build it.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "common/domain/result.h"
#include "common/seam/http.h"

namespace doorstep::reporting {

class BoardFiles {
 public:
  static constexpr std::size_t files_max = 2'000;
  static constexpr std::size_t bytes_max = 64 * 1024 * 1024;

  // Nothing was built.
  BoardFiles() = default;
  // A folder without index.html is a board that was not built. too_large: more than a board can be.
  [[nodiscard]] static Result<BoardFiles> load(const std::filesystem::path& folder);
  // From memory: path within the board ("assets/index-1a2b.js") and content.
  [[nodiscard]] static BoardFiles of(const std::map<std::string, std::string>& files);

  [[nodiscard]] bool is_built() const { return files_.contains(page_path); }
  [[nodiscard]] std::size_t size() const { return files_.size(); }

  // The file of that path, or the board's page for a path that names none.
  [[nodiscard]] HttpResponse get(const std::string& path) const;

 private:
  static constexpr std::string_view page_path = "/index.html";
  struct File {
    std::shared_ptr<const std::string> content{};
    std::string content_type{};
    std::string etag{};
  };
  void add(const std::string& path, std::string content);
  std::map<std::string, File, std::less<>> files_{};  // by path, with its leading slash
};

// What every answer carries, whatever it is.
void add_security_headers(HttpResponse& response);

}  // namespace doorstep::reporting
