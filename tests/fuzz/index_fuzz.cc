// Pages of the log's index, as they lie in its store.
#include "services/event_log/index_page.h"
#include "tests/fuzz/fuzz_input.h"

using namespace doorstep;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input{data, size};
  const auto page = event_log::page_from(input.bytes());
  if (!page) return 0;
  fuzz::must(page->events() > 0 && page->events() <= event_log::page_events);
  fuzz::must(page->areas.size() == page->events() && page->types.size() == page->events());
  fuzz::must(event_log::page_from(event_log::to_bytes(*page)) == page);
  return 0;
}
