#include "services/event_log/gone_readers.h"

#include <utility>

namespace doorstep::event_log {

void GoneReaders::add(wire::Consumer reader, Milliseconds heard, Milliseconds now) {
  reader.connected = false;
  reader.credit_events = 0;
  reader.credit_bytes = 0;
  while (!gone_.empty() && (gone_.size() >= kept_max || now - gone_.front().since > kept_for)) {
    gone_.pop_front();
  }
  gone_.push_back({std::move(reader), heard, now});
}

void GoneReaders::returned(std::string_view account, std::string_view name) {
  std::erase_if(gone_, [&](const Gone& gone) {
    return gone.reader.account == account && gone.reader.name == name;
  });
}

std::vector<wire::Consumer> GoneReaders::list(Milliseconds now) const {
  std::vector<wire::Consumer> readers;
  for (const Gone& gone : gone_) {
    if (now - gone.since > kept_for) continue;
    readers.push_back(gone.reader);
    readers.back().silent = now - gone.heard;
  }
  return readers;
}

}  // namespace doorstep::event_log
