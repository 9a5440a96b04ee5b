#include "clients/cli/witness_offers.h"

#include <algorithm>
#include <charconv>

#include "common/proof/cosignature.h"
#include "common/proof/proof_text.h"
#include "common/runtime/durable_file.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds connect_timeout{2'000};
constexpr Milliseconds answer_timeout{10'000};
constexpr std::size_t answer_bytes_max = proof::note_bytes_max;

std::string_view body_of(const HttpResponse& response) {
  return response.body ? std::string_view{*response.body} : std::string_view{};
}

Error another_history(const std::string& words) {
  return {ErrorCode::conflict,
          words +
              ". It has seen another history of this log: find out which is the true one before "
              "anything else"};
}

// Why a witness refuses, and what that means to an operator.
Error refusal(int status, std::string_view said) {
  while (said.ends_with('\n')) said.remove_suffix(1);
  const std::string words = std::to_string(status) + " " + std::string{said};
  switch (status) {
    case 403:
    case 404:
      return {ErrorCode::denied, words + ". Tell its operator this log's key: doorstep log vkey"};
    case 422:
      return another_history(words);
    default:
      return {ErrorCode::unavailable, words};
  }
}

}  // namespace

std::optional<WebPlace> parse_place(std::string_view url) {
  static constexpr std::string_view scheme = "http://";
  if (!url.starts_with(scheme)) return std::nullopt;
  url.remove_prefix(scheme.size());
  const std::string_view authority = url.substr(0, url.find('/'));
  std::string_view path = url.substr(authority.size());
  while (path.ends_with('/')) path.remove_suffix(1);
  const std::size_t colon = authority.find(':');
  WebPlace place{
      .host = std::string{authority.substr(0, colon)}, .port = 80, .path = std::string{path}};
  if (colon != std::string_view::npos) {
    const std::string_view digits = authority.substr(colon + 1);
    const auto end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, place.port);
    if (read.ec != std::errc{} || read.ptr != end || place.port == 0) return std::nullopt;
  }
  const bool is_address = !place.host.empty() && std::ranges::all_of(place.host, [](char c) {
    return c == '.' || (c >= '0' && c <= '9');
  });
  return is_address ? std::optional{place} : std::nullopt;
}

Result<std::uint64_t> size_in_conflict(std::string_view said, std::uint64_t offered,
                                       std::uint64_t newest) {
  auto size = proof::parse_number(proof::take_line(said));
  if (!said.empty()) size.reset();
  if (offered == newest && size.value_or(newest) == newest) {
    return std::unexpected(
        another_history("409 for another root of " + std::to_string(newest) + " events"));
  }
  if (!size) return failure(ErrorCode::invalid, "it answered 409 without a size");
  return *size;
}

Result<WitnessOffers> WitnessOffers::open(const runtime::DataFolder& folder, LogAsking& log,
                                          const proof::Policy& policy) {
  WitnessOffers offers{folder, log};
  for (const proof::KnownWitness& known : policy.witnesses) {
    const auto place = parse_place(known.url);
    if (!place) {
      return failure(ErrorCode::invalid, folder.witness_policy_file().string() + ": witness " +
                                             known.name +
                                             " has no address like http://127.0.0.1:8430");
    }
    offers.witnesses_.push_back({.known = known,
                                 .path = place->path + "/add-checkpoint",
                                 .client = web::HttpClient{{.host = place->host,
                                                            .port = place->port,
                                                            .connect_timeout = connect_timeout,
                                                            .answer_timeout = answer_timeout,
                                                            .body_max = answer_bytes_max}}});
  }
  return offers;
}

Result<WitnessOffers::Round> WitnessOffers::offer() {
  auto answered = log_.ask_for<wire::CheckpointNote>({.what = wire::AskCheckpoint{}});
  if (!answered) return std::unexpected(answered.error());
  const auto checkpoint = check_note(folder_, answered->note);
  if (!checkpoint) return std::unexpected(checkpoint.error());
  const Newest newest{std::move(answered->note), *checkpoint};

  Round round;
  std::string lines;
  for (Witness& witness : witnesses_) {
    // Nothing new to say since it signed this very note.
    const auto known = proof::cosignatures_on(newest.note, {witness.known.key});
    if (known && !known->empty()) {
      ++round.cosigned;
      continue;
    }
    const auto line = offer_to(witness, newest);
    if (line) {
      lines += *line;
      ++round.cosigned;
    } else {
      round.problems.push_back("witness " + witness.known.name + ": " + line.error().message);
    }
  }
  if (lines.empty()) return round;
  const std::string note = proof::with_lines(newest.note, lines);
  if (auto kept = runtime::replace_file(folder_.cosigned_file(), note, 0600); !kept) {
    return std::unexpected(kept.error());
  }
  return round;
}

Result<std::string> WitnessOffers::body_for(const Newest& newest, std::uint64_t old) {
  proof::ConsistencyText text{.old_size = old, .checkpoint = newest.note};
  if (old > 0 && old < newest.checkpoint.size) {
    auto made = log_.ask_for<wire::Proof>(
        {.what = wire::Prove{.old = old, .size = newest.checkpoint.size}});
    if (!made) return std::unexpected(made.error());
    text.hashes = std::move(made->hashes);
  }
  return proof::to_string(text);
}

Result<std::string> WitnessOffers::offer_to(Witness& witness, const Newest& newest) {
  constexpr int tries = 2;  // the first may be about another size than the witness has
  for (int i = 0; i < tries; ++i) {
    if (witness.size > newest.checkpoint.size) {
      return failure(ErrorCode::conflict,
                     "it has seen " + std::to_string(witness.size) + " events, this log holds " +
                         std::to_string(newest.checkpoint.size) +
                         ". Events are missing here: do not go on with this log");
    }
    const auto body = body_for(newest, witness.size);
    if (!body) return std::unexpected(body.error());
    const auto response = witness.client.request("POST", witness.path, {}, *body);
    if (!response) return std::unexpected(response.error());
    const std::string_view said = body_of(*response);
    if (response->status == 200) {
      auto line = accept(witness, newest, said);
      if (line) witness.size = newest.checkpoint.size;
      return line;
    }
    if (response->status != 409) return std::unexpected(refusal(response->status, said));
    const auto size = size_in_conflict(said, witness.size, newest.checkpoint.size);
    if (!size) return std::unexpected(size.error());
    witness.size = *size;
  }
  return failure(ErrorCode::conflict, "somebody else offers it checkpoints of this log too");
}

Result<std::string> WitnessOffers::accept(const Witness& witness, const Newest& newest,
                                          std::string_view lines) {
  const auto parsed = proof::parse_signature_lines(lines);
  if (!parsed) return std::unexpected(parsed.error());
  const std::string_view note = newest.note;
  const std::string_view text = note.substr(0, note.rfind("\n\n") + 1);
  for (const proof::SignatureLine& line : *parsed) {
    if (!proof::is_of(line, witness.known.key)) continue;
    if (!proof::time_of(line, witness.known.key, text)) break;
    return std::string{line.line} + "\n";
  }
  return failure(ErrorCode::denied,
                 "its cosignature does not hold under " + proof::to_string(witness.known.key));
}

}  // namespace doorstep::cli
