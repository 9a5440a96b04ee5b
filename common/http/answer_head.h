// The head of an answer. Pure but for the date.
#pragma once

#include <cstddef>
#include <string>

#include "common/seam/http.h"

namespace doorstep::web {

// `size` is the body's, also where a HEAD does not get it.
[[nodiscard]] std::string head_of(const HttpResponse& response, std::size_t size, bool keep);
// RFC 9110, 6.6.1.
void append_date(std::string& head);

}  // namespace doorstep::web
