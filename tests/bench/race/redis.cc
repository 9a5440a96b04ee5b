// race-redis append|read --port N …: a Redis stream through hiredis.
// append: --how multi (MULTI, XADD…, EXEC), pipelined (XADD…) or script (one EVALSHA for a batch).
#include <hiredis/hiredis.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <string>

#include "tests/bench/race/lines.h"

namespace doorstep::bench {
namespace {

constexpr const char* stream = "visits";

struct Freed {
  void operator()(redisContext* context) const { redisFree(context); }
  void operator()(redisReply* reply) const { freeReplyObject(reply); }
};
using Context = std::unique_ptr<redisContext, Freed>;
using Reply = std::unique_ptr<redisReply, Freed>;

Context connect(const Options& options) {
  Context context{redisConnect("127.0.0.1", static_cast<int>(options.count("port", 6'379)))};
  must(context && context->err == 0, "Redis does not answer");
  redisEnableKeepAlive(context.get());
  return context;
}

void check(const redisReply& reply) {
  if (reply.type == REDIS_REPLY_ERROR) give_up("Redis: " + std::string{reply.str, reply.len});
}

Reply ask(redisContext* context, const char* command) {
  Reply reply{static_cast<redisReply*>(redisCommand(context, command))};
  must(reply != nullptr, "Redis does not answer");
  check(*reply);
  return reply;
}

enum class How { multi, pipelined, script };

class RedisLine final : public Line {
 public:
  RedisLine(Context context, How how, std::size_t batch)
      : context_{std::move(context)}, how_{batch == 1 ? How::pipelined : how}, batch_{batch} {
    if (how_ == How::script) {
      const Reply loaded =
          ask(context_.get(),
              "SCRIPT LOAD "
              "for\ti=1,#ARGV\tdo\tredis.call('XADD',KEYS[1],'*','v',ARGV[i])\tend");
      script_ = {loaded->str, loaded->len};
    }
  }

  [[nodiscard]] int fd() const override { return context_->fd; }

  void queue(std::span<const Visit> visits) override {
    if (how_ == How::script) return queue_script(visits);
    if (how_ == How::multi) redisAppendCommand(context_.get(), "MULTI");
    for (const Visit& visit : visits) {
      std::array<const char*, 5> words{"XADD", stream, "*", "v", visit.data()};
      const std::array<std::size_t, 5> sizes{4, std::strlen(stream), 1, 1, visit.bytes.size()};
      redisAppendCommandArgv(context_.get(), 5, words.data(), sizes.data());
    }
    if (how_ == How::multi) redisAppendCommand(context_.get(), "EXEC");
  }

  void flush() override {
    for (int done = 0; done == 0;) {
      must(redisBufferWrite(context_.get(), &done) == REDIS_OK, "Redis closed a connection");
    }
  }

  [[nodiscard]] std::size_t answers() override {
    must(redisBufferRead(context_.get()) == REDIS_OK, "Redis closed a connection");
    std::size_t requests = 0;
    while (true) {
      void* got = nullptr;
      must(redisGetReplyFromReader(context_.get(), &got) == REDIS_OK, "Redis: not its protocol");
      if (got == nullptr) return requests;
      const Reply reply{static_cast<redisReply*>(got)};
      check(*reply);
      ++replies_;
      const std::size_t expected =
          how_ == How::multi ? batch_ + 2 : (how_ == How::script ? 1 : batch_);
      if (replies_ < expected) continue;
      must(how_ != How::multi || reply->elements == batch_, "Redis did not take the batch");
      replies_ = 0;
      ++requests;
    }
  }

 private:
  void queue_script(std::span<const Visit> visits) {
    std::vector<const char*> words{"EVALSHA", script_.c_str(), "1", stream};
    std::vector<std::size_t> sizes{7, script_.size(), 1, std::strlen(stream)};
    for (const Visit& visit : visits) {
      words.push_back(visit.data());
      sizes.push_back(visit.bytes.size());
    }
    redisAppendCommandArgv(context_.get(), static_cast<int>(words.size()), words.data(),
                           sizes.data());
  }

  Context context_;
  How how_{};
  std::size_t batch_{};
  std::size_t replies_{};
  std::string script_{};
};

Figures append(const Options& options) {
  const Shape shape = shape_of(options);
  ask(connect(options).get(), "FLUSHALL SYNC");
  const std::string how = options.text("how", "multi");
  std::vector<std::unique_ptr<Line>> lines;
  for (std::size_t i = 0; i < shape.connections; ++i) {
    lines.push_back(std::make_unique<RedisLine>(
        connect(options),
        how == "script" ? How::script : (how == "multi" ? How::multi : How::pipelined),
        shape.batch));
  }
  return append_over(std::move(lines), shape);
}

// The whole stream in steps of --batch entries, each from where the last one ended.
Figures read(const Options& options) {
  const Context context = connect(options);
  const std::string count = std::to_string(options.count("batch", 1'000));
  std::string from = "-";
  Figures figures;
  const double start = now_seconds();
  while (true) {
    const double before = now_seconds();
    const Reply reply{static_cast<redisReply*>(redisCommand(
        context.get(), "XRANGE %s %s + COUNT %s", stream, from.c_str(), count.c_str()))};
    must(reply != nullptr, "Redis does not answer");
    check(*reply);
    if (reply->elements == 0) break;
    figures.events += static_cast<double>(reply->elements);
    const redisReply& last = *reply->element[reply->elements - 1]->element[0];
    from = "(" + std::string{last.str, last.len};
    figures.durations.push_back(now_seconds() - before);
  }
  figures.seconds = now_seconds() - start;
  return figures;
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  using namespace doorstep::bench;
  const Options options{count, arguments};
  print(options.verb() == "read" ? read(options) : append(options));
  return 0;
}
