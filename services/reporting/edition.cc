#include "services/reporting/edition.h"

#include <charconv>
#include <utility>

#include "common/hash/sha256.h"
#include "common/json/edition.h"

namespace doorstep::reporting {
namespace {

constexpr char separator = '.';
constexpr std::size_t hash_digits = 12;

}  // namespace

std::string to_text(const wire::Edition& edition) {
  std::string text = json::history_text(edition);
  if (text.empty()) return text;
  return text + '-' + std::to_string(edition.fold) + '-' + std::to_string(answers_form);
}

std::string to_text(const std::string& edition, std::string_view value) {
  return edition + separator + std::string{value};
}

Place parse_place(std::string_view text) {
  const std::size_t at = text.rfind(separator);
  if (at == std::string_view::npos) return {.value = std::string{text}};
  return {.edition = std::string{text.substr(0, at)}, .value = std::string{text.substr(at + 1)}};
}

std::optional<Seen> parse_seen(std::string_view text) {
  Place place = parse_place(text);
  std::uint64_t position = 0;
  const char* const end = place.value.data() + place.value.size();
  const auto read = std::from_chars(place.value.data(), end, position);
  if (place.edition.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return Seen{std::move(place.edition), Position{position}};
}

std::string etag_of(const std::string& edition, Position as_of, std::string_view body) {
  Hasher hasher;
  const std::string hash = to_hex(hasher.add(body).finish()).substr(0, hash_digits);
  return '"' + to_text(to_text(edition, std::to_string(number(as_of))), hash) + '"';
}

}  // namespace doorstep::reporting
