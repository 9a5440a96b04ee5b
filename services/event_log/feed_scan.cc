#include "services/event_log/feed_scan.h"

#include <algorithm>

namespace doorstep::event_log {

namespace {

Wanted wanted_by(const wire::Filter& filter) {
  return {.area = filter.area, .stream = filter.stream, .types = filter.types};
}

}  // namespace

bool is_everything(const wire::Filter& filter) {
  return !filter.area.is_known() && filter.stream.is_none() && filter.types.empty();
}

Result<Scanned> FeedScan::scan(const wire::Filter& filter, const ScanRequest& request) {
  if (is_everything(filter)) return scan_all(request);
  if (!filter.stream.is_none()) return scan_stream(filter, request);
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
  return Scanned{.to = stored->last, .events = header->events, .block = *stored->bytes};
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

// With its requests, so that whoever copies the log by its feed gets them too.
bool FeedScan::add_whole(const OpenedBlock& opened, const ScanRequest& request) {
  const auto records = opened.block.records();
  std::size_t bytes = builder_.raw_bytes() + wire::block_header_bytes;
  bytes += (builder_.requests() + opened.block.requests().size()) * wire::request_entry_bytes;
  for (const wire::Record& record : records) bytes += record.stored.size();
  const bool is_first = builder_.events() == 0;
  if (!is_first && (bytes > limits_.batch_bytes || bytes > request.credit_bytes ||
                    builder_.events() + records.size() > request.credit_events)) {
    return false;
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

Result<Scanned> FeedScan::scan_some(const wire::Filter& filter, const ScanRequest& request) {
  Position to = request.after;
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

Result<Scanned> FeedScan::scan_stream(const wire::Filter& filter, const ScanRequest& request) {
  Position to = request.after;
  for (const Position position : positions_.of(filter.stream, request.after)) {
    if (position > request.upto) break;
    const auto opened = reader_.open_with_headings(position);
    if (!opened) return std::unexpected(opened.error());
    const std::size_t index = number(position) - number((*opened)->stored.first);
    if (matches(wanted_by(filter), (*opened)->headings[index]) &&
        !add((*opened)->block.records()[index], request)) {
      return take(to);
    }
    to = position;
  }
  return take(request.upto);
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
