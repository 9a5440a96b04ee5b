#include "clients/cli/arguments.h"

#include <CLI/CLI.hpp>

#include "common/domain/letter.h"
#include "common/wire/utf8.h"

namespace doorstep::cli {
namespace {

constexpr const char* path_type = "PATH";  // as --help shows it

std::optional<std::string> problem_of(const CLI::Option& option, const std::string& given) {
  const std::string what = option.get_name() + " \"" + visible(given) + "\" ";
  if (!wire::is_utf8_text(given)) {
    return what + "is no UTF-8 text: set the terminal to UTF-8 and say it again / 不是 UTF-8 " +
           "文本：请把终端设为 UTF-8 后重新输入";
  }
  if (has_control_character(given)) {
    return what + "has control characters: remove them / 含有控制字符，请删除";
  }
  return std::nullopt;
}

}  // namespace

CLI::Option* as_path(CLI::Option* option) { return option->type_name(path_type); }

std::optional<std::string> unreadable_text(const CLI::App& app) {
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_type_name() == path_type) continue;
    for (const std::string& given : option->results()) {
      if (auto problem = problem_of(*option, given)) return problem;
    }
  }
  for (const CLI::App* chosen : app.get_subcommands()) {
    if (auto problem = unreadable_text(*chosen)) return problem;
  }
  return std::nullopt;
}

}  // namespace doorstep::cli
