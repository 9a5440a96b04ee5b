#include "common/runtime/logging.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <string>

namespace doorstep::runtime {

namespace {

spdlog::level::level_enum spdlog_level(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      return spdlog::level::err;
  }
  return spdlog::level::err;
}

std::shared_ptr<spdlog::logger> make_logger(const std::string& service, LogLevel least) {
  auto logger =
      std::make_shared<spdlog::logger>(service, std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e%z %n %l %v");
  logger->set_level(spdlog_level(least));
  return logger;
}

std::shared_ptr<spdlog::logger>& current() {
  static std::shared_ptr<spdlog::logger> logger = make_logger("doorstep", LogLevel::info);
  return logger;
}

}  // namespace

void start_logging(std::string_view service, LogLevel least) {
  current() = make_logger(std::string{service}, least);
}

void log_line(LogLevel level, std::string_view message) {
  current()->log(spdlog_level(level), spdlog::string_view_t{message.data(), message.size()});
}

}  // namespace doorstep::runtime
