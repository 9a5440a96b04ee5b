// day verify: checks a sealed day offline. Needs the file, and the log's key to know whose it is.
#include <CLI/CLI.hpp>

#include "clients/cli/arguments.h"
#include "clients/cli/day_verbs.h"
#include "clients/cli/sealed_file.h"
#include "common/domain/names.h"
#include "common/json/writer.h"
#include "common/proof/base64.h"

namespace doorstep::cli {
namespace {

std::string json_of(const OpenedDay& opened, bool pinned) {
  const auto& [day, checked] = opened;
  json::Writer json;
  json.begin_object()
      .field("date", std::string_view{to_string(day.day)})
      .field("over", day.is_over)
      .field("firstPosition", day.first)
      .field("lastPosition", day.last)
      .field("events", checked.events)
      .field("requests", checked.requests)
      .field("origin", std::string_view{proof::origin_of(checked.checkpoint)})
      .field("root", std::string_view{proof::to_base64(checked.checkpoint.root)})
      .field("vkey", std::string_view{day.vkey})
      .field("keyGiven", pinned)
      .field("good", checked.problems.empty());
  json.key("types").begin_object();
  for (const auto& [type, events] : checked.by_type) json.field(name_of(type), events);
  json.end_object().field("unknownTypes", checked.unknown);
  json.key("replay");
  if (checked.coverage) {
    json.value(std::string_view{to_hex(*checked.coverage)});
  } else {
    json.null();
  }
  json.key("problems").begin_array();
  for (const std::string& problem : checked.problems) json.value(std::string_view{problem});
  return json.end_array().end_object().take();
}

void print_text(const OpenedDay& opened, bool pinned) {
  const auto& [day, checked] = opened;
  print(to_string(day.day) + (day.is_over ? "" : " (sealed before it was over)") + ": positions " +
        std::to_string(number(day.first)) + " to " + std::to_string(number(day.last)) + " of " +
        proof::origin_of(checked.checkpoint));
  for (const auto& [type, events] : checked.by_type) {
    print("  " + std::string{name_of(type)} + " " + std::to_string(events));
  }
  print(checked.coverage ? "digest of the coverage at its end: " + to_hex(*checked.coverage)
                         : "coverage needs the days before it and was not folded");
  for (const std::string& problem : checked.problems) print("PROBLEM: " + problem);
  if (!checked.problems.empty()) return;
  print(pinned ? "good, and signed with the given key"
               : "good, and signed with the key in the file: " + day.vkey);
}

ExitCode verify(const Invocation& invocation, const std::string& path, const std::string& key) {
  if (!key.empty() && !proof::parse_verifier_key(key)) {
    return wrong_usage(invocation, "that is no key: say what `doorstep log vkey` prints");
  }
  const auto opened = open_sealed_day(path, key.empty() ? std::nullopt : std::optional{key});
  if (!opened) return fail(invocation, opened.error());
  if (invocation.json || invocation.ndjson) {
    print(json_of(*opened, !key.empty()));
  } else {
    print_text(*opened, !key.empty());
  }
  return opened->checked.problems.empty() ? ExitCode::ok : ExitCode::verification_failed;
}

}  // namespace

void add_day_verify(CLI::App& noun, Invocation& invocation) {
  auto* verb = noun.add_subcommand("verify", "Check a sealed day without a log or a data folder");
  const auto path = std::make_shared<std::string>();
  const auto key = std::make_shared<std::string>();
  as_path(verb->add_option("file", *path, "the sealed day"))->required();
  verb->add_option("--key", *key, "the log's key, as `doorstep log vkey` prints it");
  verb->callback([&invocation, path, key] {
    invocation.needs_data = false;
    invocation.run = [&, path, key] { return verify(invocation, *path, *key); };
  });
}

}  // namespace doorstep::cli
