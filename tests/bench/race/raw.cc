// race-raw device|keys|blocks|hash|stored|curve|synced --folder DIR …: what the same machine does
// without Doorstep's log. device: 4 KiB (--write-bytes N) and fdatasync, appended or, with --filled
// 1, into a file that was filled with zeros. keys: RocksDB, one key for each event. blocks:
// RocksDB, a block as ours for each write, made and compressed as ours. hash: what a log hashes of
// its events, the tree's leaves and the request's digest. curve: a request and its answer over our
// hub, without a log behind it. synced: the same, and before it answers the other side writes the
// request to RocksDB, synced; --in-flight N: of these two, so many are under way. stored: events in
// each block of the log in a folder, which may be open.
#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <deque>
#include <filesystem>
#include <functional>
#include <iostream>
#include <map>
#include <thread>

#include "common/proof/merkle.h"
#include "common/rocks/block_value.h"
#include "common/rocks/rocks_settings.h"
#include "common/runtime/key_pair.h"
#include "common/wire/block.h"
#include "common/wire/block_builder.h"
#include "common/wire/log_protocol.h"
#include "tests/bench/race/connection.h"
#include "tests/bench/race/payload.h"

namespace doorstep::bench {
namespace {

// Over and over the same 64 MiB where the file is filled before: its size, which an append changes,
// need not be synced then.
Figures device(const std::filesystem::path& folder, const Options& options, const Shape& shape) {
  constexpr std::size_t filled_bytes = 64 * 1024 * 1024;
  const auto path = folder / "device";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  must(file >= 0, "open " + path.string());
  const std::string bytes(options.count("write-bytes", 4'096), 'x');
  const bool is_filled = options.count("filled", 0) != 0;
  if (is_filled) {
    const std::string zeros(filled_bytes, '\0');
    must(write(file, zeros.data(), zeros.size()) == static_cast<ssize_t>(zeros.size()), "write");
    must(fsync(file) == 0, "fsync");
  }
  std::size_t at = 0;
  Meter meter{shape};
  while (meter.more()) {
    if (is_filled && at + bytes.size() > filled_bytes) at = 0;
    const double before = now_seconds();
    meter.sent();
    must(pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(at)) ==
             static_cast<ssize_t>(bytes.size()),
         "write");
    must(fdatasync(file) == 0, "fdatasync");
    meter.answered(before);
    at += bytes.size();
  }
  close(file);
  std::filesystem::remove(path);
  return meter.figures();
}

std::string key_of(std::uint64_t position) {
  std::string key(8, '\0');
  for (unsigned byte = 0; byte < 8; ++byte) {
    key[byte] = static_cast<char>(position >> (56 - 8 * byte));
  }
  return key;
}

void add_keys(rocksdb::WriteBatch& batch, std::span<const Visit> visits, std::uint64_t first) {
  for (const Visit& visit : visits) {
    must(batch.Put(key_of(first++), {visit.data(), visit.bytes.size()}).ok(), "Put");
  }
}

void add_block(rocksdb::WriteBatch& batch, std::span<const Visit> visits, std::uint64_t first,
               rocksdb::ColumnFamilyHandle* family) {
  wire::BlockBuilder builder;
  builder.begin_request(AppendId{{first, first}}, {}, Position{first});
  std::uint64_t position = first;
  for (const Visit& visit : visits) {
    builder.add({.position = Position{position++}, .revision = Revision{visit.revision}},
                visit.bytes);
  }
  const Bytes block = builder.finish();
  must(batch.Put(family, key_of(first), {reinterpret_cast<const char*>(block.data()), block.size()})
           .ok(),
       "Put");
}

// With our log's own settings of RocksDB; keys are compressed by RocksDB, blocks by themselves.
Figures rocks(const std::filesystem::path& folder, const Shape& shape, bool as_blocks) {
  std::filesystem::remove_all(folder);
  auto opened = must(rocks::open_database(folder));
  Payloads payloads{1};
  Meter meter{shape};
  std::uint64_t position = 1;
  while (meter.more()) {
    const auto visits = payloads.next(0, shape.batch);
    const double before = now_seconds();
    meter.sent();
    rocksdb::WriteBatch batch;
    if (as_blocks) {
      add_block(batch, visits, position, opened.blocks);
    } else {
      add_keys(batch, visits, position);
    }
    position += visits.size();
    rocksdb::WriteOptions synced;
    synced.sync = true;
    must(opened.db->Write(synced, &batch).ok(), "Write");
    meter.answered(before);
  }
  opened.close();
  std::filesystem::remove_all(folder);
  return meter.figures();
}

Figures hashes(const Shape& shape) {
  Payloads payloads{1};
  Hasher hasher;
  Checksum checksum;
  proof::MerkleTree tree;
  std::vector<BytesView> events;
  Bytes record;
  Meter meter{shape};
  while (meter.more()) {
    const auto visits = payloads.next(0, shape.batch);
    const double before = now_seconds();
    meter.sent();
    events.clear();
    for (const Visit& visit : visits) {
      record.assign(wire::stamp_bytes, std::byte{});
      record.insert(record.end(), visit.bytes.begin(), visit.bytes.end());
      tree.append(hasher, record);
      events.push_back(visit.bytes);
    }
    must(wire::digest_of(checksum, {}, events) != RequestDigest{}, "a digest of zeros");
    meter.answered(before);
  }
  return meter.figures();
}

// Looks at the stored log itself: a feed may send several small blocks as one.
void print_stored(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  must(rocksdb::DB::ListColumnFamilies({}, folder.string(), &names).ok(), "list the families");
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (const auto& name : names) families.emplace_back(name, rocksdb::ColumnFamilyOptions{});
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  // As the log itself: 7.8 asserts where a manifest tracks write-ahead logs and a reader does not.
  rocksdb::DBOptions options;
  options.track_and_verify_wals_in_manifest = true;
  const auto status =
      rocksdb::DB::OpenForReadOnly(options, folder.string(), families, &handles, &opened);
  must(status.ok(), "open the log to read: " + status.ToString());
  const std::unique_ptr<rocksdb::DB> db{opened};
  const auto blocks = std::ranges::find(names, "blocks") - names.begin();
  std::map<std::size_t, std::size_t> counts;
  {
    const std::unique_ptr<rocksdb::Iterator> at{
        db->NewIterator({}, handles[static_cast<std::size_t>(blocks)])};
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      const auto block = must(rocks::decode_value(at->key(), at->value()));
      ++counts[must(wire::read_block_header(*block.bytes)).events];
    }
  }
  for (auto* handle : handles) static_cast<void>(db->DestroyColumnFamilyHandle(handle));
  std::printf("{");
  const char* between = "";
  for (const auto& [events, count] : counts) {
    std::printf("%s\"%zu\":%zu", between, events, count);
    between = ",";
  }
  std::printf("}\n");
}

net::CurveKeys curve_keys() {
  const auto pair = must(runtime::make_curve_key_pair());
  return {pair.public_key, pair.secret_key};
}

// Answers each message with one of the size of an answer to an append.
void echo(net::Endpoint& server, Waiter& waiter, const Bytes& answer, std::atomic<bool>& stop,
          const std::function<void(BytesView)>& first) {
  while (!stop) {
    const auto message = server.receive();
    if (!message) {
      waiter.wait(Milliseconds{5});
      continue;
    }
    first(message->bytes);
    static_cast<void>(server.send(message->peer, answer));
  }
}

Figures curve(const Shape& shape, const std::function<void(BytesView)>& first) {
  const auto server_keys = curve_keys();
  const auto own_keys = curve_keys();
  const auto there = must(net::Hub::open());
  const auto server = must(there->serve({.name = "race",
                                         .address = "tcp://127.0.0.1:*",
                                         .keys = server_keys,
                                         .authorised = {{"race", own_keys.public_key}}}));
  const auto server_waiter = there->waiter({server.get()});
  const Bytes answer =
      wire::encode(wire::Reply{1, wire::Appended{Position{1}, Position{shape.batch}}});
  std::atomic<bool> stop{false};
  std::thread serving{[&] { echo(*server, *server_waiter, answer, stop, first); }};

  const auto here = must(net::Hub::open());
  const auto client = must(here->connect({.address = server->address(),
                                          .server_public_key = server_keys.public_key,
                                          .keys = own_keys}));
  const auto waiter = here->waiter({client.get()});
  Payloads payloads{1};
  wire::Append append;
  for (const Visit& visit : payloads.next(0, shape.batch)) {
    append.events.emplace_back(visit.bytes.begin(), visit.bytes.end());
  }
  const SharedBytes request = wire::encode(wire::Request{1, std::move(append)});
  Meter meter{shape};
  std::deque<double> sent;  // when; answers come in the order of the requests
  while (meter.more() || !sent.empty()) {
    while (meter.more() && sent.size() < shape.in_flight) {
      sent.push_back(now_seconds());
      while (client->send_shared(the_server, request) != Sent::sent) waiter->wait(Milliseconds{1});
      meter.sent();
    }
    while (!client->receive()) waiter->wait(Milliseconds{5});
    meter.answered(sent.front());
    sent.pop_front();
  }
  stop = true;
  serving.join();
  return meter.figures();
}

Figures synced(const std::filesystem::path& folder, const Shape& shape) {
  std::filesystem::remove_all(folder);
  auto opened = must(rocks::open_database(folder));
  std::uint64_t position = 1;
  const auto figures = curve(shape, [&](BytesView request) {
    rocksdb::WriteBatch batch;
    must(batch
             .Put(opened.blocks, key_of(position++),
                  {reinterpret_cast<const char*>(request.data()), request.size()})
             .ok(),
         "Put");
    must(opened.db->Write(rocks::synced_write(), &batch).ok(), "Write");
  });
  opened.close();
  std::filesystem::remove_all(folder);
  return figures;
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  using namespace doorstep::bench;
  const Options options{count, arguments};
  const std::filesystem::path folder = options.text("folder");
  const Shape shape = shape_of(options);
  if (options.verb() == "device") {
    print(device(folder, options, shape));
  } else if (options.verb() == "keys" || options.verb() == "blocks") {
    print(rocks(folder / "raw-rocks", shape, options.verb() == "blocks"));
  } else if (options.verb() == "hash") {
    print(hashes(shape));
  } else if (options.verb() == "stored") {
    print_stored(folder);
  } else if (options.verb() == "curve") {
    print(curve(shape, [](doorstep::BytesView) {}));
  } else if (options.verb() == "synced") {
    print(synced(folder / "raw-synced", shape));
  } else {
    std::cerr << "race-raw: no verb " << options.verb() << "\n";
    return 2;
  }
  return 0;
}
