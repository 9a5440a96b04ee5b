#include "common/runtime/data_folder.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>

namespace doorstep::runtime {
namespace {

namespace fs = std::filesystem;

struct DataFolders : testing::Test {
  fs::path folder{make_folder()};
  fs::path path{folder / "county"};
  ~DataFolders() override { fs::remove_all(folder); }

  static fs::path make_folder() {
    std::string name = (fs::temp_directory_path() / "doorstep-data-XXXXXX").string();
    return mkdtemp(name.data());
  }
  static std::string text_of(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
  }
  std::map<std::string, std::string> all_files() const {
    std::map<std::string, std::string> files;
    for (const auto& entry : fs::recursive_directory_iterator{path}) {
      if (entry.is_regular_file()) files[entry.path().string()] = text_of(entry.path());
    }
    return files;
  }
  static const Account& account(const DataFolder& data, const std::string& name) {
    return *std::ranges::find(data.accounts(), name, &Account::name);
  }
  static bool may(const DataFolder& data, const std::string& name, EventType type) {
    const auto& types = account(data, name).may_append;
    return std::ranges::find(types, type) != types.end();
  }
};

TEST_F(DataFolders, init_makes_all_that_a_process_needs) {
  const auto made = DataFolder::init(path, std::nullopt);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->endpoints().reporting_port, 8420);
  EXPECT_EQ(made->endpoints().intake_port, 8421);
  EXPECT_EQ(made->endpoints().log_cmd, "tcp://127.0.0.1:8422");
  EXPECT_EQ(made->endpoints().log_feed, "tcp://127.0.0.1:8423");
  EXPECT_EQ(made->endpoints().aggregation, "tcp://127.0.0.1:8424");
  EXPECT_FALSE(made->simulated_clock());
  for (const auto& part : {made->log_folder(), made->run_folder(), made->logs_folder()}) {
    EXPECT_TRUE(fs::is_directory(part)) << part;
  }
  EXPECT_TRUE(text_of(made->signing_key_file()).starts_with("-----BEGIN PRIVATE KEY-----"));
}

TEST_F(DataFolders, each_account_and_server_has_a_key_of_its_own) {
  const auto data = DataFolder::init(path, std::nullopt).value();
  std::set<std::string> keys;
  for (const char* name :
       {"intake", "event-log", "assignment", "aggregation", "reporting", "cli"}) {
    const auto key = data.key(name);
    ASSERT_TRUE(key) << name;
    EXPECT_EQ(key->secret_key.size(), 40U);
    EXPECT_EQ(account(data, name).public_key, key->public_key);
    keys.insert(key->public_key);
    keys.insert(key->secret_key);
  }
  for (const char* name : {"log-server", "aggregation-server"}) {
    keys.insert(data.key(name).value().public_key);
  }
  EXPECT_EQ(keys.size(), 14U);
  EXPECT_EQ(data.key("nobody").error().code, ErrorCode::not_found);
}

TEST_F(DataFolders, each_account_may_append_what_it_states_and_nothing_else) {
  const auto data = DataFolder::init(path, std::nullopt).value();
  EXPECT_TRUE(may(data, "intake", EventType::visit_recorded));
  EXPECT_TRUE(may(data, "intake", EventType::area_defined));
  EXPECT_FALSE(may(data, "intake", EventType::task_opened));
  EXPECT_FALSE(may(data, "intake", EventType::projection_digest_recorded));
  EXPECT_TRUE(may(data, "assignment", EventType::task_cancelled));
  EXPECT_FALSE(may(data, "assignment", EventType::visit_recorded));
  EXPECT_EQ(account(data, "aggregation").may_append,
            std::vector{EventType::projection_digest_recorded});
  EXPECT_EQ(account(data, "event-log").may_append, std::vector{EventType::demonstration_marked});
  EXPECT_TRUE(account(data, "reporting").may_append.empty());
  EXPECT_TRUE(may(data, "cli", EventType::visit_recorded));
  EXPECT_TRUE(may(data, "cli", EventType::task_done));
}

TEST_F(DataFolders, only_the_command_line_may_have_old_events_dropped) {
  const auto data = DataFolder::init(path, std::nullopt).value();
  for (const Account& each : data.accounts()) {
    EXPECT_EQ(each.may_move_floor, each.name == "cli") << each.name;
  }
}

TEST_F(DataFolders, a_second_init_changes_nothing) {
  ASSERT_TRUE(DataFolder::init(path, 22'000));
  const auto before = all_files();
  const auto again = DataFolder::init(path, std::nullopt);
  ASSERT_TRUE(again);
  EXPECT_EQ(all_files(), before);
  EXPECT_EQ(again->endpoints().reporting_port, 22'000);
}

TEST_F(DataFolders, another_port_changes_the_endpoints_and_nothing_else) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  auto before = all_files();
  const auto moved = DataFolder::init(path, 22'100);
  ASSERT_TRUE(moved);
  EXPECT_EQ(moved->endpoints().log_feed, "tcp://127.0.0.1:22103");
  auto after = all_files();
  before.erase((path / "endpoints.json").string());
  after.erase((path / "endpoints.json").string());
  EXPECT_EQ(after, before);
}

TEST_F(DataFolders, a_port_without_room_for_five_is_refused) {
  EXPECT_EQ(DataFolder::init(path, 65'532).error().code, ErrorCode::invalid);
  EXPECT_EQ(DataFolder::init(path, 0).error().code, ErrorCode::invalid);
  EXPECT_TRUE(DataFolder::init(path, 65'531));
}

TEST_F(DataFolders, secrets_are_for_their_owner_only) {
  const auto data = DataFolder::init(path, std::nullopt).value();
  EXPECT_EQ(fs::status(path / "keys").permissions(), fs::perms::owner_all);
  for (const auto& entry : fs::directory_iterator{path / "keys"}) {
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_read | fs::perms::owner_write)
        << entry.path();
  }
}

TEST_F(DataFolders, keys_that_others_can_read_are_refused_and_said_which) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  const fs::path key = path / "keys" / "intake.curve";
  ASSERT_EQ(chmod(key.c_str(), 0644), 0);
  for (const auto& opened : {DataFolder::open(path), DataFolder::init(path, std::nullopt)}) {
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::denied);
    EXPECT_NE(opened.error().message.find("intake.curve"), std::string::npos);
  }
  ASSERT_EQ(chmod(key.c_str(), 0600), 0);
  EXPECT_TRUE(DataFolder::open(path));
  ASSERT_EQ(chmod((path / "keys").c_str(), 0750), 0);
  EXPECT_EQ(DataFolder::open(path).error().code, ErrorCode::denied);
}

TEST_F(DataFolders, where_there_is_none_the_error_says_how_to_make_one) {
  const auto opened = DataFolder::open(path);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::not_found);
  EXPECT_NE(opened.error().message.find("doorstep init"), std::string::npos);
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(DataFolders, a_lost_key_is_made_again_and_authorised_in_its_place) {
  const auto before = DataFolder::init(path, std::nullopt).value();
  fs::remove(path / "keys" / "assignment.curve");
  const auto after = DataFolder::init(path, std::nullopt).value();
  EXPECT_NE(account(after, "assignment").public_key, account(before, "assignment").public_key);
  EXPECT_EQ(account(after, "assignment").public_key, after.key("assignment")->public_key);
  EXPECT_EQ(account(after, "intake").public_key, account(before, "intake").public_key);
  EXPECT_EQ(after.accounts().size(), before.accounts().size());
}

TEST_F(DataFolders, accounts_that_an_operator_added_stay) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  const std::string key(40, 'a');
  std::ofstream{path / "accounts.toml", std::ios::app} << "\n[province]\npublic_key = '" << key
                                                       << "'\nmay_append = []\n"
                                                          "events_per_second = 500\n"
                                                          "may_move_floor = true\n";
  for (int i = 0; i < 2; ++i) {  // written again, and read once more
    const auto data = DataFolder::init(path, std::nullopt);
    ASSERT_TRUE(data) << data.error().message;
    EXPECT_EQ(account(*data, "province").public_key, key);
    EXPECT_EQ(account(*data, "province").events_per_second, 500u);
    EXPECT_TRUE(account(*data, "province").may_move_floor);
    EXPECT_EQ(account(*data, "cli").events_per_second, 0u);
  }
}

TEST_F(DataFolders, a_mistake_in_the_accounts_is_named) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  const std::string good = text_of(path / "accounts.toml");
  const auto error_with = [&](const std::string& more) {
    std::ofstream{path / "accounts.toml"} << good << more;
    const auto opened = DataFolder::open(path);
    EXPECT_FALSE(opened) << more;
    return opened ? std::string{} : opened.error().message;
  };
  EXPECT_NE(error_with("\n[x]\npublic_key = 'short'\nmay_append = []\n").find("\"x\""),
            std::string::npos);
  EXPECT_NE(error_with("\n[x]\npublic_key = '" + std::string(40, 'a') +
                       "'\nmay_append = [\"visitRecored\"]\n")
                .find("event type"),
            std::string::npos);
  EXPECT_NE(error_with("\n[x]\npublic_key = '" + std::string(40, 'a') +
                       "'\nmay_append = []\nevents_per_second = 0\n")
                .find("events_per_second"),
            std::string::npos);
  EXPECT_NE(error_with("\n[x]\npublic_key = '" + std::string(40, 'a') +
                       "'\nmay_append = []\nmay_move_floor = 1\n")
                .find("may_move_floor"),
            std::string::npos);
  EXPECT_NE(error_with("\nthis is not toml").find("line "), std::string::npos);
}

TEST_F(DataFolders, the_simulated_clock_is_there_for_who_opens_it_next) {
  auto data = DataFolder::init(path, std::nullopt).value();
  const SimulatedClock clock{
      .anchor = Instant{1'700'000'000'123}, .starts = Instant{1'647'993'600'000}, .speed = 600};
  ASSERT_TRUE(data.set_simulated_clock(clock));
  const auto opened = DataFolder::open(path).value();
  ASSERT_TRUE(opened.simulated_clock());
  EXPECT_EQ(opened.simulated_clock()->anchor, clock.anchor);
  EXPECT_EQ(opened.simulated_clock()->starts, clock.starts);
  EXPECT_EQ(opened.simulated_clock()->speed, 600U);
}

TEST_F(DataFolders, damaged_files_are_errors_and_not_crashes) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  for (const char* name : {"endpoints.json", "clock.json"}) {
    for (const char* content : {"", "{", "[]", "{\"reporting\":7}", "\xff\xfe"}) {
      const std::string good = text_of(path / name);
      std::ofstream{path / name} << content;
      const auto opened = DataFolder::open(path);
      ASSERT_FALSE(opened) << name << content;
      EXPECT_NE(opened.error().message.find(name), std::string::npos);
      std::ofstream{path / name} << good;
      if (good.empty()) fs::remove(path / name);
    }
  }
  std::ofstream{path / "keys" / "cli.curve"} << "short";
  EXPECT_EQ(DataFolder::open(path).error().code, ErrorCode::damaged);
}

TEST_F(DataFolders, a_key_that_the_accounts_do_not_know_is_named_with_both_files) {
  const auto data = DataFolder::init(path, std::nullopt).value();
  ASSERT_TRUE(DataFolder::init(folder / "other", std::nullopt));
  for (const Account& each : data.accounts()) {
    const fs::path ours = path / "keys" / (each.name + ".curve");
    const std::string good = text_of(ours);
    std::ofstream{ours} << text_of(folder / "other" / "keys" / (each.name + ".curve"));
    for (const auto& opened : {DataFolder::open(path), DataFolder::init(path, std::nullopt)}) {
      ASSERT_FALSE(opened) << each.name;
      EXPECT_EQ(opened.error().code, ErrorCode::conflict);
      for (const std::string& named : {ours.string(), (path / "accounts.toml").string()}) {
        EXPECT_NE(opened.error().message.find(named), std::string::npos) << opened.error().message;
      }
      EXPECT_NE(opened.error().message.find(each.public_key.substr(0, 8)), std::string::npos);
    }
    std::ofstream{ours} << good;
  }
  EXPECT_TRUE(DataFolder::open(path));
}

TEST_F(DataFolders, a_start_that_is_refused_for_a_key_changes_nothing) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  ASSERT_TRUE(DataFolder::init(folder / "other", std::nullopt));
  std::ofstream{path / "keys" / "intake.curve"} << text_of(folder / "other/keys/intake.curve");
  fs::remove(path / "keys" / "log-server.curve");
  const std::string endpoints = text_of(path / "endpoints.json");
  EXPECT_FALSE(DataFolder::init(path, std::uint16_t{9500}));
  EXPECT_EQ(text_of(path / "endpoints.json"), endpoints);
  EXPECT_FALSE(fs::exists(path / "keys" / "log-server.curve"));
}

TEST_F(DataFolders, an_account_whose_key_is_elsewhere_is_nobody_elses_business) {
  ASSERT_TRUE(DataFolder::init(path, std::nullopt));
  fs::remove(path / "keys" / "cli.curve");
  EXPECT_TRUE(DataFolder::open(path));
}

}  // namespace
}  // namespace doorstep::runtime
