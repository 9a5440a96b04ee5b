#include "common/proof/checkpoint.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <vector>

#include "common/proof/base64.h"

namespace doorstep::proof {
namespace {

constexpr std::string_view origin_start = "doorstep/";
constexpr std::string_view signature_start = "\u2014 ";  // em dash and a space
constexpr std::size_t key_id_bytes = 4;
constexpr std::size_t note_bytes_max = 4096;

std::string body_of(const Checkpoint& checkpoint) {
  return origin_of(checkpoint) + "\n" + std::to_string(checkpoint.size) + "\n" +
         to_base64(checkpoint.root) + "\n";
}

// A decimal number in its shortest form.
std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || std::to_string(value) != text) return std::nullopt;
  return value;
}

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::optional<Checkpoint> parse_body(std::string_view body) {
  std::string_view origin = take_line(body);
  const auto size = parse_number(take_line(body));
  const auto root = from_base64(take_line(body));
  if (!origin.starts_with(origin_start) || !size || !root || !body.empty()) return std::nullopt;
  if (root->size() != sizeof(Sha256)) return std::nullopt;
  origin.remove_prefix(origin_start.size());
  const std::size_t slash = origin.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto log = parse_uuid(origin.substr(0, slash));
  const auto epoch = parse_number(origin.substr(slash + 1));
  if (!log || !epoch) return std::nullopt;
  Checkpoint checkpoint{.log = LogId{*log}, .epoch = Epoch{*epoch}, .size = *size};
  std::ranges::copy(*root, checkpoint.root.begin());
  return checkpoint;
}

// First four bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ public key): C2SP signed-note, Ed25519.
std::array<std::uint8_t, key_id_bytes> key_id(std::string_view name, const Ed25519Key& key) {
  static constexpr std::array<std::byte, 2> separator{std::byte{'\n'}, std::byte{1}};
  const Ed25519PublicKey public_key = key.public_key();
  Hasher hasher;
  const Sha256 hash =
      hasher.add(name).add(separator).add(std::as_bytes(std::span{public_key})).finish();
  std::array<std::uint8_t, key_id_bytes> id{};
  std::copy_n(hash.begin(), key_id_bytes, id.begin());
  return id;
}

bool is_signature_of(std::string_view text, std::string_view base64, std::string_view name,
                     const Ed25519Key& key) {
  const auto bytes = from_base64(base64);
  if (!bytes || bytes->size() != key_id_bytes + sizeof(Ed25519Signature)) return false;
  if (!std::ranges::equal(key_id(name, key), std::span{*bytes}.first(key_id_bytes))) return false;
  Ed25519Signature signature{};
  std::copy(bytes->begin() + key_id_bytes, bytes->end(), signature.begin());
  return key.verify(text, signature);
}

}  // namespace

std::string origin_of(const Checkpoint& checkpoint) {
  return std::string{origin_start} + to_string(checkpoint.log) + "/" +
         std::to_string(static_cast<std::uint64_t>(checkpoint.epoch));
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const Ed25519Key& key) {
  const std::string body = body_of(checkpoint);
  const std::string name = origin_of(checkpoint);
  std::vector<std::uint8_t> line;
  std::ranges::copy(key_id(name, key), std::back_inserter(line));
  std::ranges::copy(key.sign(body), std::back_inserter(line));
  return body + "\n" + std::string{signature_start} + name + " " + to_base64(line) + "\n";
}

Result<Checkpoint> open_checkpoint(std::string_view note, const Ed25519Key& key) {
  const auto refused = [](const char* why) {
    return failure(ErrorCode::damaged, std::string{"read the signed head: "} + why);
  };
  const std::size_t gap = note.find("\n\n");
  if (note.size() > note_bytes_max || gap == std::string_view::npos) {
    return refused("not a signed note");
  }
  const std::string_view body = note.substr(0, gap + 1);
  const auto checkpoint = parse_body(body);
  if (!checkpoint) return refused("its text is not a checkpoint of a Doorstep log");

  const std::string name = origin_of(*checkpoint);
  const std::string start = std::string{signature_start} + name + " ";
  std::string_view lines = note.substr(gap + 2);
  while (!lines.empty()) {
    const std::string_view line = take_line(lines);
    if (line.starts_with(start) && is_signature_of(body, line.substr(start.size()), name, key)) {
      return *checkpoint;
    }
  }
  return refused("no valid signature by this log's key");
}

}  // namespace doorstep::proof
