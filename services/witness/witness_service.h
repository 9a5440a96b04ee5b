// The witness's loop: a request, a decision, the state on disk, then the answer, one after the
// other, so that no two requests can be cosigned on one state. One thread: step().
#pragma once

#include <map>
#include <string>

#include "common/runtime/service.h"
#include "common/seam/http.h"
#include "services/witness/seen_files.h"

namespace doorstep::witness {

class WitnessService final : public Service {
 public:
  struct Settings {
    std::string name{};
    proof::Policy policy{};
  };

  // Reads what was seen of every known log. `http` must outlive it. damaged, io: it must not serve.
  [[nodiscard]] static Result<std::unique_ptr<WitnessService>> open(HttpServer& http,
                                                                    std::filesystem::path folder,
                                                                    Ed25519Key key,
                                                                    Settings settings);

  // io: what was seen could not be kept; the process must end, since what is on disk is not known.
  [[nodiscard]] Result<Work> step(Now now) override;

 private:
  WitnessService(HttpServer& http, std::filesystem::path folder, Ed25519Key key, Settings settings);
  [[nodiscard]] Outcome answer(const HttpRequest& request, Now now);
  [[nodiscard]] Outcome add_checkpoint(const HttpRequest& request, Now now);
  void give_checkpoint(const HttpRequest& request);
  void refuse_method(const HttpRequest& request, const char* allowed, const char* what_to_do);
  void respond(HttpToken token, Verdict verdict);

  HttpServer& http_;
  Ed25519Key key_;
  Settings settings_{};
  SeenFiles files_;
  std::map<std::string, Seen> seen_{};  // by origin
};

}  // namespace doorstep::witness
