#include "common/proof/note.h"

#include <algorithm>
#include <charconv>

#include "common/proof/base64.h"

namespace doorstep::proof {
namespace {

constexpr std::string_view dash = "\u2014 ";  // em dash and a space
constexpr std::size_t key_name_bytes_max = 255;

std::unexpected<Error> no_note(const char* why) {
  return failure(ErrorCode::invalid, std::string{"read a signed note: "} + why);
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 && c != '\n'; });
}

// Of one character: 0 where these bytes begin none (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  if (first == 0xe0 && byte(1) < 0xa0) return 0;  // longer than needed
  if (first == 0xed && byte(1) > 0x9f) return 0;  // half of a pair
  if (first == 0xf0 && byte(1) < 0x90) return 0;
  if (first == 0xf4 && byte(1) > 0x8f) return 0;
  return length;
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

// The spaces of Unicode beyond ASCII.
bool has_wide_space(std::string_view text) {
  static constexpr std::string_view spaces[] = {"\u0085", "\u00a0", "\u1680", "\u2000", "\u2001",
                                                "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                                "\u2007", "\u2008", "\u2009", "\u200a", "\u2028",
                                                "\u2029", "\u202f", "\u205f", "\u3000"};
  return std::ranges::any_of(
      spaces, [&](std::string_view space) { return text.find(space) != std::string_view::npos; });
}

std::optional<SignatureLine> parse_line(std::string_view line) {
  SignatureLine parsed{.line = line};
  if (!line.starts_with(dash)) return std::nullopt;
  line.remove_prefix(dash.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  parsed.name = line.substr(0, space);
  const auto bytes = from_base64(line.substr(space + 1));
  if (!is_key_name(parsed.name) || !bytes || bytes->size() <= parsed.id.size()) {
    return std::nullopt;
  }
  std::copy_n(bytes->begin(), parsed.id.size(), parsed.id.begin());
  parsed.signature.assign(bytes->begin() + parsed.id.size(), bytes->end());
  return parsed;
}

std::string to_hex(const KeyId& id) {
  static constexpr char digits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : id) {
    text += digits[byte >> 4];
    text += digits[byte & 0xf];
  }
  return text;
}

std::string key_bytes(const VerifierKey& key) {
  std::string bytes(1, static_cast<char>(key.type));
  bytes.append(key.key.begin(), key.key.end());
  return bytes;
}

}  // namespace

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

std::optional<std::uint64_t> parse_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || std::to_string(value) != text) return std::nullopt;
  return value;
}

bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > key_name_bytes_max) return false;
  const bool plain = std::ranges::none_of(
      name, [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == '+' || c == 0x7f; });
  return plain && is_utf8(name) && !has_wide_space(name);
}

KeyId id_of(const VerifierKey& key) {
  Hasher hasher;
  const Sha256 hash = hasher.add(key.name).add(std::string_view{"\n"}).add(key_bytes(key)).finish();
  KeyId id{};
  std::copy_n(hash.begin(), id.size(), id.begin());
  return id;
}

std::string to_string(const VerifierKey& key) {
  const std::string bytes = key_bytes(key);
  return key.name + "+" + to_hex(id_of(key)) + "+" +
         to_base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::optional<VerifierKey> parse_verifier_key(std::string_view text) {
  // Base64 has plus signs too, a name has none.
  const std::size_t name_end = text.find('+');
  if (name_end == std::string_view::npos) return std::nullopt;
  const std::size_t id_end = text.find('+', name_end + 1);
  if (id_end == std::string_view::npos) return std::nullopt;
  const auto bytes = from_base64(text.substr(id_end + 1));
  VerifierKey key{.name = std::string{text.substr(0, name_end)}};
  if (!is_key_name(key.name) || !bytes || bytes->size() != 1 + key.key.size()) return std::nullopt;
  key.type = SignatureType{bytes->front()};
  if (key.type != SignatureType::ed25519 && key.type != SignatureType::cosignature_v1) {
    return std::nullopt;
  }
  std::copy(bytes->begin() + 1, bytes->end(), key.key.begin());
  if (to_hex(id_of(key)) != text.substr(name_end + 1, id_end - name_end - 1)) return std::nullopt;
  return key;
}

Result<std::vector<SignatureLine>> parse_signature_lines(std::string_view lines) {
  std::vector<SignatureLine> parsed;
  if (lines.size() > note_bytes_max) return no_note("it is too long");
  if (!lines.empty() && !lines.ends_with('\n')) return no_note("its last line has no end");
  while (!lines.empty()) {
    auto line = parse_line(take_line(lines));
    if (!line) return no_note("a line after the text is no signature");
    if (parsed.size() == note_signatures_max) return no_note("it has too many signatures");
    parsed.push_back(std::move(*line));
  }
  return parsed;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > note_bytes_max) return no_note("it is too long");
  if (has_control_characters(bytes) || !is_utf8(bytes)) return no_note("it is not plain UTF-8");
  const std::size_t gap = bytes.rfind("\n\n");
  if (gap == std::string_view::npos || gap == 0) return no_note("it has no signatures");
  auto signatures = parse_signature_lines(bytes.substr(gap + 2));
  if (!signatures) return std::unexpected(signatures.error());
  if (signatures->empty()) return no_note("it has no signatures");
  return Note{.text = bytes.substr(0, gap + 1), .signatures = std::move(*signatures)};
}

std::string signature_line(std::string_view name, const KeyId& id,
                           std::span<const std::uint8_t> signature) {
  std::vector<std::uint8_t> bytes{id.begin(), id.end()};
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string{dash} + std::string{name} + " " + to_base64(bytes) + "\n";
}

bool is_of(const SignatureLine& line, const VerifierKey& key) {
  return line.name == key.name && line.id == id_of(key);
}

bool holds(const SignatureLine& line, const VerifierKey& key, std::string_view text) {
  Ed25519Signature signature{};
  if (line.signature.size() != signature.size()) return false;
  std::ranges::copy(line.signature, signature.begin());
  return verify_ed25519(key.key, text, signature);
}

std::string with_lines(std::string_view note, std::string_view lines) {
  std::string together{note};
  while (!lines.empty()) {
    const std::string line = "\n" + std::string{take_line(lines)} + "\n";
    if (line.size() > 2 && together.find(line) == std::string::npos) together += line.substr(1);
  }
  return together;
}

}  // namespace doorstep::proof
