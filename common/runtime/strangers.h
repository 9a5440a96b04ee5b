// What an operator is told of a peer whose key no account has. Pure.
#pragma once

#include <string>

namespace doorstep::runtime {

// `key` is the beginning of it; empty: there were too many to name.
[[nodiscard]] inline std::string stranger_words(const std::string& server, const std::string& key) {
  if (key.empty()) {
    return server + " turned away more keys than are named; no others are named until a restart";
  }
  return server + " turned away a peer whose key begins with " + key +
         ": accounts.toml had no such key when this process started. If it is one of ours, compare "
         "the first lines of the files in keys/ with accounts.toml, and start again";
}

}  // namespace doorstep::runtime
