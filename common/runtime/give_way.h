// How a thread whose work nobody waits for keeps out of the way of those that somebody waits for.
#pragma once

namespace doorstep::runtime {

// The calling thread may be interrupted by any other as soon as that one has something to do. Its
// share of the processor stays what it is: it gets it in longer turns, and each of them can be
// broken off. Without this a scheduler of the EEVDF kind (Linux 6.6 and later) lets a turn of up to
// some milliseconds end first, longer than a commit takes. Linux before 6.12 has nothing of the
// kind: then nothing is changed.
void give_way();

}  // namespace doorstep::runtime
