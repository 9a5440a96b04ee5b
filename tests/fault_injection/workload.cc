#include "tests/fault_injection/workload.h"

#include <span>

#include "common/wire/event_codec.h"

namespace doorstep::faults {
namespace {

Bytes event(std::uint64_t n, std::uint64_t stream) {
  const WorkerId worker{{0x017f'b4a1'2c00'7000, 0x8000'0000'0000'0000 + stream}};
  return wire::encode_event({.envelope = {.id = EventId{{0x017f'b4a1'2c00'7001, n}},
                                          .type = EventType::worker_reported_in,
                                          .stream = stream_of(worker),
                                          .happened_at = Instant{1},
                                          .purpose = Purpose::work},
                             .body = WorkerReportedIn{worker}});
}

std::vector<wire::Append> requests_of(std::span<const std::size_t> sizes) {
  std::vector<wire::Append> requests;
  std::uint64_t n = 1;
  for (const std::size_t events : sizes) {
    wire::Append request{.append_id = AppendId{{0x017f'b4a1'2c00'7002, requests.size() + 1}}};
    for (std::size_t i = 0; i < events; ++i, ++n) request.events.push_back(event(n, n % 4 + 1));
    requests.push_back(std::move(request));
  }
  return requests;
}

// Small and large ones by turns; in the large ones lie whole pages of 4 KiB.
std::vector<wire::Append> bulk(std::size_t count) {
  std::vector<std::size_t> sizes;
  for (std::size_t i = 0; i < count; ++i) sizes.push_back(i % 16 == 15 ? 200 : i % 5 + 1);
  return requests_of(sizes);
}

}  // namespace

std::optional<Workload> workload(std::string_view name) {
  if (name == "append") {
    constexpr std::array<std::size_t, 6> sizes{1, 3, 1, 60, 1, 2};
    return Workload{.name = name, .requests = requests_of(sizes)};
  }
  if (name == "consolidate") {
    const std::vector<std::size_t> sizes(24, 1);
    return Workload{.name = name, .requests = requests_of(sizes), .consolidate_every = 8};
  }
  if (name == "floor") {
    constexpr std::array<std::size_t, 6> sizes{1, 3, 1, 12, 1, 2};
    return Workload{.name = name, .requests = requests_of(sizes), .floor = Position{17}};
  }
  if (name == "bulk") return Workload{.name = name, .requests = bulk(32)};
  if (name == "bulk2") return Workload{.name = name, .requests = bulk(64), .consolidate_every = 16};
  if (name == "bulk3") return Workload{.name = name, .requests = bulk(96)};
  if (name == "bulk_floor") {
    return Workload{.name = name, .requests = bulk(96), .floor = Position{900}};
  }
  return std::nullopt;
}

}  // namespace doorstep::faults
