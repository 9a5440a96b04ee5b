#include "services/reporting/board_files.h"

#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "common/hash/sha256.h"
#include "common/json/problem.h"

namespace doorstep::reporting {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t etag_digits = 16;

constexpr std::array<std::pair<std::string_view, std::string_view>, 15> content_types = {{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json"},
    {".geojson", "application/geo+json"},
    {".webmanifest", "application/manifest+json"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".ico", "image/x-icon"},
    {".webp", "image/webp"},
    {".woff2", "font/woff2"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".map", "application/json"},
}};

constexpr std::string_view not_built = R"(<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>Doorstep</title></head><body>
<h1>看板尚未构建</h1>
<p>接口可用：<a href="/v1/rounds">/v1/rounds</a>、<a href="/healthz">/healthz</a>。
要看到看板，请在源码目录运行 <code>deploy/quickstart</code>，然后重新启动。</p>
<h1 lang="en">The board is not built</h1>
<p lang="en">The HTTP API works. To see the board, run <code>deploy/quickstart</code>
in the source folder, then start again.</p>
</body></html>
)";

std::string content_type_of(std::string_view path) {
  for (const auto& [ending, type] : content_types) {
    if (path.ends_with(ending)) return std::string{type};
  }
  return "application/octet-stream";
}

// Vite puts a hash of the content into these names: they never change.
bool is_immutable(std::string_view path) { return path.starts_with("/assets/"); }

Result<std::string> read(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  std::string content{std::istreambuf_iterator<char>{file}, {}};
  if (!file && !file.eof()) {
    return failure(ErrorCode::io, "cannot read the board's file " + path.string());
  }
  return content;
}

HttpResponse problem(const json::Problem& what) {
  return {.status = what.status,
          .content_type = std::string{json::problem_content_type},
          .body = std::make_shared<const std::string>(json::to_json(what))};
}

}  // namespace

Result<BoardFiles> BoardFiles::load(const fs::path& folder) {
  BoardFiles board;
  std::error_code error;
  if (!fs::is_regular_file(folder / "index.html", error)) return board;
  std::size_t bytes = 0;
  // Links are not followed: the board is what the build wrote into this folder.
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator{folder, error}) {
    if (entry.is_symlink(error) || !entry.is_regular_file(error)) continue;
    bytes += entry.file_size(error);
    if (board.size() >= files_max || bytes > bytes_max) {
      return failure(ErrorCode::too_large, folder.string() + " holds more than a board can be");
    }
    auto content = read(entry.path());
    if (!content) return std::unexpected{content.error()};
    board.add('/' + entry.path().lexically_relative(folder).generic_string(), *std::move(content));
  }
  return board;
}

BoardFiles BoardFiles::of(const std::map<std::string, std::string>& files) {
  BoardFiles board;
  for (const auto& [path, content] : files) board.add('/' + path, content);
  return board;
}

void BoardFiles::add(const std::string& path, std::string content) {
  Hasher hasher;
  const std::string hash = to_hex(hasher.add(std::string_view{content}).finish());
  files_.emplace(path, File{.content = std::make_shared<const std::string>(std::move(content)),
                            .content_type = content_type_of(path),
                            .etag = '"' + hash.substr(0, etag_digits) + '"'});
}

HttpResponse BoardFiles::get(const std::string& path) const {
  auto found = files_.find(path);
  if (found == files_.end() && is_immutable(path)) {
    // A page that an older build left open asks for what is gone: never answer a script with a
    // page.
    return problem(
        json::not_found({"看板已更新，请刷新页面", "The board was updated: reload the page"}));
  }
  if (found == files_.end()) found = files_.find(page_path);
  if (found == files_.end()) {
    static const auto page = std::make_shared<const std::string>(not_built);
    return {.content_type = "text/html; charset=utf-8",
            .headers = {{"Cache-Control", "no-store"}},
            .body = page};
  }
  const File& file = found->second;
  HttpResponse response{.content_type = file.content_type};
  response.headers["ETag"] = file.etag;
  response.headers["Cache-Control"] =
      is_immutable(found->first) ? "public, max-age=31536000, immutable" : "no-cache";
  response.body = file.content;
  return response;
}

void add_security_headers(HttpResponse& response) {
  response.headers["X-Content-Type-Options"] = "nosniff";
  response.headers["Referrer-Policy"] = "no-referrer";
  response.headers["Cross-Origin-Opener-Policy"] = "same-origin";
  response.headers["Cross-Origin-Resource-Policy"] = "same-origin";
  response.headers["Content-Security-Policy"] =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; object-src "
      "'none'; "
      "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
}

}  // namespace doorstep::reporting
