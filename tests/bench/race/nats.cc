// race-nats append|read --url URL …: a JetStream stream on file storage through libnats (the C
// client). An append publishes with a reply subject and counts the acknowledgements, as the
// library's own asynchronous publish does, but knows when each one came.
#include <nats/nats.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "tests/bench/race/measure.h"
#include "tests/bench/race/payload.h"

namespace doorstep::bench {
namespace {

constexpr const char* stream = "VISITS";
constexpr const char* subject = "visits";

void check(natsStatus status, const char* tried) {
  if (status != NATS_OK) {
    give_up(std::string{"NATS: "} + tried + ": " + natsStatus_GetText(status));
  }
}

struct Freed {
  void operator()(natsConnection* one) const { natsConnection_Destroy(one); }
  void operator()(natsOptions* one) const { natsOptions_Destroy(one); }
  void operator()(natsSubscription* one) const { natsSubscription_Destroy(one); }
  void operator()(jsCtx* one) const { jsCtx_Destroy(one); }
  void operator()(natsMsg* one) const { natsMsg_Destroy(one); }
};
template <class T>
using Owned = std::unique_ptr<T, Freed>;

Owned<natsConnection> connect(const Options& options, bool send_at_once) {
  natsOptions* made = nullptr;
  check(natsOptions_Create(&made), "options");
  const Owned<natsOptions> wanted{made};
  check(natsOptions_SetURL(made, options.text("url").c_str()), "url");
  check(natsOptions_SetSendAsap(made, send_at_once), "options");
  natsConnection* connection = nullptr;
  check(natsConnection_Connect(&connection, made), "connect");
  return Owned<natsConnection>{connection};
}

Owned<jsCtx> jet_stream(natsConnection* connection) {
  jsCtx* context = nullptr;
  check(natsConnection_JetStream(&context, connection, nullptr), "JetStream");
  return Owned<jsCtx>{context};
}

void make_stream(natsConnection* connection) {
  const auto context = jet_stream(connection);
  static_cast<void>(js_DeleteStream(context.get(), stream, nullptr, nullptr));
  jsStreamConfig config;
  jsStreamConfig_Init(&config);
  const char* subjects[] = {subject};
  config.Name = stream;
  config.Subjects = subjects;
  config.SubjectsLen = 1;
  config.Storage = js_FileStorage;
  check(js_AddStream(nullptr, context.get(), &config, nullptr, nullptr), "make the stream");
}

class Publishers;

// One connection. The library calls `acknowledged` on a thread of its own for each connection.
struct Publisher {
  Publishers* all{};
  std::size_t index{};
  Owned<natsConnection> connection{};
  Owned<natsSubscription> acks{};
  std::string inbox{};
  std::size_t acks_seen{};
  std::deque<double> started{};
};

class Publishers {
 public:
  Publishers(const Options& options, const Shape& shape)
      : shape_{shape}, payloads_{shape.connections}, meter_{shape} {
    // With one small message at a time there is nothing to collect before sending.
    const bool send_at_once = shape.batch == 1;
    for (std::size_t i = 0; i < shape.connections; ++i) {
      auto one = std::make_unique<Publisher>();
      one->all = this;
      one->index = i;
      one->connection = connect(options, send_at_once);
      one->inbox = "_INBOX.race." + std::to_string(i);
      natsSubscription* acks = nullptr;
      check(natsConnection_Subscribe(&acks, one->connection.get(), one->inbox.c_str(), acknowledged,
                                     one.get()),
            "subscribe");
      check(natsSubscription_SetPendingLimits(acks, -1, -1), "limits");
      one->acks.reset(acks);
      check(natsConnection_Flush(one->connection.get()), "flush");
      publishers_.push_back(std::move(one));
    }
  }

  Figures run() {
    std::unique_lock lock{mutex_};
    meter_ = Meter{shape_};
    for (auto& one : publishers_) {
      for (std::size_t i = 0; i < shape_.in_flight; ++i) publish(*one);
    }
    over_.wait(lock, [this] { return meter_.all_answered(); });
    return meter_.figures();
  }

 private:
  static void acknowledged(natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
    const Owned<natsMsg> owned{message};
    auto& one = *static_cast<Publisher*>(closure);
    const std::string_view said{natsMsg_GetData(message),
                                static_cast<std::size_t>(natsMsg_GetDataLength(message))};
    if (said.find("\"error\"") != said.npos) give_up("NATS: " + std::string{said});
    one.all->count(one);
  }
  void count(Publisher& one) {
    if (++one.acks_seen < shape_.batch) return;
    one.acks_seen = 0;
    const std::unique_lock lock{mutex_};
    meter_.answered(one.started.front());
    one.started.pop_front();
    if (meter_.more()) publish(one);
    if (meter_.all_answered()) over_.notify_one();
  }
  void publish(Publisher& one) {
    meter_.sent();
    one.started.push_back(now_seconds());
    for (const Visit& visit : payloads_.next(one.index, shape_.batch)) {
      check(natsConnection_PublishRequest(one.connection.get(), subject, one.inbox.c_str(),
                                          visit.data(), static_cast<int>(visit.bytes.size())),
            "publish");
    }
  }

  Shape shape_;
  Payloads payloads_;
  std::mutex mutex_;
  std::condition_variable over_;
  Meter meter_;
  std::vector<std::unique_ptr<Publisher>> publishers_;
};

Figures append(const Options& options) {
  make_stream(connect(options, true).get());
  Publishers publishers{options, shape_of(options)};
  return publishers.run();
}

struct Received {
  std::size_t wanted{};
  std::atomic<std::size_t> events{};
  std::mutex mutex{};
  std::condition_variable over{};
};

// All of it through an ordered consumer, as JetStream's manual advises for replays.
Figures read(const Options& options) {
  const auto connection = connect(options, false);
  const auto context = jet_stream(connection.get());
  Received received{.wanted = options.count("events", 1)};
  jsSubOptions wanted;
  jsSubOptions_Init(&wanted);
  wanted.Ordered = true;
  wanted.Config.DeliverPolicy = js_DeliverAll;
  natsSubscription* subscription = nullptr;
  const double start = now_seconds();
  check(js_Subscribe(
            &subscription, context.get(), subject,
            [](natsConnection*, natsSubscription*, natsMsg* message, void* closure) {
              natsMsg_Destroy(message);
              auto& all = *static_cast<Received*>(closure);
              if (++all.events != all.wanted) return;
              const std::unique_lock lock{all.mutex};
              all.over.notify_one();
            },
            &received, nullptr, &wanted, nullptr),
        "ordered consumer");
  const Owned<natsSubscription> owned{subscription};
  check(natsSubscription_SetPendingLimits(subscription, -1, -1), "limits");
  std::unique_lock lock{received.mutex};
  received.over.wait(lock, [&] { return received.events >= received.wanted; });
  return {.events = static_cast<double>(received.wanted), .seconds = now_seconds() - start};
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  using namespace doorstep::bench;
  const Options options{count, arguments};
  const Figures figures = options.verb() == "read" ? read(options) : append(options);
  print(figures);
  return 0;
}
