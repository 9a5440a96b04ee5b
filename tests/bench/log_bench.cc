// log_bench FOLDER [PORT] [SECONDS]: a real doorstep-event-log process over CURVE on loopback,
// beside the device and raw RocksDB in the same run. Prints one table.
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>

#include "common/runtime/data_folder.h"
#include "common/runtime/log_client.h"
#include "common/runtime/log_follower.h"
#include "common/runtime/system_clock.h"
#include "common/wire/event_codec.h"
#include "common/zmq/hub.h"
#include "tests/bench/raw_bench.h"
#include "tests/support/sample_events.h"

namespace doorstep::bench {
namespace {

[[noreturn]] void give_up(const std::string& why) {
  std::cerr << "log_bench: " << why << "\n";
  std::exit(1);
}
template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error().message);
  return std::move(*result);
}

// One out of 100,000.
HouseholdId household(std::uint64_t n) {
  return HouseholdId{{0x017f'b4a1'2c00'7000, 0x9000'0000'0000'0000 + n % 100'000}};
}

// A visit as it comes from the doors.
Bytes visit(std::uint64_t n) {
  VisitRecorded body = test::sample_visit();
  body.visit = VisitId{{0x017f'b4a1'2c00'7000 + (n >> 12), 0x8000'0000'0000'0000 + n}};
  body.household = household(n);
  Event event = test::sample_event(body, stream_of(household(n)), Purpose::screening);
  event.envelope.id = EventId{body.visit.value};
  return wire::encode_event(event);
}

class LogProcess {
 public:
  explicit LogProcess(std::string data) : data_{std::move(data)} { start(); }
  ~LogProcess() { stop(SIGTERM); }
  LogProcess(const LogProcess&) = delete;
  LogProcess& operator=(const LogProcess&) = delete;

  void start() {
    std::string program{EVENT_LOG_PROGRAM};
    std::string option{"--data"};
    char* const arguments[]{program.data(), option.data(), data_.data(), nullptr};
    if (posix_spawn(&process_, program.c_str(), nullptr, nullptr, arguments, environ) != 0) {
      give_up("cannot start " + program);
    }
  }
  // User and system time of all its threads so far.
  [[nodiscard]] double cpu_seconds() const {
    std::ifstream file{"/proc/" + std::to_string(process_) + "/stat"};
    std::string word;
    double ticks = 0;
    // The 14th and 15th fields; the program's name, the 2nd, has no space.
    for (int field = 1; file >> word && field <= 15; ++field) {
      if (field >= 14) ticks += std::stod(word);
    }
    return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  }
  // Resident memory now, in MB.
  [[nodiscard]] double memory() const {
    std::ifstream file{"/proc/" + std::to_string(process_) + "/statm"};
    double pages = 0;
    file >> pages >> pages;
    return pages * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1e6;
  }
  void stop(int signal) {
    if (process_ == 0) return;
    kill(process_, signal);
    int status = 0;
    waitpid(process_, &status, 0);
    process_ = 0;
  }

 private:
  std::string data_;
  pid_t process_{};
};

// One connection to the log, as a service has it.
class Connection {
 public:
  Connection(const runtime::DataFolder& folder, const std::string& address)
      : hub_{must(net::Hub::open())} {
    const auto server = must(folder.key("log-server"));
    const auto own = must(folder.key("cli"));
    endpoint_ = must(hub_->connect({.address = address,
                                    .server_public_key = server.public_key,
                                    .keys = {own.public_key, own.secret_key}}));
    waiter_ = hub_->waiter({endpoint_.get()});
  }
  [[nodiscard]] Messages& messages() { return *endpoint_; }
  [[nodiscard]] Now now() const { return {clock_.now(), clock_.monotonic()}; }
  void wait() { waiter_->wait(Milliseconds{5}); }

 private:
  runtime::SystemClock clock_{};
  std::unique_ptr<net::Hub> hub_;
  std::unique_ptr<net::Endpoint> endpoint_;
  std::unique_ptr<Waiter> waiter_;
};

struct Shape {
  std::size_t events_per_request{};
  std::size_t in_flight{};
  double seconds{};
};

Rate append(const runtime::DataFolder& folder, const Shape& shape, std::uint64_t& next_event) {
  Connection connection{folder, folder.endpoints().log_cmd};
  runtime::LogClient client{connection.messages(), {.in_flight_max = shape.in_flight}};
  std::vector<double> durations;
  double events = 0;
  const double start = now_seconds();
  bool more = true;
  while (more || client.in_flight() > 0) {
    more = now_seconds() - start < shape.seconds;
    while (more && client.in_flight() < shape.in_flight) {
      wire::Append request;
      for (std::size_t i = 0; i < shape.events_per_request; ++i) {
        request.events.push_back(visit(next_event++));
      }
      request.append_id = AppendId{{0x017f'b4a1'2c00'7000, 0xa000'0000'0000'0000 + next_event}};
      const double before = now_seconds();
      client.append(std::move(request),
                    [&, before](std::expected<wire::Appended, wire::Refused> said) {
                      if (!said) give_up("append: " + said.error().message);
                      durations.push_back(now_seconds() - before);
                      events += static_cast<double>(number(said->last) - number(said->first) + 1);
                    });
    }
    if (client.step(connection.now()) == Work::idle) connection.wait();
  }
  return rate_of(std::move(durations), events, now_seconds() - start);
}

wire::Described describe(const runtime::DataFolder& folder) {
  Connection connection{folder, folder.endpoints().log_cmd};
  runtime::LogClient client{connection.messages(), {.resend_after = Milliseconds{100}}};
  std::optional<wire::Described> described;
  client.describe([&](std::expected<wire::Described, wire::Refused> said) {
    if (!said) give_up("describe: " + said.error().message);
    described = *said;
  });
  while (!described) {
    if (client.step(connection.now()) == Work::idle) connection.wait();
  }
  return *described;
}

// One consumer from the first event to the head, each event decoded.
Rate follow(const runtime::DataFolder& folder, Position head) {
  Connection connection{folder, folder.endpoints().log_feed};
  runtime::LogFollower follower{connection.messages()};
  const auto id = follower.follow({.until = head, .consumer = "bench"});
  double events = 0;
  std::vector<double> durations;
  const double start = now_seconds();
  while (follower.position(id) < head) {
    const bool is_idle = follower.step(connection.now()) == Work::idle;
    bool took = false;
    while (const auto batch = follower.next(id)) {
      took = true;
      const double before = now_seconds();
      for (const auto& record : batch->records()) {
        if (!wire::decode_event(record.event)) give_up("an event does not decode");
        ++events;
      }
      durations.push_back(now_seconds() - before);
    }
    if (is_idle && !took) connection.wait();
  }
  return rate_of(std::move(durations), events, now_seconds() - start);
}

// The whole history of one household, as somebody who looks into it asks for it.
Rate history(const runtime::DataFolder& folder, Position head, double seconds) {
  Connection connection{folder, folder.endpoints().log_feed};
  std::vector<double> durations;
  double events = 0;
  const double start = now_seconds();
  runtime::LogFollower follower{connection.messages()};
  for (std::uint64_t n = 0; now_seconds() - start < seconds; n += 7'919) {
    const auto stream = stream_of(household(n));
    const auto id =
        follower.follow({.until = head, .filter = {.stream = stream}, .consumer = "bench"});
    const double before = now_seconds();
    while (follower.position(id) < head) {
      const bool is_idle = follower.step(connection.now()) == Work::idle;
      bool took = false;
      while (const auto batch = follower.next(id)) {
        took = true;
        events += static_cast<double>(batch->records().size());
      }
      if (is_idle && !took) connection.wait();
    }
    durations.push_back(now_seconds() - before);
  }
  return rate_of(std::move(durations), events, now_seconds() - start);
}

void print(const char* what, const Rate& rate, const Rate* beside = nullptr) {
  std::printf("%-52s %12.0f /s   p50 %8.3f ms   p99 %8.3f ms", what, rate.events_per_second,
              rate.p50_ms, rate.p99_ms);
  if (beside != nullptr) {
    std::printf("   %6.2f x raw", rate.events_per_second / beside->events_per_second);
  }
  std::printf("\n");
  std::fflush(stdout);
}

void print_cpu(double seconds, std::uint64_t events) {
  std::printf("%52s %12.2f µs of the log's CPU an event\n", "",
              seconds * 1e6 / static_cast<double>(events));
}

void run(const std::filesystem::path& path, std::uint16_t port, double seconds) {
  const auto folder = must(runtime::DataFolder::init(path / "data", port));
  const Bytes sample = visit(1);
  const std::string event(reinterpret_cast<const char*>(sample.data()), sample.size());
  std::printf("event: a visit of %zu bytes\n", event.size());

  const Rate disk = device(path, 200);
  print("device: 4 KiB and fdatasync", disk);
  const Rate raw_single = raw_rocks(path, event, 1, seconds);
  print("raw RocksDB: 1 event a synced write", raw_single);
  const Rate raw_batch = raw_rocks(path, event, 1'000, seconds);
  print("raw RocksDB: 1,000 events a synced write", raw_batch);

  LogProcess log{folder.path().string()};
  static_cast<void>(describe(folder));
  std::uint64_t next_event = 1;
  const auto measure = [&](const char* what, const Shape& shape, const Rate& beside) {
    const double cpu = log.cpu_seconds();
    const std::uint64_t before = next_event;
    print(what, append(folder, shape, next_event), &beside);
    print_cpu(log.cpu_seconds() - cpu, next_event - before);
  };
  measure("log: 1 event a request, 1 in flight", {1, 1, seconds}, raw_single);
  measure("log: 1 event a request, 64 in flight", {1, 64, seconds}, raw_single);
  measure("log: 1,000 events a request, 16 in flight", {1'000, 16, seconds}, raw_batch);

  const Position head = describe(folder).head;
  const double cpu = log.cpu_seconds();
  print("feed: one consumer, all of the log, decoded", follow(folder, head));
  print_cpu(log.cpu_seconds() - cpu, number(head));

  print("feed: the history of one household", history(folder, head, seconds));
  std::printf("the log's memory with %llu events: %.0f MB\n",
              static_cast<unsigned long long>(number(head)), log.memory());

  log.stop(SIGKILL);
  const double start = now_seconds();
  log.start();
  static_cast<void>(describe(folder));
  const double recovered = now_seconds() - start;
  std::printf("recovery after kill -9: %.2f s for %llu events (%.2f s a million)\n", recovered,
              static_cast<unsigned long long>(number(head)),
              recovered * 1e6 / static_cast<double>(number(head)));
  std::printf("the log's memory then: %.0f MB\n", log.memory());
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "usage: log_bench FOLDER [PORT] [SECONDS]\n";
    return 2;
  }
  const auto port = static_cast<std::uint16_t>(count > 2 ? std::atoi(arguments[2]) : 18'420);
  const double seconds = count > 3 ? std::atof(arguments[3]) : 3;
  std::filesystem::create_directories(arguments[1]);
  doorstep::bench::run(arguments[1], port, seconds);
  return 0;
}
