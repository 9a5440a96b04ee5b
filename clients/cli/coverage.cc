// coverage get and task ls: what aggregation has counted, asked directly.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>

#include "clients/cli/command.h"
#include "clients/cli/connection.h"
#include "common/domain/names.h"
#include "common/domain/tally.h"
#include "common/json/coverage_json.h"

namespace doorstep::cli {
namespace {

struct CoverageOptions {
  std::string area{};
  std::string round{};
};

struct TaskOptions {
  std::string area{};
  std::string state{};
};

void print_coverage(const wire::AreaView& view, const wire::Answer& answer) {
  const Tally& tally = view.tally;
  const auto line = [](std::string_view what, std::uint64_t number) {
    std::string text{what};
    text.resize(14, ' ');
    print(text + std::to_string(number));
  };
  print(to_string(view.code) + " " + view.name);
  line("roster", roster(tally));
  for (const Answer each :
       {Answer::screened, Answer::settled, Answer::partial, Answer::attempted, Answer::untouched}) {
    line(name_of(each), count(tally, each));
  }
  line("withdrawn", withdrawn(tally));
  line("off-roster", tally.off_roster);
  if (const auto part = coverage(tally)) {
    const auto tenths = static_cast<int>(*part * 1000);
    print("coverage      " + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + "%");
  }
  print("as of         " + std::to_string(number(answer.as_of)) + ", " +
        to_string(answer.recorded_at));
}

ExitCode usage(const Invocation& invocation, std::string message) {
  std::ignore = fail(invocation, {ErrorCode::invalid, std::move(message)});
  return ExitCode::usage;
}

ExitCode get_coverage(const Invocation& invocation, const CoverageOptions& options) {
  const auto area = parse_area(options.area);
  if (!area || !area->is_known()) {
    return usage(invocation,
                 "--area " + options.area + " is no area code: say its 6, 9, 12, 15 or 17 digits");
  }
  RoundId round{};
  if (!options.round.empty()) {
    const auto id = parse_uuid(options.round);
    if (!id) return usage(invocation, "--round " + options.round + " is no round's id");
    round = {*id};
  }
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto connection = Connection::open(*folder, Connection::To::aggregation);
  if (!connection) return fail(invocation, connection.error());
  const auto answer = (*connection)->ask({.what = wire::AskArea{*area, round}});
  if (!answer) return fail(invocation, answer.error());
  const auto* found = std::get_if<wire::Areas>(&answer->what);
  if (!found || found->areas.empty()) {
    return fail(invocation, {ErrorCode::not_found, "no area " + options.area});
  }
  if (invocation.json || invocation.ndjson) {
    print(json::coverage_json(found->areas.front(), json::as_of(*answer)));
  } else {
    print_coverage(found->areas.front(), *answer);
  }
  return ExitCode::ok;
}

// Why an open task could be given to nobody; as the HTTP API says it.
std::optional<json::Words> waiting_for(const Task& task) {
  if (task.state != TaskState::open) return std::nullopt;
  return json::Words{"无人负责该户", "no one answers for this household"};
}

bool print_json(const Task& task) {
  json::Writer line;
  json::write_task(line, task, waiting_for(task));
  return print(line.take());
}

bool print_task(const Task& task) {
  return print(to_string(task.id) + "  " + std::string{name_of(task.state)} + "  " +
               to_string(task.area) + "  household " + to_string(task.household) + "  try " +
               std::to_string(task.ordinal) + " " + std::string{name_of(task.approach)} +
               (task.given_to.is_nil() ? "" : "  given to " + to_string(task.given_to)));
}

// One page after the other, until `use` says false.
Outcome for_each_page(Connection& connection, wire::AskTasks question,
                      const std::function<bool(const wire::Answer&, const wire::TaskPage&)>& use) {
  std::optional<wire::Edition> edition;
  for (;;) {
    const auto answer = connection.ask({.what = question});
    if (!answer) return std::unexpected(answer.error());
    if (edition && *edition != answer->edition) {
      return failure(ErrorCode::unavailable,
                     "the log was restored or replaced while its tasks were read: ask again");
    }
    edition = answer->edition;
    const auto* page = std::get_if<wire::TaskPage>(&answer->what);
    if (!page) return failure(ErrorCode::invalid, "aggregation answered something else");
    if (!use(*answer, *page) || page->next == 0) return {};
    question.after = page->next;
  }
}

ExitCode list_tasks(const Invocation& invocation, const TaskOptions& options) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  wire::AskTasks question{.limit = wire::page_rows_max};
  if (!options.area.empty()) {
    const auto area = parse_area(options.area);
    if (!area) return usage(invocation, "--area " + options.area + " is no area code");
    question.area = *area;
  }
  if (!options.state.empty()) {
    const auto state = from_name<TaskState>(options.state);
    if (!state) {
      return usage(invocation,
                   "--state " + options.state + ": choose from " + all_names<TaskState>());
    }
    question.state = *state;
  }
  const auto connection = Connection::open(*folder, Connection::To::aggregation);
  if (!connection) return fail(invocation, connection.error());

  json::Writer document;  // with --json; else each task is written as it comes
  std::optional<wire::Answer> first;
  std::array<std::uint32_t, 5> counts{};
  document.begin_array();
  const auto use = [&](const wire::Answer& answer, const wire::TaskPage& page) {
    if (!first) {
      first = wire::Answer{.as_of = answer.as_of};
      counts = page.counts;
    }
    return std::ranges::all_of(page.tasks, [&](const Task& task) {
      if (!invocation.json) return invocation.ndjson ? print_json(task) : print_task(task);
      json::write_task(document, task, waiting_for(task));
      return true;
    });
  };
  const Outcome done = for_each_page(**connection, question, use);
  if (!done) return fail(invocation, done.error());
  if (invocation.json) {
    json::Writer json;
    json.begin_object().field("asOf", first->as_of).key("counts").begin_object();
    for (const auto& [state, name] : names(TaskState{})) {
      json.field(name, counts[static_cast<std::size_t>(state)]);
    }
    json.end_object().key("tasks").raw(document.end_array().take()).end_object();
    print(json.take());
  }
  return ExitCode::ok;
}

}  // namespace

void add_coverage(CLI::App& app, Invocation& invocation) {
  auto* noun = app.add_subcommand("coverage", "How far an area is");
  noun->require_subcommand(1);
  auto* get = noun->add_subcommand("get", "The counts of an area in a round");
  const auto options = std::make_shared<CoverageOptions>();
  get->add_option("--area", options->area, "its code: 6, 9, 12, 15 or 17 digits")->required();
  get->add_option("--round", options->round, "the round's id (the current one)");
  get->callback([&invocation, options] {
    invocation.run = [&, options] { return get_coverage(invocation, *options); };
  });

  auto* task = app.add_subcommand("task", "Who is to knock where");
  task->require_subcommand(1);
  auto* list = task->add_subcommand("ls", "Tasks, in the order opened");
  const auto wanted = std::make_shared<TaskOptions>();
  list->add_option("--area", wanted->area, "only this area and all below");
  list->add_option("--state", wanted->state, "open, given, done or cancelled");
  list->callback([&invocation, wanted] {
    invocation.run = [&, wanted] { return list_tasks(invocation, *wanted); };
  });
}

}  // namespace doorstep::cli
