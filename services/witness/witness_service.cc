#include "services/witness/witness_service.h"

#include <algorithm>

#include "common/proof/cosignature.h"

namespace doorstep::witness {
namespace {

constexpr int requests_per_step_max = 16;

}  // namespace

WitnessService::WitnessService(HttpServer& http, std::filesystem::path folder, Ed25519Key key,
                               Settings settings)
    : http_{http},
      key_{std::move(key)},
      settings_{std::move(settings)},
      files_{std::move(folder), proof::witness_key(settings_.name, key_)} {}

Result<std::unique_ptr<WitnessService>> WitnessService::open(HttpServer& http,
                                                             std::filesystem::path folder,
                                                             Ed25519Key key, Settings settings) {
  std::unique_ptr<WitnessService> service{
      new WitnessService{http, std::move(folder), std::move(key), std::move(settings)}};
  for (const proof::KnownLog& log : service->settings_.policy.logs) {
    const auto seen = service->files_.read(log.key);
    if (!seen) return std::unexpected(seen.error());
    if (*seen) service->seen_[log.key.name] = **seen;
  }
  return service;
}

Result<Work> WitnessService::step(Now now) {
  Work work = Work::idle;
  for (int i = 0; i < requests_per_step_max; ++i) {
    const auto request = http_.receive();
    if (!request) break;
    work = Work::done;
    if (const auto answered = answer(*request, now); !answered) {
      return std::unexpected(answered.error());
    }
  }
  return work;
}

Outcome WitnessService::answer(const HttpRequest& request, Now now) {
  if (request.path == "/add-checkpoint") {
    if (request.method == "POST") return add_checkpoint(request, now);
    refuse_method(request, "POST", "POST a checkpoint here\n");
  } else if (request.method != "GET") {
    refuse_method(request, "GET, HEAD", "this is only read\n");
  } else if (request.path == "/healthz") {
    respond(request.token, {.status = 200, .body = "ok\n"});
  } else {
    give_checkpoint(request);
  }
  return {};
}

void WitnessService::refuse_method(const HttpRequest& request, const char* allowed,
                                   const char* what_to_do) {
  http_.respond(request.token, {.status = 405,
                                .content_type = Verdict{}.content_type,
                                .headers = {{"Allow", allowed}},
                                .body = std::make_shared<const std::string>(what_to_do)});
}

Outcome WitnessService::add_checkpoint(const HttpRequest& request, Now now) {
  const auto origin = origin_in(request.body);
  const auto known = origin ? seen_.find(*origin) : seen_.end();
  const auto seen = known == seen_.end() ? std::nullopt : std::optional{known->second};
  const auto time = static_cast<std::uint64_t>(now.wall.unix_ms / 1'000);
  Verdict verdict = consider(request.body, settings_.policy, seen, {settings_.name, key_, time});
  if (verdict.seen) {
    if (auto kept = files_.keep(*verdict.seen); !kept) {
      respond(request.token, {.status = 500, .body = "this witness cannot write\n"});
      return kept;
    }
    seen_[*origin] = *verdict.seen;
  }
  respond(request.token, std::move(verdict));
  return {};
}

// GET /<hash of the origin>/checkpoint: the newest one cosigned.
void WitnessService::give_checkpoint(const HttpRequest& request) {
  const auto found = std::ranges::find_if(seen_, [&](const auto& entry) {
    return request.path == "/" + hash_of(entry.first) + "/checkpoint";
  });
  if (found == seen_.end()) {
    respond(request.token, {.status = 404, .body = "nothing is here\n"});
    return;
  }
  respond(request.token, {.status = 200, .body = found->second.note});
}

void WitnessService::respond(HttpToken token, Verdict verdict) {
  http_.respond(token, {.status = verdict.status,
                        .content_type = std::move(verdict.content_type),
                        .body = std::make_shared<const std::string>(std::move(verdict.body))});
}

}  // namespace doorstep::witness
