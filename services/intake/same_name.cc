#include "services/intake/same_name.h"

#include "services/intake/cell.h"

namespace doorstep::intake {

// A name that is too long for that was appended past intake: it is compared as it is.
std::string seen_of_name(std::string_view name) {
  return name.size() > form_bytes_max ? std::string{name} : seen_form(name);
}

}  // namespace doorstep::intake
