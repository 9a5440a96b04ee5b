// Posts to intake and reads what it answers: an acknowledgement, or a refusal as an Error whose
// message says what to mend. One connection, one thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/http/http_client.h"
#include "common/runtime/data_folder.h"

namespace doorstep::cli {

struct Acknowledged {
  std::string id{};
  Position position{};
  bool duplicate{};
};

class IntakeClient {
 public:
  explicit IntakeClient(std::uint16_t port);

  // unavailable: no answer, or "try again later"; busy: it is at a limit.
  [[nodiscard]] Result<Acknowledged> post(const std::string& path, const std::string& body);
  struct Answer {
    int status{};
    std::string body{};
  };
  // A 2xx: 202 where the list is with intake and its report is not there yet.
  [[nodiscard]] Result<Answer> post_csv(const std::string& path, const std::string& csv);
  [[nodiscard]] Result<Answer> get(const std::string& path);

 private:
  web::HttpClient http_;
};

// A line of an acknowledgement file.
[[nodiscard]] std::string to_json(const Acknowledged& acknowledged);
// nullopt: the text is no acknowledgement.
[[nodiscard]] std::optional<Acknowledged> read_acknowledgement(std::string_view body);
// The Error that a problem (RFC 9457) with this status is.
[[nodiscard]] Error error_of_problem(int status, std::string_view body);

}  // namespace doorstep::cli
