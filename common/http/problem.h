// What the server says by itself when a request cannot reach the service: RFC 9457 problems in
// Chinese and English (docs/http-api.md).
#pragma once

#include "common/seam/http.h"

namespace doorstep::web {

// Pre-condition: one of 400, 408, 413, 414, 415, 417, 421, 431, 501, 503, 505.
[[nodiscard]] HttpResponse problem(int status);

}  // namespace doorstep::web
