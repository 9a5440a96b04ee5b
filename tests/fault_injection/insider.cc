// fault_insider FOLDER EDIT SEED: edits the stored blocks through RocksDB, whose own checksums are
// right afterwards. Edits: flip (bits of a value), flip-request (of the first append id), swap (two
// values), drop (a block), cut (a value's end), repeat (the value of the block before). With
// "-sealed" behind it our own checksum is made right, too: then only the tree can tell. Says in a
// line what it did.
#include <rocksdb/db.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string>
#include <vector>

#include "common/rocks/block_value.h"
#include "common/rocks/rocks_settings.h"
#include "common/wire/block.h"

namespace {

using namespace doorstep;

struct Entry {
  std::string key{};
  std::string value{};
};

class Editor {
 public:
  Editor(rocks::Database& database, std::uint64_t seed, bool sealed)
      : database_{database}, chance_{seed}, sealed_{sealed} {
    const std::unique_ptr<rocksdb::Iterator> at{database.db->NewIterator({}, database.blocks)};
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      entries_.push_back({at->key().ToString(), at->value().ToString()});
    }
  }

  bool edit(const std::string& how) {
    if (entries_.size() < 3) return false;
    const std::size_t which = below(entries_.size() - 1);
    Entry& entry = entries_[which];
    if (how == "drop") {
      std::cout << "dropped block " << which << "\n";
      return database_.db->Delete(rocks::synced_write(), database_.blocks, entry.key).ok();
    }
    if (how == "flip") return flip(entry, sealed_ ? records_at(entry) : 0, entry.value.size());
    if (how == "flip-request") {
      // Its append id: in no leaf, so that the tree cannot tell.
      const std::size_t id_at = sizeof(rocks::ValueHead) + wire::block_header_bytes;
      return flip(entry, id_at, id_at + sizeof(AppendId));
    }
    if (how == "cut") {
      entry.value.resize(entry.value.size() - 1 - below(entry.value.size() / 2));
      return put(entry);
    }
    if (how == "repeat") return put({entry.key, entries_[which + 1].value});
    if (how != "swap") return false;
    const Entry other = entries_[(which + 1 + below(entries_.size() - 1)) % entries_.size()];
    return put({other.key, entry.value}) && put({entry.key, other.value});
  }

 private:
  std::size_t below(std::size_t end) { return chance_() % end; }

  // Behind the requests' entries: these are in no leaf, only our checksum speaks for them.
  std::size_t records_at(const Entry& entry) const {
    const auto bytes = std::as_bytes(std::span{entry.value}).subspan(sizeof(rocks::ValueHead));
    const auto header = wire::read_block_header(bytes);
    const std::size_t before = sizeof(rocks::ValueHead) + wire::block_header_bytes +
                               (header ? header->requests * wire::request_entry_bytes : 0);
    return std::min(before, entry.value.size() - 1);
  }
  bool flip(Entry& entry, std::size_t from, std::size_t to) {
    for (std::size_t bits = 1 + below(8); bits > 0; --bits) {
      const std::size_t at = from + below(to - from);
      entry.value[at] = static_cast<char>(entry.value[at] ^ 1 << below(8));
    }
    return put(entry);
  }
  bool put(Entry entry) {
    if (sealed_ && entry.value.size() > sizeof(rocks::ValueHead)) {
      const auto bytes = std::as_bytes(std::span{entry.value}).subspan(sizeof(rocks::ValueHead));
      Position last{};
      for (int i = 0; i < 8; ++i) {
        last = Position{number(last) << 8 |
                        static_cast<std::uint8_t>(entry.value[static_cast<std::size_t>(i)])};
      }
      const auto head = rocks::head_of({rocks::position_of(entry.key), last,
                                        std::make_shared<const Bytes>(bytes.begin(), bytes.end())});
      std::ranges::copy(head, entry.value.begin());
    }
    std::cout << "wrote " << entry.value.size() << " bytes at position "
              << number(rocks::position_of(entry.key)) << "\n";
    return database_.db->Put(rocks::synced_write(), database_.blocks, entry.key, entry.value).ok();
  }

  rocks::Database& database_;
  std::mt19937_64 chance_;
  bool sealed_{};
  std::vector<Entry> entries_{};
};

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) return 2;
  auto database = rocks::open_database(arguments[1]);
  if (!database) {
    std::cerr << database.error().message << "\n";
    return 1;
  }
  std::string how = arguments[2];
  const std::size_t dash = how.find("-sealed");
  const std::uint64_t seed = std::strtoull(arguments[3], nullptr, 10);
  const bool done = Editor{*database, seed, dash != std::string::npos}.edit(how.substr(0, dash));
  std::cout << "seed " << seed << "\n";
  database->close();
  return done ? 0 : 1;
}
