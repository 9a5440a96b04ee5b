// How a process treats the memory that it frees.
#pragma once

namespace doorstep::runtime {

// Freed memory stays with the process, up to 32 MiB at the end of each heap: blocks of a feed are
// taken and freed a thousand times a second, and giving their pages back each time costs a reader
// a fifth of its time (docs/benchmarks.md). Early in main(), before other threads.
void keep_freed_memory();

}  // namespace doorstep::runtime
