#include "clients/cli/sealed_day.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

#include "common/hash/sha256.h"
#include "common/proof/note.h"

namespace doorstep::cli {
namespace {

static_assert(std::endian::native == std::endian::little, "stored numbers are little-endian");

constexpr std::string_view magic = "DSDAY001";
constexpr std::string_view first_line = "a sealed day of a Doorstep log";
constexpr std::size_t hash_bytes = sizeof(Sha256);
constexpr std::size_t tag_bytes = 4;
constexpr std::size_t parts_max = 1'000'000;

void add(Bytes& to, BytesView bytes) { to.insert(to.end(), bytes.begin(), bytes.end()); }
void add(Bytes& to, std::string_view text) { add(to, std::as_bytes(std::span{text})); }
void add_number(Bytes& to, std::uint64_t value) { add(to, std::as_bytes(std::span{&value, 1})); }

void add_part(Bytes& to, std::string_view tag, BytesView bytes) {
  add(to, tag);
  add_number(to, bytes.size());
  add(to, bytes);
}
void add_part(Bytes& to, std::string_view tag, std::string_view text) {
  add_part(to, tag, std::as_bytes(std::span{text}));
}

void add_line(std::string& to, std::string_view name, std::string_view value) {
  to.append(name).append(" ").append(value).append("\n");
}

std::string heading_of(const SealedDay& day) {
  std::string text{first_line};
  text.append("\n");
  add_line(text, "date", to_string(day.day));
  add_line(text, "over", day.is_over ? "yes" : "no");
  const std::pair<std::string_view, std::uint64_t> numbers[] = {
      {"first", number(day.first)}, {"last", number(day.last)},    {"events", day.events},
      {"requests", day.requests},   {"blocks", day.blocks.size()}, {"texts", day.texts.size()}};
  for (const auto& [name, value] : numbers) add_line(text, name, std::to_string(value));
  return text;
}

Bytes tree_bytes(const proof::MerkleTree& tree) {
  Bytes bytes;
  add_number(bytes, tree.size());
  for (const Sha256& peak : tree.peaks()) add(bytes, std::as_bytes(std::span{peak}));
  return bytes;
}

std::unexpected<Error> damaged(const std::string& what) {
  return failure(ErrorCode::damaged, "the sealed day is damaged: " + what);
}

// Takes parts off the front, in the one order that there is.
class Parts {
 public:
  explicit Parts(BytesView left) : left_{left} {}

  [[nodiscard]] std::optional<BytesView> take(std::string_view tag) {
    std::uint64_t size = 0;
    if (left_.size() < tag_bytes + sizeof size) return std::nullopt;
    if (std::memcmp(left_.data(), tag.data(), tag_bytes) != 0) return std::nullopt;
    std::memcpy(&size, left_.data() + tag_bytes, sizeof size);
    left_ = left_.subspan(tag_bytes + sizeof size);
    if (size > left_.size()) return std::nullopt;
    const BytesView part = left_.first(size);
    left_ = left_.subspan(size);
    return part;
  }
  [[nodiscard]] std::optional<std::string> take_text(std::string_view tag) {
    const auto part = take(tag);
    if (!part) return std::nullopt;
    return std::string{reinterpret_cast<const char*>(part->data()), part->size()};
  }
  [[nodiscard]] bool is_at_end() const { return left_.empty(); }

 private:
  BytesView left_;
};

struct Heading {
  SealedDay day{};
  std::uint64_t blocks{};
  std::uint64_t texts{};
};

// The value of the next line, which must begin with this name.
std::optional<std::string_view> value_of(std::string_view& text, std::string_view name) {
  std::string_view line = proof::take_line(text);
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') {
    return std::nullopt;
  }
  return line.substr(name.size() + 1);
}

std::optional<Heading> parse_heading(std::string_view text) {
  if (proof::take_line(text) != first_line) return std::nullopt;
  Heading heading;
  const auto date = value_of(text, "date");
  const auto day = date ? parse_day(*date) : std::nullopt;
  const auto over = value_of(text, "over");
  if (!day || !over || (*over != "yes" && *over != "no")) return std::nullopt;
  heading.day.day = *day;
  heading.day.is_over = *over == "yes";
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  const std::pair<std::string_view, std::uint64_t*> numbers[] = {
      {"first", &first},
      {"last", &last},
      {"events", &heading.day.events},
      {"requests", &heading.day.requests},
      {"blocks", &heading.blocks},
      {"texts", &heading.texts}};
  for (const auto& [name, place] : numbers) {
    const auto value = value_of(text, name);
    const auto parsed = value ? proof::parse_number(*value) : std::nullopt;
    if (!parsed) return std::nullopt;
    *place = *parsed;
  }
  heading.day.first = Position{first};
  heading.day.last = Position{last};
  return text.empty() ? std::optional{heading} : std::nullopt;
}

std::optional<proof::MerkleTree> parse_tree(BytesView bytes) {
  std::uint64_t size = 0;
  if (bytes.size() < sizeof size || (bytes.size() - sizeof size) % hash_bytes != 0) {
    return std::nullopt;
  }
  std::memcpy(&size, bytes.data(), sizeof size);
  std::vector<Sha256> peaks((bytes.size() - sizeof size) / hash_bytes);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    std::memcpy(peaks[i].data(), bytes.data() + sizeof size + i * hash_bytes, hash_bytes);
  }
  return proof::MerkleTree::from_peaks(size, std::move(peaks));
}

// The file without magic and hash, both checked.
Result<BytesView> body_of(BytesView file) {
  if (file.size() < magic.size() + hash_bytes ||
      std::memcmp(file.data(), magic.data(), magic.size()) != 0) {
    return failure(ErrorCode::damaged, "not a sealed day, or cut off at its beginning");
  }
  const BytesView all = file.first(file.size() - hash_bytes);
  const Sha256 hash = Hasher{}.add(all).finish();
  if (std::memcmp(hash.data(), file.data() + all.size(), hash_bytes) != 0) {
    return damaged("its bytes do not match the hash at its end: it was changed or cut off");
  }
  return all.subspan(magic.size());
}

}  // namespace

Bytes write_sealed_day(const SealedDay& day) {
  Bytes file;
  add(file, magic);
  add_part(file, "HEAD", heading_of(day));
  add_part(file, "VKEY", day.vkey);
  add_part(file, "SIGN", day.checkpoint);
  add_part(file, "TREE", tree_bytes(day.before));
  for (const SealedText& text : day.texts) {
    add_part(file, "NAME", text.name);
    add_part(file, "TEXT", text.text);
  }
  for (const Bytes& block : day.blocks) add_part(file, "BLCK", block);
  const Sha256 hash = Hasher{}.add(file).finish();
  add(file, std::as_bytes(std::span{hash}));
  return file;
}

Result<SealedDay> read_sealed_day(BytesView file) {
  const auto body = body_of(file);
  if (!body) return std::unexpected(body.error());
  Parts parts{*body};
  const auto heading_text = parts.take_text("HEAD");
  auto heading = heading_text ? parse_heading(*heading_text) : std::nullopt;
  if (!heading) return damaged("its heading cannot be read");
  SealedDay day = std::move(heading->day);
  const auto vkey = parts.take_text("VKEY");
  const auto checkpoint = parts.take_text("SIGN");
  const auto tree_part = parts.take("TREE");
  auto tree = tree_part ? parse_tree(*tree_part) : std::nullopt;
  if (!vkey || !checkpoint || !tree) return damaged("key, checkpoint or tree cannot be read");
  day.vkey = *vkey;
  day.checkpoint = *checkpoint;
  day.before = *std::move(tree);
  if (heading->texts > parts_max || heading->blocks > parts_max) return damaged("too many parts");
  for (std::uint64_t i = 0; i < heading->texts; ++i) {
    auto name = parts.take_text("NAME");
    auto text = parts.take_text("TEXT");
    if (!name || !text) return damaged("a text is missing");
    SealedText& read = day.texts.emplace_back();
    read.name = *std::move(name);
    read.text = *std::move(text);
  }
  for (std::uint64_t i = 0; i < heading->blocks; ++i) {
    const auto block = parts.take("BLCK");
    if (!block) return damaged("a block is missing");
    day.blocks.emplace_back(block->begin(), block->end());
  }
  if (!parts.is_at_end()) return damaged("something follows its last block");
  if (heading_of(day) != *heading_text) return damaged("its heading is in another form");
  return day;
}

}  // namespace doorstep::cli
