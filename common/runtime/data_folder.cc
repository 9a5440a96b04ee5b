#include "common/runtime/data_folder.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json.hpp>
#include <set>
#include <utility>

#include "common/domain/assert.h"
#include "common/runtime/accounts_file.h"
#include "common/runtime/durable_file.h"
#include "common/runtime/key_pair.h"

namespace doorstep::runtime {

namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::array server_names{"log-server", "aggregation-server"};
constexpr std::size_t key_characters = 40;
constexpr std::uint16_t ports = 5;

fs::path keys_folder(const fs::path& path) { return path / "keys"; }
fs::path key_file(const fs::path& path, const std::string& name) {
  return keys_folder(path) / (name + ".curve");
}
fs::path accounts_file(const fs::path& path) { return path / "accounts.toml"; }
fs::path endpoints_file(const fs::path& path) { return path / "endpoints.json"; }
fs::path clock_file(const fs::path& path) { return path / "clock.json"; }

// What cannot be looked at counts as missing: making it then says why.
bool is_there(const fs::path& path) {
  std::error_code error;
  return fs::exists(path, error);
}

// nullopt: no such file.
Result<std::optional<std::string>> read_text(const fs::path& path) {
  auto bytes = read_file(path);
  if (!bytes) return std::unexpected(std::move(bytes.error()));
  if (!*bytes) return std::nullopt;
  return std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
}

std::string loopback(const std::string& scheme, int port) {
  return scheme + "://127.0.0.1:" + std::to_string(port);
}

std::string endpoints_text(std::uint16_t port) {
  return json::serialize(json::object{{"reporting", loopback("http", port)},
                                      {"intake", loopback("http", port + 1)},
                                      {"logCmd", loopback("tcp", port + 2)},
                                      {"logFeed", loopback("tcp", port + 3)},
                                      {"aggregation", loopback("tcp", port + 4)}}) +
         "\n";
}

std::uint16_t port_of(std::string_view address) {
  const std::string digits{address.substr(address.rfind(':') + 1)};
  const unsigned long port = digits.empty() || digits.size() > 5 ? 0 : std::stoul(digits);
  if (port == 0 || port > 65'535) throw std::invalid_argument{"not a port"};
  return static_cast<std::uint16_t>(port);
}

Result<Endpoints> parse_endpoints(const std::string& text, const fs::path& path) {
  try {
    const json::value file = json::parse(text);
    const auto field = [&](std::string_view name) {
      return std::string{file.as_object().at(name).as_string()};
    };
    return Endpoints{.log_cmd = field("logCmd"),
                     .log_feed = field("logFeed"),
                     .aggregation = field("aggregation"),
                     .reporting_port = port_of(field("reporting")),
                     .intake_port = port_of(field("intake"))};
  } catch (const std::exception&) {
    return failure(ErrorCode::damaged, path.string() +
                                           " cannot be read; `doorstep init --port` "
                                           "writes it anew");
  }
}

Result<SimulatedClock> parse_clock(const std::string& text, const fs::path& path) {
  try {
    const json::value file = json::parse(text);
    const auto instant = [&](std::string_view name) {
      return parse_instant(std::string{file.as_object().at(name).as_string()}).value();
    };
    const auto speed = file.as_object().at("speed").to_number<std::uint32_t>();
    return SimulatedClock{.anchor = instant("anchor"), .starts = instant("starts"), .speed = speed};
  } catch (const std::exception&) {
    return failure(ErrorCode::damaged, path.string() +
                                           " cannot be read; it must name anchor, "
                                           "starts and speed");
  }
}

// Two lines: the public key, the secret key.
Result<KeyPair> parse_key(const std::string& text, const fs::path& path) {
  if (text.size() < 2 * key_characters + 1 || text[key_characters] != '\n') {
    return failure(ErrorCode::damaged, path.string() + " is not a key pair");
  }
  return KeyPair{text.substr(0, key_characters), text.substr(key_characters + 1, key_characters)};
}

// Enough of a public key to find it by.
std::string beginning_of(const std::string& key) { return key.substr(0, 8) + "\u2026"; }

Outcome check_private(const fs::path& path) {
  struct stat about{};
  if (stat(path.c_str(), &about) != 0) return {};
  if ((about.st_mode & 077) == 0) return {};
  return failure(ErrorCode::denied, path.string() +
                                        " can be read by other users of this machine; make new "
                                        "keys, or, if you are sure, run chmod go= on it");
}

Outcome check_keys_private(const fs::path& path) {
  const fs::path folder = keys_folder(path);
  if (const auto checked = check_private(folder); !checked) return checked;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{folder, error}) {
    if (const auto checked = check_private(entry.path()); !checked) return checked;
  }
  if (error) return failure(ErrorCode::io, folder.string() + ": " + error.message());
  return {};
}

// Each key beside the account that it is for: a service with another key is turned away by all, and
// says nothing that anybody can read.
Outcome check_keys_known(const fs::path& path, const std::vector<Account>& accounts) {
  for (const Account& account : accounts) {
    const fs::path file = key_file(path, account.name);
    const auto text = read_text(file);
    if (!text) return std::unexpected(text.error());
    if (!*text) continue;  // of somebody elsewhere
    const auto pair = parse_key(**text, file);
    if (!pair) return std::unexpected(pair.error());
    if (pair->public_key == account.public_key) continue;
    return failure(ErrorCode::conflict,
                   file.string() + " holds the key " + beginning_of(pair->public_key) + ", and " +
                       accounts_file(path).string() + " knows the account " + account.name +
                       " by the key " + beginning_of(account.public_key) +
                       ": the two files do not belong together. Put back the one that fits the "
                       "other, or write "
                       "the first line of " +
                       file.filename().string() + " as public_key of [" + account.name + "]");
  }
  return {};
}

// Before anything is made or changed. An account without a key is nobody's yet: it gets one.
Outcome check_accounts(const fs::path& path) {
  const auto text = read_text(accounts_file(path));
  if (!text) return std::unexpected(text.error());
  if (!*text) return {};
  auto accounts = parse_accounts(**text);
  if (!accounts) return std::unexpected(std::move(accounts.error()));
  return check_keys_known(path, *accounts);
}

// The key pair `name`; a new one, which is not on disk yet, where there is none.
struct FoundKey {
  KeyPair pair{};
  bool is_new{};
};
Result<FoundKey> find_or_make_key(const fs::path& path, const std::string& name) {
  const fs::path file = key_file(path, name);
  const auto text = read_text(file);
  if (!text) return std::unexpected(text.error());
  if (*text) {
    auto pair = parse_key(**text, file);
    if (!pair) return std::unexpected(std::move(pair.error()));
    return FoundKey{*std::move(pair), false};
  }
  auto pair = make_curve_key_pair();
  if (!pair) return std::unexpected(std::move(pair.error()));
  return FoundKey{*std::move(pair), true};
}

Outcome write_key(const fs::path& path, const std::string& name, const KeyPair& pair) {
  return replace_file(key_file(path, name), pair.public_key + "\n" + pair.secret_key + "\n", 0600);
}

Outcome make_server_keys(const fs::path& path) {
  for (const char* name : server_names) {
    const auto key = find_or_make_key(path, name);
    if (!key) return std::unexpected(key.error());
    if (!key->is_new) continue;
    if (auto written = write_key(path, name, key->pair); !written) return written;
  }
  return {};
}

Outcome make_signing_key_file(const fs::path& file) {
  if (is_there(file)) return {};
  const auto key = make_signing_key();
  if (!key) return std::unexpected(key.error());
  return replace_file(file, *key, 0600);
}

// Adds the standard accounts that are missing and gives those a key that have none; keeps the rest
// as it is. The accounts are on disk before the keys: where it is stopped in between, a key is
// missing, which the next try makes anew, and none is there that no account knows.
Outcome make_accounts(const fs::path& path) {
  const auto text = read_text(accounts_file(path));
  if (!text) return std::unexpected(text.error());
  std::vector<Account> accounts;
  if (*text) {
    auto parsed = parse_accounts(**text);
    if (!parsed) return std::unexpected(std::move(parsed.error()));
    accounts = std::move(*parsed);
  }
  std::map<std::string, KeyPair> new_keys;
  bool changed = false;
  for (Account& standard : standard_accounts()) {
    const auto key = find_or_make_key(path, standard.name);
    if (!key) return std::unexpected(key.error());
    auto account = std::ranges::find(accounts, standard.name, &Account::name);
    if (account == accounts.end()) {
      accounts.push_back(std::move(standard));
      account = std::prev(accounts.end());
    } else if (!key->is_new) {
      continue;
    }
    account->public_key = key->pair.public_key;
    changed = true;
    if (key->is_new) new_keys[account->name] = key->pair;
  }
  if (!changed) return {};
  const auto written = replace_file(accounts_file(path), accounts_text(accounts), 0600);
  if (!written) return written;
  for (const auto& [name, pair] : new_keys) {
    if (auto kept = write_key(path, name, pair); !kept) return kept;
  }
  return {};
}

Outcome make_endpoints(const fs::path& path, std::optional<std::uint16_t> port) {
  if (!port && is_there(endpoints_file(path))) return {};
  const std::uint16_t first = port.value_or(DataFolder::default_port);
  if (first == 0 || first > 65'535 - (ports - 1)) {
    return failure(ErrorCode::invalid, "port " + std::to_string(first) +
                                           ": five ports in a row are needed; choose one from 1 "
                                           "to 65531");
  }
  return replace_file(endpoints_file(path), endpoints_text(first), 0644);
}

}  // namespace

Result<DataFolder> DataFolder::init(const fs::path& path, std::optional<std::uint16_t> port) {
  if (is_there(keys_folder(path))) {
    if (const auto checked = check_keys_private(path); !checked) {
      return std::unexpected(checked.error());
    }
  }
  if (const auto checked = check_accounts(path); !checked) return std::unexpected(checked.error());
  DataFolder folder;
  folder.path_ = path;
  Outcome made = make_server_keys(path);
  if (made) made = make_signing_key_file(folder.signing_key_file());
  if (made) made = make_accounts(path);
  if (made) made = make_endpoints(path, port);
  if (!made) return std::unexpected(made.error());
  std::error_code error;
  for (const fs::path& part :
       {folder.log_folder(), folder.head_file().parent_path(),
        folder.snapshot_file("").parent_path(), folder.run_folder(), folder.logs_folder()}) {
    fs::create_directories(part, error);
    if (error)
      return failure(ErrorCode::io, "make folder " + part.string() + ": " + error.message());
  }
  return open(path);
}

Result<DataFolder> DataFolder::open(const fs::path& path) {
  const auto endpoints = read_text(endpoints_file(path));
  if (!endpoints) return std::unexpected(endpoints.error());
  const auto accounts = read_text(accounts_file(path));
  if (!accounts) return std::unexpected(accounts.error());
  if (!*endpoints || !*accounts) {
    return failure(ErrorCode::not_found, "no data folder at " + path.string() +
                                             "; make one with `doorstep init --data " +
                                             path.string() + "`");
  }
  if (const auto checked = check_keys_private(path); !checked) {
    return std::unexpected(checked.error());
  }
  DataFolder folder;
  folder.path_ = path;
  auto parsed_endpoints = parse_endpoints(**endpoints, endpoints_file(path));
  if (!parsed_endpoints) return std::unexpected(std::move(parsed_endpoints.error()));
  folder.endpoints_ = std::move(*parsed_endpoints);
  auto parsed_accounts = parse_accounts(**accounts);
  if (!parsed_accounts) return std::unexpected(std::move(parsed_accounts.error()));
  folder.accounts_ = std::move(*parsed_accounts);
  if (const auto known = check_keys_known(path, folder.accounts_); !known) {
    return std::unexpected(known.error());
  }
  const auto clock = read_text(clock_file(path));
  if (!clock) return std::unexpected(clock.error());
  if (*clock) {
    const auto parsed = parse_clock(**clock, clock_file(path));
    if (!parsed) return std::unexpected(parsed.error());
    folder.clock_ = *parsed;
  }
  return folder;
}

Result<KeyPair> DataFolder::key(const std::string& name) const {
  const fs::path file = key_file(path_, name);
  const auto text = read_text(file);
  if (!text) return std::unexpected(text.error());
  if (!*text) {
    return failure(ErrorCode::not_found,
                   "no key " + file.string() + "; `doorstep init` makes what is missing");
  }
  return parse_key(**text, file);
}

Outcome DataFolder::set_simulated_clock(const SimulatedClock& clock) {
  DOORSTEP_ASSERT(clock.speed > 0);
  const std::string text = json::serialize(json::object{{"anchor", to_string(clock.anchor)},
                                                        {"starts", to_string(clock.starts)},
                                                        {"speed", clock.speed}}) +
                           "\n";
  if (const auto written = replace_file(clock_file(path_), text, 0644); !written) return written;
  clock_ = clock;
  return {};
}

}  // namespace doorstep::runtime
