// Offers the log's checkpoints to the witnesses of an installation and keeps what they cosign. One
// round asks each witness once; a witness that does not answer, or refuses, holds up nobody else.
// One thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "clients/cli/log_asking.h"
#include "clients/cli/log_keys.h"
#include "common/http/http_client.h"

namespace doorstep::cli {

// Where an http:// address leads. nullopt: it has another form; the host must be an IPv4 address.
struct WebPlace {
  std::string host{};
  std::uint16_t port{};
  std::string path{};  // without a slash at its end
};
[[nodiscard]] std::optional<WebPlace> parse_place(std::string_view url);

// What a witness says with 409: the size that it has, to begin from. conflict: it was offered
// `newest` as its old size and as the new one, so that it refuses the root: another history.
[[nodiscard]] Result<std::uint64_t> size_in_conflict(std::string_view said, std::uint64_t offered,
                                                     std::uint64_t newest);

class WitnessOffers {
 public:
  struct Round {
    std::size_t cosigned{};               // by so many witnesses
    std::vector<std::string> problems{};  // of the others, each naming its witness
  };

  // invalid: a witness without an address. Both must outlive it.
  [[nodiscard]] static Result<WitnessOffers> open(const runtime::DataFolder& folder, LogAsking& log,
                                                  const proof::Policy& policy);

  // An error: the log itself could not be asked, or the file not be written.
  [[nodiscard]] Result<Round> offer();

 private:
  struct Witness {
    proof::KnownWitness known{};
    std::string path{};
    web::HttpClient client;
    std::uint64_t size{};  // what it has cosigned, as far as is known
  };
  struct Newest {
    std::string note{};
    proof::Checkpoint checkpoint{};
  };
  WitnessOffers(const runtime::DataFolder& folder, LogAsking& log) : folder_{folder}, log_{log} {}
  [[nodiscard]] Result<std::string> body_for(const Newest& newest, std::uint64_t old);
  // The witness's line, checked.
  [[nodiscard]] Result<std::string> offer_to(Witness& witness, const Newest& newest);
  [[nodiscard]] static Result<std::string> accept(const Witness& witness, const Newest& newest,
                                                  std::string_view lines);

  const runtime::DataFolder& folder_;
  LogAsking& log_;
  std::vector<Witness> witnesses_{};
};

}  // namespace doorstep::cli
