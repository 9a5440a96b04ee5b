#include "common/runtime/clock_file.h"

#include <boost/json.hpp>
#include <string>

#include "common/runtime/durable_file.h"

namespace doorstep::runtime {
namespace {

namespace json = boost::json;

ClockNote note_in(const std::string& text) {
  const json::value file = json::parse(text);
  const json::object& fields = file.as_object();
  const auto ms = [](const json::value& value) {
    return Milliseconds{value.to_number<std::int64_t>()};
  };
  ClockNote note{
      .time = {.boot = std::string{fields.at("boot").as_string()},
               .since_boot = ms(fields.at("sinceBootMs")),
               .wall = parse_instant(std::string{fields.at("wall").as_string()}).value()}};
  if (const auto* step = fields.if_contains("step")) {
    note.step = ClockStep{.by = ms(step->at("byMs")), .since_boot = ms(step->at("sinceBootMs"))};
  }
  return note;
}

}  // namespace

Result<std::optional<ClockNote>> read_clock_note(const std::filesystem::path& file) {
  const auto bytes = read_file(file);
  if (!bytes) return std::unexpected(bytes.error());
  if (!*bytes) return std::optional<ClockNote>{};
  try {
    return note_in({reinterpret_cast<const char*>((*bytes)->data()), (*bytes)->size()});
  } catch (const std::exception&) {
    return failure(ErrorCode::damaged, file.string() + " cannot be read");
  }
}

Outcome write_clock_note(const std::filesystem::path& file, const ClockNote& note) {
  json::object fields{{"boot", note.time.boot},
                      {"sinceBootMs", note.time.since_boot.count()},
                      {"wall", to_string(note.time.wall)}};
  if (note.step) {
    fields["step"] = json::object{{"byMs", note.step->by.count()},
                                  {"sinceBootMs", note.step->since_boot.count()}};
  }
  return replace_file_unsynced(file, json::serialize(fields) + "\n", 0600);
}

}  // namespace doorstep::runtime
