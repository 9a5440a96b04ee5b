// Signed notes (c2sp.org/signed-note) and the keys that check them: a text, a blank line, and lines
// of signatures that may be ours, a log's or a witness's. Pure. Format: docs/formats/checkpoint.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/result.h"
#include "common/hash/ed25519.h"
#include "common/hash/sha256.h"

namespace doorstep::proof {

// Sixteen signatures of 5 kB, which any reader must take, and more.
inline constexpr std::size_t note_bytes_max = 256 * 1024;
inline constexpr std::size_t note_signatures_max = 64;

// Which kind of signature a key makes: the byte that enters its id.
enum class SignatureType : std::uint8_t {
  ed25519 = 0x01,
  cosignature_v1 = 0x04,  // Ed25519 with the time at which a witness signed
};

using KeyId = std::array<std::uint8_t, 4>;

// A "vkey": whose signatures are believed, under which name.
struct VerifierKey {
  std::string name{};
  SignatureType type{};
  Ed25519PublicKey key{};
  bool operator==(const VerifierKey&) const = default;
};

// Start of SHA-256(name ‖ newline ‖ type ‖ key).
[[nodiscard]] KeyId id_of(const VerifierKey& key);
// name+hex(id)+base64(type ‖ key).
[[nodiscard]] std::string to_string(const VerifierKey& key);
// nullopt: no such text, a type that is not one of the above, or an id that is not the key's.
[[nodiscard]] std::optional<VerifierKey> parse_verifier_key(std::string_view text);
// Not empty, without spaces, control characters and plus signs, and UTF-8 of at most 255 bytes.
[[nodiscard]] bool is_key_name(std::string_view name);

struct SignatureLine {
  std::string_view name{};
  KeyId id{};
  std::vector<std::uint8_t> signature{};
  std::string_view line{};  // as it stands there, without its newline
};

// Views into what was parsed.
struct Note {
  std::string_view text{};  // with its last newline: what is signed
  std::vector<SignatureLine> signatures{};
};

// invalid: not a note, or more than the limits above allow.
[[nodiscard]] Result<Note> parse_note(std::string_view bytes);
// The lines alone, as a witness answers them; none is fine.
[[nodiscard]] Result<std::vector<SignatureLine>> parse_signature_lines(std::string_view lines);
// "— name base64", with its newline.
[[nodiscard]] std::string signature_line(std::string_view name, const KeyId& id,
                                         std::span<const std::uint8_t> signature);

// Whether the line is this key's: only then its signature says anything.
[[nodiscard]] bool is_of(const SignatureLine& line, const VerifierKey& key);
// A plain Ed25519 signature over the text. Pre-condition: is_of(line, key).
[[nodiscard]] bool holds(const SignatureLine& line, const VerifierKey& key, std::string_view text);

// The note with those lines added that it does not have yet.
[[nodiscard]] std::string with_lines(std::string_view note, std::string_view lines);

// The next line without its newline; it is taken off `text`.
[[nodiscard]] std::string_view take_line(std::string_view& text);
// Decimal digits without leading zeros.
[[nodiscard]] std::optional<std::uint64_t> parse_number(std::string_view text);

}  // namespace doorstep::proof
