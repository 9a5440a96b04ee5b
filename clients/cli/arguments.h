// The words of a command line before anything is done with them: text that no service would take
// is refused by the name of the option that it was given to.
#pragma once

#include <optional>
#include <string>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace doorstep::cli {

// The option or positional names a file or folder, which may be of any bytes. The option.
CLI::Option* as_path(CLI::Option* option);

// What is wrong with the first text that is no UTF-8 or has control characters; nullopt: nothing
// is. Pre-condition: the app was parsed.
[[nodiscard]] std::optional<std::string> unreadable_text(const CLI::App& app);

}  // namespace doorstep::cli
