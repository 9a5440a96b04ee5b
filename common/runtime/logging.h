// What a process tells its operator: one line each to stderr, "time service level message". Never
// personal data, never an event's body; ids and positions are fine. Any thread.
#pragma once

#include <cstdint>
#include <string_view>

namespace doorstep::runtime {

enum class LogLevel : std::uint8_t { debug, info, warning, error };

// First in main(). Before it, lines are written under the name "doorstep".
void start_logging(std::string_view service, LogLevel least = LogLevel::info);

void log_line(LogLevel level, std::string_view message);
inline void log_debug(std::string_view message) { log_line(LogLevel::debug, message); }
inline void log_info(std::string_view message) { log_line(LogLevel::info, message); }
inline void log_warning(std::string_view message) { log_line(LogLevel::warning, message); }
inline void log_error(std::string_view message) { log_line(LogLevel::error, message); }

}  // namespace doorstep::runtime
