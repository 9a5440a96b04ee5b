#include "common/runtime/accounts_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

#include "common/domain/names.h"

namespace doorstep::runtime {

namespace {

constexpr std::string_view preamble =
    "# Who may connect to this installation's services, and which events each may append.\n"
    "# A key is the public half of a CURVE pair. events_per_second = N limits how fast an account "
    "may\n"
    "# append. may_move_floor = true lets it make the log drop old events. Restart the services "
    "after a\n"
    "# change.\n";

constexpr std::int64_t events_per_second_max = 10'000'000;

std::unexpected<Error> wrong(const std::string& account, const std::string& what) {
  return failure(ErrorCode::invalid, "accounts.toml: account \"" + account + "\": " + what);
}

Result<Account> parse_account(const std::string& name, const toml::table& table) {
  Account account{.name = name};
  account.public_key = table["public_key"].value_or(std::string{});
  if (account.public_key.size() != 40) {
    return wrong(name, "public_key must be a text of 40 characters");
  }
  const toml::array* types = table["may_append"].as_array();
  if (types == nullptr) return wrong(name, "may_append must be a list of event types");
  for (const toml::node& node : *types) {
    const auto type = from_name<EventType>(node.value_or(std::string{}));
    if (!type) {
      return wrong(
          name, "may_append has a word that is no event type; known are " + all_names<EventType>());
    }
    account.may_append.push_back(*type);
  }
  if (const auto& rate = table["events_per_second"]) {
    const std::int64_t events = rate.value_or(std::int64_t{});
    if (events < 1 || events > events_per_second_max) {
      return wrong(name, "events_per_second must be a whole number from 1 to " +
                             std::to_string(events_per_second_max));
    }
    account.events_per_second = static_cast<std::uint32_t>(events);
  }
  if (const auto& may = table["may_move_floor"]) {
    if (!may.is_boolean()) return wrong(name, "may_move_floor must be true or false");
    account.may_move_floor = may.value_or(false);
  }
  return account;
}

bool is_task(EventType type) {
  return type >= EventType::task_opened && type <= EventType::task_cancelled;
}
bool is_of_the_system(EventType type) { return type >= EventType::demonstration_marked; }

template <class Wanted>
std::vector<EventType> types_where(Wanted wanted) {
  std::vector<EventType> types;
  for (const auto& [type, name] : names(EventType{})) {
    if (wanted(type)) types.push_back(type);
  }
  return types;
}

}  // namespace

Result<std::vector<Account>> parse_accounts(const std::string& text) {
  toml::table file;
  try {
    file = toml::parse(text);
  } catch (const toml::parse_error& error) {
    return failure(ErrorCode::invalid, "accounts.toml, line " +
                                           std::to_string(error.source().begin.line) + ": " +
                                           std::string{error.description()});
  }
  std::vector<Account> accounts;
  for (const auto& [key, node] : file) {
    const std::string name{key.str()};
    const toml::table* table = node.as_table();
    if (table == nullptr) return wrong(name, "must be a table: [" + name + "]");
    auto account = parse_account(name, *table);
    if (!account) return std::unexpected(std::move(account.error()));
    accounts.push_back(std::move(*account));
  }
  return accounts;
}

std::string accounts_text(const std::vector<Account>& accounts) {
  std::ostringstream text;
  text << preamble;
  for (const Account& account : accounts) {
    // A literal string: Z85 has no single quote, but it has characters that would need escapes.
    text << "\n[" << account.name << "]\npublic_key = '" << account.public_key
         << "'\nmay_append = [";
    for (const EventType type : account.may_append) text << "\n  \"" << name_of(type) << "\",";
    text << (account.may_append.empty() ? "]\n" : "\n]\n");
    if (account.events_per_second > 0) {
      text << "events_per_second = " << account.events_per_second << "\n";
    }
    if (account.may_move_floor) text << "may_move_floor = true\n";
  }
  return text.str();
}

std::vector<Account> standard_accounts() {
  const auto observations =
      types_where([](EventType type) { return !is_task(type) && !is_of_the_system(type); });
  // Only the log itself says from what it was put back.
  const auto everything =
      types_where([](EventType type) { return type != EventType::log_restored; });
  return {
      {.name = "intake", .may_append = observations},
      {.name = "event-log", .may_append = {EventType::demonstration_marked}},
      {.name = "assignment", .may_append = types_where(is_task)},
      {.name = "aggregation", .may_append = {EventType::projection_digest_recorded}},
      {.name = "reporting", .may_append = {}},
      {.name = "cli", .may_append = everything, .may_move_floor = true},
  };
}

}  // namespace doorstep::runtime
