#include "common/json/edition.h"

#include <utility>

namespace doorstep::json {

std::string history_text(const wire::Edition& edition) {
  if (edition.log == LogId{}) return {};
  std::string text;
  for (const char c : to_string(edition.log)) {
    if (c != '-') text += c;
  }
  return text + '-' + std::to_string(std::to_underlying(edition.epoch));
}

}  // namespace doorstep::json
