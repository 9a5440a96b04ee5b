// What a command says: results to stdout, everything else to stderr, each line written at once.
// Text from elsewhere cannot break a line or play tricks with the terminal
// (common/domain/letter.h). What could not be written is remembered, and is how the command ends.
// Any thread may tell.
#pragma once

#include <string_view>

namespace doorstep::cli {

// Before anything is opened or written: a reader that went away or a file that may not grow is
// an error and no signal, and no file that is opened later becomes stdout where that was closed.
void begin_output();

// A line to stderr, for people.
void tell(std::string_view line);
// Several lines to stderr.
void tell_lines(std::string_view lines);

// A line of results to stdout. False: it was not written, nor will any later one be.
bool print(std::string_view line);
// Several lines, the last one's end left out.
bool print_lines(std::string_view lines);
// A line that says what was done and stays done: where it cannot be printed it is told on stderr,
// in `told` where that says more.
bool acknowledge(std::string_view line, std::string_view told = {});

// Nothing more comes. What became of it.
struct OutputEnd {
  int failed{};  // errno of what was lost on stdout; 0: nothing was, or nobody reads it
  bool stderr_failed{};
};
[[nodiscard]] OutputEnd end_output();

}  // namespace doorstep::cli
