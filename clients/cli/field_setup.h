// Makes a county ready for its day, through intake as a county would: lists imported, campaign and
// round open. Done twice it changes nothing.
#pragma once

#include <functional>
#include <string>

#include "clients/cli/ack_file.h"
#include "clients/cli/field_day.h"
#include "clients/cli/intake_client.h"

namespace doorstep::cli {

// The bodies of POST /v1/campaigns and /v1/rounds.
[[nodiscard]] std::string campaign_body(const FieldDay& day, AreaCode county);
[[nodiscard]] std::string round_body(const FieldDay& day);

// `say` is called with what is being done. invalid: intake refused something of it.
[[nodiscard]] Outcome set_up(IntakeClient& intake, const County& county, const FieldDay& day,
                             AckFile* acks, const std::function<void(const std::string&)>& say);

}  // namespace doorstep::cli
