#include "common/proof/checkpoint.h"

#include <algorithm>
#include <optional>

#include "common/proof/base64.h"

namespace doorstep::proof {
namespace {

constexpr std::string_view origin_start = "doorstep/";

std::string body_of(const Checkpoint& checkpoint) {
  return origin_of(checkpoint) + "\n" + std::to_string(checkpoint.size) + "\n" +
         to_base64(checkpoint.root) + "\n";
}

std::optional<Checkpoint> parse_body(std::string_view body) {
  const auto head = parse_tree_head(body);
  if (!head || std::ranges::count(body, '\n') != 3) return std::nullopt;
  std::string_view origin = head->origin;
  if (!origin.starts_with(origin_start)) return std::nullopt;
  origin.remove_prefix(origin_start.size());
  const std::size_t slash = origin.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto log = parse_uuid(origin.substr(0, slash));
  const auto epoch = parse_number(origin.substr(slash + 1));
  if (!log || !epoch) return std::nullopt;
  const Checkpoint checkpoint{
      .log = LogId{*log}, .epoch = Epoch{*epoch}, .size = head->size, .root = head->root};
  if (origin_of(checkpoint) != head->origin) return std::nullopt;  // an id has one spelling
  return checkpoint;
}

// Whether the key has signed. A line under its name that does not hold spoils the note.
bool is_signed_by(const Note& note, const VerifierKey& key) {
  if (key.type != SignatureType::ed25519) return false;
  bool found = false;
  for (const SignatureLine& line : note.signatures) {
    if (!is_of(line, key)) continue;
    if (!holds(line, key, note.text)) return false;
    found = true;
  }
  return found;
}

}  // namespace

std::optional<TreeHead> parse_tree_head(std::string_view text) {
  if (!text.ends_with('\n')) return std::nullopt;
  const std::string_view origin = take_line(text);
  const auto size = parse_number(take_line(text));
  const auto root = from_base64(take_line(text));
  if (origin.empty() || !size || !root || root->size() != sizeof(Sha256)) return std::nullopt;
  while (!text.empty()) {
    if (take_line(text).empty()) return std::nullopt;
  }
  TreeHead head{.origin = std::string{origin}, .size = *size};
  std::ranges::copy(*root, head.root.begin());
  return head;
}

Result<TreeHead> open_tree_head(std::string_view note, const VerifierKey& key) {
  const auto parsed = parse_note(note);
  if (!parsed) return std::unexpected(parsed.error());
  auto head = parse_tree_head(parsed->text);
  if (!head) return failure(ErrorCode::invalid, "read a checkpoint: its text is none");
  if (head->origin != key.name || !is_signed_by(*parsed, key)) {
    return failure(ErrorCode::denied,
                   "the checkpoint of " + head->origin + " is not signed by " + key.name);
  }
  return *std::move(head);
}

std::string origin_of(const Checkpoint& checkpoint) {
  return std::string{origin_start} + to_string(checkpoint.log) + "/" +
         std::to_string(static_cast<std::uint64_t>(checkpoint.epoch));
}

VerifierKey log_key(const Checkpoint& checkpoint, const Ed25519Key& key) {
  return {.name = origin_of(checkpoint), .type = SignatureType::ed25519, .key = key.public_key()};
}

std::string sign_checkpoint(const Checkpoint& checkpoint, const Ed25519Key& key) {
  const std::string body = body_of(checkpoint);
  const VerifierKey verifier = log_key(checkpoint, key);
  return body + "\n" + signature_line(verifier.name, id_of(verifier), key.sign(body));
}

Result<Checkpoint> open_checkpoint(std::string_view note, const Ed25519Key& key) {
  const auto refused = [](const char* why) {
    return failure(ErrorCode::damaged, std::string{"read the signed head: "} + why);
  };
  const auto parsed = parse_note(note);
  if (!parsed) return refused("not a signed note");
  const auto checkpoint = parse_body(parsed->text);
  if (!checkpoint) return refused("its text is not a checkpoint of a Doorstep log");
  if (!is_signed_by(*parsed, log_key(*checkpoint, key))) {
    return refused("no valid signature by this log's key");
  }
  return *checkpoint;
}

Result<Checkpoint> open_checkpoint(std::string_view note, const VerifierKey& key) {
  const auto head = open_tree_head(note, key);
  if (!head) return failure(ErrorCode::damaged, head.error().message);
  const auto checkpoint = parse_checkpoint(note);
  if (!checkpoint) return failure(ErrorCode::damaged, "the checkpoint is of no Doorstep log");
  return *checkpoint;
}

std::optional<Checkpoint> parse_checkpoint(std::string_view note) {
  const auto parsed = parse_note(note);
  return parsed ? parse_body(parsed->text) : std::nullopt;
}

}  // namespace doorstep::proof
