// consumer ls: who reads the log, how far each has come, and who went away.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "clients/cli/command.h"
#include "clients/cli/connection.h"
#include "common/json/writer.h"

namespace doorstep::cli {
namespace {

constexpr Milliseconds ask_again_after{1'000};
constexpr Milliseconds give_up_after{10'000};
constexpr Milliseconds wait_max{50};

Result<wire::Consumers> ask_consumers(Connection& connection) {
  const Milliseconds start = connection.now().monotonic;
  std::optional<Milliseconds> asked_at;
  const Bytes frame = wire::encode(wire::Request{1, wire::AskConsumers{}});
  while (connection.now().monotonic - start < give_up_after) {
    const Milliseconds now = connection.now().monotonic;
    if (!asked_at || now - *asked_at > ask_again_after) {
      if (connection.messages().send(the_server, frame) == Sent::sent) asked_at = now;
    }
    while (const auto message = connection.messages().receive()) {
      auto reply = wire::decode_reply(message->bytes);
      if (!reply) return std::unexpected(reply.error());
      if (auto* consumers = std::get_if<wire::Consumers>(&reply->what)) {
        return std::move(*consumers);
      }
      if (const auto* refused = std::get_if<wire::Refused>(&reply->what)) {
        return std::unexpected(error_of(*refused));
      }
    }
    connection.wait(wait_max);
  }
  return failure(ErrorCode::unavailable,
                 "the log does not answer; see `doorstep status`, start it with `doorstep up`");
}

std::uint64_t lag_of(const wire::Consumer& reader) {
  return number(reader.head) - std::min(number(reader.cursor), number(reader.head));
}

void write_consumer(json::Writer& json, const wire::Consumer& reader) {
  json.begin_object()
      .field("account", reader.account)
      .field("name", reader.name)
      .field("cursor", reader.cursor)
      .field("sent", reader.sent)
      .field("head", reader.head)
      .field("lag", lag_of(reader))
      .key("credit")
      .begin_object()
      .field("events", reader.credit_events)
      .field("bytes", reader.credit_bytes)
      .end_object()
      .field("silentMs", static_cast<std::uint64_t>(reader.silent.count()))
      .field("connected", reader.connected);
  if (reader.kept) json.field("kept", *reader.kept);
  json.end_object();
}

void print_consumer(const wire::Consumer& reader) {
  const auto column = [](std::string text, std::size_t width) {
    text.resize(std::max(text.size(), width), ' ');
    return text + "  ";
  };
  print(column(reader.account, 12) + column(reader.name, 20) +
        column("at " + std::to_string(number(reader.cursor)), 14) +
        column("lag " + std::to_string(lag_of(reader)), 14) +
        column(reader.kept ? "kept " + std::to_string(number(*reader.kept)) : "", 14) +
        column("credit " + std::to_string(reader.credit_events), 16) +
        (reader.connected ? "silent " : "gone; silent ") +
        std::to_string(reader.silent.count() / 1'000) + " s");
}

ExitCode list(const Invocation& invocation) {
  const auto folder = open_data(invocation);
  if (!folder) return fail(invocation, folder.error());
  const auto connection = Connection::open(*folder, Connection::To::log_feed);
  if (!connection) return fail(invocation, connection.error());
  auto consumers = ask_consumers(**connection);
  if (!consumers) return fail(invocation, consumers.error());
  std::ranges::stable_sort(consumers->readers, {}, [](const wire::Consumer& reader) {
    return std::pair{reader.account, reader.name};
  });
  if (invocation.json) {
    json::Writer json;
    json.begin_object().key("consumers").begin_array();
    for (const wire::Consumer& reader : consumers->readers) write_consumer(json, reader);
    json.end_array().end_object();
    print(json.take());
    return ExitCode::ok;
  }
  for (const wire::Consumer& reader : consumers->readers) {
    if (invocation.ndjson) {
      json::Writer line;
      write_consumer(line, reader);
      print(line.take());
    } else {
      print_consumer(reader);
    }
  }
  return ExitCode::ok;
}

}  // namespace

void add_consumer(CLI::App& app, Invocation& invocation) {
  auto* consumer = app.add_subcommand("consumer", "Who reads the log");
  consumer->require_subcommand(1);
  auto* ls = consumer->add_subcommand("ls", "Each reader's place, lag and credit");
  ls->callback([&invocation] { invocation.run = [&] { return list(invocation); }; });
}

}  // namespace doorstep::cli
