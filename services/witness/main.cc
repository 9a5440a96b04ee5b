// doorstep-witness init --data DIR --name NAME: makes a witness and prints its verifier key.
// doorstep-witness --data DIR [--port P]: serves it. The folder is the witness's own, not a log's.
#include <fcntl.h>
#include <sys/file.h>

#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string>
#include <string_view>

#include "common/http/beast_server.h"
#include "common/proof/cosignature.h"
#include "common/runtime/bell.h"
#include "common/runtime/descriptors.h"
#include "common/runtime/durable_file.h"
#include "common/runtime/key_pair.h"
#include "common/runtime/logging.h"
#include "common/runtime/poll_waiter.h"
#include "common/runtime/service_main.h"
#include "common/runtime/system_clock.h"
#include "services/witness/witness_service.h"

namespace {

using namespace doorstep;
namespace fs = std::filesystem;

constexpr std::uint16_t default_port = 8430;
constexpr const char* policy_start =
    "# The logs that this witness knows: one line each, as c2sp.org/tlog-policy says.\n"
    "# `doorstep log vkey` prints a log's key. Start the witness again after a change.\n"
    "# log VKEY\n"
    "quorum none\n";
constexpr const char* usage =
    "say doorstep-witness init --data DIR --name NAME, then doorstep-witness --data DIR [--port P]";

struct Arguments {
  bool init{};
  fs::path data{};
  std::string name{};
  std::uint16_t port{default_port};
};

struct Identity {
  std::string name{};
  Ed25519Key key;
};

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port{};
  const auto end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, port);
  const bool is_port = read.ec == std::errc{} && read.ptr == end && port != 0;
  return is_port ? std::optional{port} : std::nullopt;
}

Result<Arguments> read_arguments(int count, char** given) {
  Arguments arguments;
  for (int i = 1; i < count; ++i) {
    const std::string_view word = given[i];
    if (word == "init") {
      arguments.init = true;
      continue;
    }
    if (i + 1 == count) return failure(ErrorCode::invalid, usage);
    const std::string_view value = given[++i];
    if (word == "--data") {
      arguments.data = value;
    } else if (word == "--name") {
      arguments.name = value;
    } else if (word == "--port") {
      const auto port = parse_port(value);
      if (!port) {
        return failure(ErrorCode::invalid,
                       "--port " + std::string{value} + " is no port: say one from 1 to 65535");
      }
      arguments.port = *port;
    } else {
      return failure(ErrorCode::invalid, usage);
    }
  }
  if (arguments.data.empty()) return failure(ErrorCode::invalid, usage);
  return arguments;
}

fs::path key_file(const fs::path& data) { return data / "keys" / "witness.pem"; }

Result<std::string> read_text(const fs::path& path) {
  const auto bytes = runtime::read_file(path);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) {
    return failure(ErrorCode::not_found, path.string() +
                                             " is missing. Say doorstep-witness init --data DIR "
                                             "--name NAME");
  }
  return std::string{reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()};
}

Result<Identity> read_identity(const fs::path& data) {
  auto name = read_text(data / "name");
  if (!name) return std::unexpected(name.error());
  while (name->ends_with('\n')) name->pop_back();
  if (!proof::is_key_name(*name)) {
    return failure(ErrorCode::invalid, (data / "name").string() + " holds no name for a key");
  }
  const auto pem = read_text(key_file(data));
  if (!pem) return std::unexpected(pem.error());
  auto key = Ed25519Key::from_pem(*pem);
  if (!key) return std::unexpected(key.error());
  return Identity{*std::move(name), *std::move(key)};
}

// Two processes on one folder could cosign two histories.
Outcome lock(const fs::path& data) {
  const int fd = open((data / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return failure(ErrorCode::io, "open " + (data / "lock").string());
  if (flock(fd, LOCK_EX | LOCK_NB) == 0) return {};  // until the process ends
  return failure(ErrorCode::conflict, "another process already holds " + data.string() +
                                          ": stop the witness there first");
}

Outcome make_identity(const Arguments& arguments) {
  if (!proof::is_key_name(arguments.name)) {
    return failure(ErrorCode::invalid,
                   "a witness needs a name without spaces and plus signs: --name "
                   "county.example/witness");
  }
  // Two at once would make two keys, and one of them would be printed and lost.
  if (auto made = runtime::make_folder(arguments.data); !made) return made;
  if (auto locked = lock(arguments.data); !locked) return locked;
  std::error_code unknown;
  if (fs::exists(key_file(arguments.data), unknown)) return {};  // another was quicker
  const auto pem = runtime::make_signing_key();
  if (!pem) return std::unexpected(pem.error());
  const std::pair<fs::path, std::string> files[] = {
      {arguments.data / "name", arguments.name + "\n"},
      {arguments.data / "policy", policy_start},
      {key_file(arguments.data), *pem}};
  for (const auto& [path, text] : files) {
    if (auto made = runtime::replace_file(path, text, 0600); !made) return made;
  }
  return {};
}

// What is there stays: running it again prints the same key, also of a witness that runs.
Result<int> init(const Arguments& arguments) {
  std::error_code unknown;
  if (!fs::exists(key_file(arguments.data), unknown)) {
    if (auto made = make_identity(arguments); !made) return std::unexpected(made.error());
  }
  const auto identity = read_identity(arguments.data);
  if (!identity) return std::unexpected(identity.error());
  if (!arguments.name.empty() && arguments.name != identity->name) {
    return failure(ErrorCode::conflict, "this witness is " + identity->name +
                                            " already: another name needs another folder");
  }
  std::puts(proof::to_string(proof::witness_key(identity->name, identity->key)).c_str());
  return 0;
}

Result<int> serve(const Arguments& arguments, runtime::StopSignal& stop) {
  auto identity = read_identity(arguments.data);
  if (!identity) return std::unexpected(identity.error());
  if (auto locked = lock(arguments.data); !locked) return std::unexpected(locked.error());
  const auto text = read_text(arguments.data / "policy");
  if (!text) return std::unexpected(text.error());
  auto policy = proof::parse_policy(*text);
  if (!policy) {
    return failure(ErrorCode::invalid,
                   (arguments.data / "policy").string() + ", " + policy.error().message);
  }
  runtime::Bell bell;
  const auto http = web::BeastServer::open(
      {.port = arguments.port,
       .body_max = 512 * 1024,
       .connections_max = runtime::connections_that_fit(256),
       .arrived = [&bell] { bell.ring(); },
       .crowded = [](const web::Crowd& crowd) { runtime::log_warning(web::to_string(crowd)); }});
  if (!http) return std::unexpected(http.error());
  const std::size_t logs = policy->logs.size();
  auto service =
      witness::WitnessService::open(**http, arguments.data / "logs", std::move(identity->key),
                                    {identity->name, *std::move(policy)});
  if (!service) return std::unexpected(service.error());
  runtime::log_info("witness " + identity->name + " knows " + std::to_string(logs) +
                    " logs, listening on 127.0.0.1:" + std::to_string((*http)->port()));
  const runtime::SystemClock clock;
  runtime::PollWaiter waiter{{bell.fd(), stop.fd()}};
  return runtime::run(**service, clock, waiter, stop, bell);
}

}  // namespace

int main(int count, char** given) {
  const auto arguments = read_arguments(count, given);
  if (!arguments) {
    std::fprintf(stderr, "doorstep-witness: %s\n", arguments.error().message.c_str());
    return runtime::exit_usage;
  }
  return runtime::run_service("witness", [&](runtime::StopSignal& stop) {
    return arguments->init ? init(*arguments) : serve(*arguments, stop);
  });
}
