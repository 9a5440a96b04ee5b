// clang 19 in C++20 and later does not find kj 0.9's `"text" == StringPtr`. Included before any
// capnp header, so that clang-tidy and the fuzzers can read this folder.
#pragma once

#include <kj/string.h>

#if defined(__clang__)
namespace kj {
inline bool operator==(const char* a, const StringPtr& b) { return b == StringPtr(a); }
}  // namespace kj
#endif
