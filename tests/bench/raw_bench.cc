#include "tests/bench/raw_bench.h"

#include <fcntl.h>
#include <rocksdb/db.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <memory>

namespace doorstep::bench {
namespace {

void must(bool done, const char* what) {
  if (done) return;
  std::cerr << "bench: " << what << " failed\n";
  std::exit(1);
}

}  // namespace

double now_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

Rate rate_of(std::vector<double> durations, double events, double seconds) {
  if (durations.empty()) return {};
  std::ranges::sort(durations);
  const auto at = [&](double part) {
    return 1'000 *
           durations[static_cast<std::size_t>(part * static_cast<double>(durations.size() - 1))];
  };
  return {.events_per_second = events / seconds, .p50_ms = at(0.5), .p99_ms = at(0.99)};
}

Rate device(const std::filesystem::path& folder, int rounds) {
  const auto path = folder / "device";
  const int file = open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  must(file >= 0, "open");
  const std::string bytes(4'096, 'x');
  std::vector<double> durations;
  const double start = now_seconds();
  for (int i = 0; i < rounds; ++i) {
    const double before = now_seconds();
    must(write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()), "write");
    must(fdatasync(file) == 0, "fdatasync");
    durations.push_back(now_seconds() - before);
  }
  close(file);
  return rate_of(std::move(durations), rounds, now_seconds() - start);
}

Rate raw_rocks(const std::filesystem::path& folder, const std::string& event,
               std::size_t events_per_write, double seconds) {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::DB* opened = nullptr;
  const auto path = folder / ("raw-" + std::to_string(events_per_write));
  must(rocksdb::DB::Open(options, path.string(), &opened).ok(), "open RocksDB");
  const std::unique_ptr<rocksdb::DB> db{opened};
  rocksdb::WriteOptions synced;
  synced.sync = true;
  std::vector<double> durations;
  std::uint64_t position = 0;
  const double start = now_seconds();
  while (now_seconds() - start < seconds) {
    const double before = now_seconds();
    rocksdb::WriteBatch batch;
    for (std::size_t i = 0; i < events_per_write; ++i) {
      ++position;
      std::string key(8, '\0');
      for (unsigned byte = 0; byte < 8; ++byte) {
        key[byte] = static_cast<char>(position >> (56 - 8 * byte));
      }
      must(batch.Put(key, event).ok(), "Put");
    }
    must(db->Write(synced, &batch).ok(), "Write");
    durations.push_back(now_seconds() - before);
  }
  return rate_of(std::move(durations), static_cast<double>(position), now_seconds() - start);
}

}  // namespace doorstep::bench
