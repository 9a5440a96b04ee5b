// Where the server's thread and the service's loop thread meet: requests are handed in, answers and
// frames handed out, under one lock that is never held during I/O.
#pragma once

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "common/seam/http.h"

namespace doorstep::web {

// A connection as the desk sees it. Called and let go of on the server's thread only.
class Asker {
 public:
  virtual ~Asker() = default;
  virtual void answer(HttpResponse response) = 0;
  virtual void begin_stream() = 0;
  // There is a frame to take: once, until take_frame() has given null.
  virtual void frame_ready() = 0;
};

class Desk {
 public:
  // `wake` is called from the loop thread when deliver() has something to do.
  Desk(std::size_t requests_max, std::function<void()> wake)
      : requests_max_{requests_max}, wake_{std::move(wake)} {}

  // The loop thread's side: as in HttpServer.
  [[nodiscard]] std::optional<HttpRequest> receive();
  void respond(HttpToken token, HttpResponse response);
  void open_stream(HttpToken token);
  [[nodiscard]] Sent push(HttpToken token, std::shared_ptr<const std::string> frame);
  [[nodiscard]] std::vector<HttpToken> closed_streams();

  // The server thread's side. Keeps the asker until it was answered or is gone. nullopt: too many
  // wait already.
  [[nodiscard]] std::optional<HttpToken> hand_in(HttpRequest request, std::shared_ptr<Asker> asker);
  // Passes on what the loop thread has decided.
  void deliver();
  // Null: there is none now.
  [[nodiscard]] std::shared_ptr<const std::string> take_frame(HttpToken token);
  // The connection is over.
  void gone(HttpToken token);
  // Lets go of all connections: the server is at its end.
  void clear();

  [[nodiscard]] std::uint64_t frames_replaced() const { return frames_replaced_; }
  [[nodiscard]] std::size_t streams() const;

 private:
  enum class State : std::uint8_t { asked, streaming };
  struct Exchange {
    std::shared_ptr<Asker> asker{};
    State state{};
    std::shared_ptr<const std::string> frame{};
    bool writing{};  // the connection was told, or is writing: it comes for the next frame itself
  };
  enum class Kind : std::uint8_t { answer, stream, frame };
  struct Decision {
    Kind kind{};
    std::shared_ptr<Asker> asker{};
    HttpResponse response{};
  };
  void decide(std::unique_lock<std::mutex>& lock, Decision decision);

  const std::size_t requests_max_;
  const std::function<void()> wake_;
  mutable std::mutex mutex_{};
  std::uint64_t next_token_{1};
  std::deque<HttpRequest> requests_{};
  std::unordered_map<std::uint64_t, Exchange> exchanges_{};
  std::vector<Decision> decisions_{};
  std::vector<HttpToken> closed_{};
  std::size_t streams_{};
  std::atomic<std::uint64_t> frames_replaced_{};
};

}  // namespace doorstep::web
