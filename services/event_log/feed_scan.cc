#include "services/event_log/feed_scan.h"

#include <algorithm>
#include <string>

#include "services/event_log/log_state.h"

namespace doorstep::event_log {

namespace {

Wanted wanted_by(const wire::Filter& filter) {
  return {.area = filter.area, .stream = filter.stream, .types = filter.types};
}

}  // namespace

Result<Scanned> FeedScan::scan(const wire::Filter& filter, const ScanRequest& request,
                               StreamWalk& walk) {
  if (filter.is_everything()) return scan_all(request);
  if (!filter.stream.is_none()) return scan_stream(filter, request, walk);
  return scan_some(filter, request);
}

Result<Scanned> FeedScan::scan_all(const ScanRequest& request) {
  const auto stored = reader_.stored(next(request.after));
  if (!stored) return std::unexpected(stored.error());
  const auto header = wire::read_block_header(*stored->bytes);
  if (!header) return std::unexpected(header.error());
  const bool is_sent_whole =
      stored->last <= request.upto && stored->bytes->size() <= limits_.message_bytes_max;
  if (!is_sent_whole) return scan_part(request);
  const bool is_joined = stored->first == next(request.after) && stored->last < request.upto &&
                         header->raw_bytes < limits_.whole_from_bytes;
  if (is_joined) return scan_small(request);
  const bool is_stripped =
      request.bare && header->requests * wire::request_entry_bytes * limits_.requests_share >=
                          stored->bytes->size();
  if (is_stripped) {
    return Scanned{.to = stored->last,
                   .events = header->events,
                   .block = wire::without_requests(*stored->bytes, *header)};
  }
  return Scanned{
      .to = stored->last, .events = header->events, .block = {*stored->bytes, stored->bytes}};
}

// Small blocks with their neighbours.
Result<Scanned> FeedScan::scan_small(const ScanRequest& request) {
  Position to = request.after;
  while (to < request.upto) {
    const auto opened = reader_.open(next(to));
    if (!opened) return std::unexpected(opened.error());
    const OpenedBlock& block = **opened;
    if (block.stored.last > request.upto || !add_whole(block, request)) break;
    to = block.stored.last;
  }
  return take(to);
}

// Of a block that `upto` ends in, or that no message holds.
Result<Scanned> FeedScan::scan_part(const ScanRequest& request) {
  Position to = request.after;
  const auto opened = reader_.open(next(to));
  if (!opened) return std::unexpected(opened.error());
  for (const wire::Record& record : (*opened)->block.records()) {
    if (record.stamp.position <= to) continue;
    if (record.stamp.position > request.upto || !add(record, request)) break;
    to = record.stamp.position;
  }
  return take(to);
}

bool FeedScan::add_whole(const OpenedBlock& opened, const ScanRequest& request) {
  const auto records = opened.block.records();
  std::size_t bytes = builder_.raw_bytes() + wire::block_header_bytes;
  if (!request.bare) {
    bytes += (builder_.requests() + opened.block.requests().size()) * wire::request_entry_bytes;
  }
  for (const wire::Record& record : records) bytes += record.stored.size();
  const bool is_first = builder_.events() == 0;
  if (!is_first && (bytes > limits_.batch_bytes || bytes > request.credit_bytes ||
                    builder_.events() + records.size() > request.credit_events)) {
    return false;
  }
  if (request.bare) {
    for (const wire::Record& record : records) builder_.add(record.stamp, record.event);
    return true;
  }
  auto record = records.begin();
  for (const wire::BlockRequest& part : opened.block.requests()) {
    builder_.begin_request(part.append_id, part.digest, part.first);
    for (std::uint32_t i = 0; i < part.events; ++i, ++record) {
      builder_.add(record->stamp, record->event);
    }
  }
  return true;
}

// The columns say which blocks must be opened.
Result<Scanned> FeedScan::scan_some(const wire::Filter& filter, const ScanRequest& request) {
  const Wanted wanted = wanted_by(filter);
  const Position covered = std::min(index_.covered(), request.upto);
  Position to = request.after;
  for (std::size_t pages = 0; to < covered && pages < limits_.pages_per_scan; ++pages) {
    ++pages_asked_;
    const auto page = index_.page(page_of(next(to)));
    if (!page) return std::unexpected(page.error());
    const Position end = std::min(covered, last_of_page(page_of(next(to))));
    while (to < end) {
      const Position position = next(to);
      const std::size_t place = place_in_page(position);
      const Heading heading{.area = (*page)->areas[place], .type = (*page)->types[place]};
      if (matches(wanted, heading)) {
        const auto added = add_at(position, filter, request);
        if (!added) return std::unexpected(added.error());
        if (!*added) return take(to);
      }
      to = position;
    }
  }
  if (to < covered) return take(to);
  return scan_headings(filter, request, to);
}

Result<Scanned> FeedScan::scan_headings(const wire::Filter& filter, const ScanRequest& request,
                                        Position to) {
  std::size_t looked_at = 0;
  while (to < request.upto && looked_at < limits_.events_per_scan) {
    const auto opened = reader_.open_with_headings(next(to));
    if (!opened) return std::unexpected(opened.error());
    const auto records = (*opened)->block.records();
    const std::size_t from = number(to) + 1 - number((*opened)->stored.first);
    for (std::size_t i = from; i < records.size() && to < request.upto; ++i, ++looked_at) {
      if (matches(wanted_by(filter), (*opened)->headings[i]) && !add(records[i], request))
        return take(to);
      to = records[i].stamp.position;
    }
  }
  return take(to);
}

// The index knows the stream's events; the rest of the filter is asked of each.
Result<Scanned> FeedScan::scan_stream(const wire::Filter& filter, const ScanRequest& request,
                                      StreamWalk& walk) {
  const Position covered = std::min(index_.covered(), request.upto);
  Position to = request.after;
  std::size_t looked_at = 0;
  while (to < covered) {
    const auto found =
        walk.after(index_, filter.stream, to, covered, {.pages = limits_.pages_per_scan});
    if (!found) return std::unexpected(found.error());
    if (found->upto == to) return take(to);
    for (const Position position : found->positions) {
      if (++looked_at > limits_.stream_events_per_scan) return take(to);
      const auto added = add_at(position, filter, request);
      if (!added) return std::unexpected(added.error());
      if (!*added) return take(to);
      to = position;
    }
    to = found->upto;
  }
  return scan_headings(filter, request, to);
}

Result<bool> FeedScan::add_at(Position position, const wire::Filter& filter,
                              const ScanRequest& request) {
  const auto record = reader_.record(position);
  if (!record) return std::unexpected(record.error());
  const auto heading = heading_in(**record);
  if (!heading) return std::unexpected(heading.error());
  return !matches(wanted_by(filter), *heading) || add(**record, request);
}

bool FeedScan::add(const wire::Record& record, const ScanRequest& request) {
  const std::size_t bytes = builder_.raw_bytes() + record.stored.size();
  const bool is_first = builder_.events() == 0;
  if (!is_first && (bytes > limits_.batch_bytes || bytes > request.credit_bytes ||
                    builder_.events() + 1 > request.credit_events)) {
    return false;
  }
  builder_.add(record.stamp, record.event);
  return true;
}

Scanned FeedScan::take(Position to) {
  Scanned scanned{.to = to, .events = builder_.events()};
  if (scanned.events > 0) scanned.block = builder_.finish();
  return scanned;
}

}  // namespace doorstep::event_log
