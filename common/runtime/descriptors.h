// How many files and connections a process may have open at once.
#pragma once

#include <cstddef>
#include <cstdint>

namespace doorstep::runtime {

// Raises the soft limit to the hard one: the soft one is what programs get that use select(), which
// none of ours does. Gives what is allowed then. Early in main().
std::uint64_t raise_descriptor_limit();

// How many connections of `wanted` fit beside what is open now, with a reserve for files, for
// sockets and for those that are told that there is no room. Where that is fewer, the log is told.
// Call it when all else was opened.
[[nodiscard]] std::size_t connections_that_fit(std::size_t wanted);

// The same by its numbers. Pure.
[[nodiscard]] std::size_t connections_that_fit(std::size_t wanted, std::uint64_t limit,
                                               std::uint64_t open_now);

}  // namespace doorstep::runtime
