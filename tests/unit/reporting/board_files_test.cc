#include "services/reporting/board_files.h"

#include <gtest/gtest.h>

#include <fstream>

namespace doorstep::reporting {
namespace {

namespace fs = std::filesystem;

BoardFiles board() {
  return BoardFiles::of({{"index.html", "<!doctype html>"}, {"assets/index-1a.js", "go()"}});
}

TEST(BoardFiles, the_page_answers_for_every_path_that_names_no_file) {
  for (const char* path : {"/", "/areas/431224", "/index.html", "/../../etc/passwd", "/x.png"}) {
    const auto response = board().get(path);
    EXPECT_EQ(response.status, 200) << path;
    EXPECT_EQ(*response.body, "<!doctype html>") << path;
    EXPECT_EQ(response.content_type, "text/html; charset=utf-8");
    EXPECT_EQ(response.headers.at("Cache-Control"), "no-cache");
  }
}

TEST(BoardFiles, what_carries_a_hash_in_its_name_is_kept_for_ever) {
  const auto response = board().get("/assets/index-1a.js");
  EXPECT_EQ(*response.body, "go()");
  EXPECT_EQ(response.content_type, "text/javascript; charset=utf-8");
  EXPECT_NE(response.headers.at("Cache-Control").find("immutable"), std::string::npos);
}

TEST(BoardFiles, a_missing_script_is_not_answered_with_a_page) {
  EXPECT_EQ(board().get("/assets/index-old.js").status, 404);
}

TEST(BoardFiles, a_board_that_was_not_built_says_how_to_build_it) {
  const auto response = BoardFiles{}.get("/");
  EXPECT_NE(response.body->find("deploy/quickstart"), std::string::npos);
  EXPECT_NE(response.body->find("看板"), std::string::npos);
}

TEST(BoardFiles, only_what_lies_in_the_folder_is_served) {
  const fs::path folder = fs::path{testing::TempDir()} / "doorstep_board_files";
  fs::remove_all(folder);
  fs::create_directories(folder / "board" / "assets");
  std::ofstream{folder / "secret.txt"} << "secret";
  std::ofstream{folder / "board" / "index.html"} << "page";
  std::ofstream{folder / "board" / "assets" / "a.css"} << "p{}";
  fs::create_symlink(folder / "secret.txt", folder / "board" / "link.txt");
  const auto files = BoardFiles::load(folder / "board");
  ASSERT_TRUE(files);
  EXPECT_EQ(files->size(), 2U);
  EXPECT_EQ(*files->get("/assets/a.css").body, "p{}");
  for (const char* path :
       {"/link.txt", "/../secret.txt", "/assets/../../secret.txt", "//secret.txt"}) {
    const auto response = files->get(path);
    EXPECT_TRUE(response.status == 404 || *response.body == "page") << path;
  }
  EXPECT_FALSE(BoardFiles::load(folder)->is_built());
  EXPECT_FALSE(BoardFiles::load(folder / "nowhere")->is_built());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace doorstep::reporting
