// fault_driver live FOLDER WORKLOAD [BUG]: a life of the log of a data folder: opens it, appends,
// signs, stops. Each acknowledgement is one line, "ack INDEX FIRST LAST": what reached the pipe was
// said. fault_driver read FOLDER WORKLOAD [BUG]: serves everything that is there and says what that
// was. fault_driver init FOLDER: makes the data folder. fault_driver say - WORKLOAD: what that
// workload attempts, "event REQUEST HASH". Exit 1: it refuses, with a message.
#include <sys/resource.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "common/proof/merkle.h"
#include "tests/fault_injection/folder_log.h"
#include "tests/fault_injection/workload.h"

namespace {

using namespace doorstep;

constexpr unsigned seconds_max = 60;  // longer means that it hangs

void say(const std::string& line) {
  for (std::size_t done = 0; done < line.size();) {
    const ssize_t written = write(STDOUT_FILENO, line.data() + done, line.size() - done);
    if (written <= 0) _exit(3);
    done += static_cast<std::size_t>(written);
  }
}

Outcome live(faults::FolderLog& log, const faults::Workload& workload) {
  std::string late;
  for (std::size_t i = 0; i < workload.requests.size(); ++i) {
    const auto reply = log.ask({i, workload.requests[i]});
    if (!reply) return std::unexpected(reply.error());
    if (const auto* refused = std::get_if<wire::Refused>(&reply->what)) {
      return failure(ErrorCode::conflict, "an append was refused: " + refused->message);
    }
    const auto& appended = std::get<wire::Appended>(reply->what);
    const std::string line = "ack " + std::to_string(i) + " " +
                             std::to_string(number(appended.first)) + " " +
                             std::to_string(number(appended.last)) + "\n";
    say(log.acknowledgements_are_late() ? std::exchange(late, line) : line);
    if (auto kept_up = log.keep_up(); !kept_up) return kept_up;
    if (workload.consolidate_every > 0 && i % workload.consolidate_every == 0) {
      if (auto merged = log.consolidate(); !merged) return merged;
    }
  }
  if (workload.floor > Position{}) {
    if (auto moved = log.move_floor(workload.floor); !moved) return moved;
  }
  return log.drain();
}

std::string hex(BytesView bytes, Hasher& hasher) { return to_hex(hasher.add(bytes).finish()); }

// Each record from there on: "record POSITION EVENT STORED", hashes of its bytes. The last line
// says the root of the tree over what was served, at the signed size.
Outcome serve(faults::FolderLog& log, Position from, bool bare, const char* word) {
  Hasher hasher;
  proof::MerkleTree tree = log.floor()->tree;
  const bool is_all = from == log.floor()->floor;
  Position at = from;
  const auto take = [&](const wire::Batch& batch) -> Outcome {
    if (batch.from_exclusive != at) return failure(ErrorCode::damaged, "batches do not join");
    at = batch.to_inclusive;
    if (batch.block.empty()) return {};
    const auto block = wire::Block::open(batch.block);
    if (!block) return std::unexpected(block.error());
    std::string lines;
    for (const auto& record : block->records()) {
      if (record.stamp.position <= batch.from_exclusive) continue;
      lines += std::string{word} + " " + std::to_string(number(record.stamp.position)) + " " +
               hex(record.event, hasher) + " " + hex(record.stored, hasher) + "\n";
      tree.append(hasher, record.stored);
      const auto& head = log.signed_head();
      if (is_all && head && head->size == tree.size()) {
        lines += "root " + std::string{tree.root(hasher) == head->root ? "same" : "other"} + "\n";
      }
    }
    say(lines);
    return {};
  };
  return log.read_from(from, bare, take);
}

Outcome read(faults::FolderLog& log, const faults::Workload& workload) {
  if (log.signed_head()) say("signed " + std::to_string(log.signed_head()->size) + "\n");
  const Position floor = log.floor()->floor;
  say("floor " + std::to_string(number(floor)) + "\n");
  if (auto served = serve(log, floor, false, "record"); !served) return served;
  const auto described = log.ask({0, wire::Describe{}});
  if (!described) return std::unexpected(described.error());
  const Position head = std::get<wire::Described>(described->what).head;
  const Position middle{number(floor) + (number(head) - number(floor)) / 2};
  if (auto again = serve(log, middle, true, "again"); !again) return again;
  for (std::size_t i = 0; i < workload.requests.size(); ++i) {
    const auto reply = log.ask({i, wire::Lookup{workload.requests[i].append_id}});
    if (!reply) return std::unexpected(reply.error());
    const auto* found = std::get_if<wire::Found>(&reply->what);
    if (found == nullptr || !found->appended) continue;
    say("known " + std::to_string(i) + " " + std::to_string(number(found->appended->first)) + " " +
        std::to_string(number(found->appended->last)) + "\n");
  }
  const auto compared = log.compare_indexes();
  say("indexes " + (compared ? "same" : compared.error().message) + "\n");
  say("end\n");
  return {};
}

Outcome run(std::string_view verb, const std::string& folder, std::string_view name,
            std::string_view bug) {
  if (verb == "init") {
    auto made = runtime::DataFolder::init(folder, 20'000);
    return made ? Outcome{} : std::unexpected(made.error());
  }
  const auto workload = faults::workload(name);
  if (!workload) return failure(ErrorCode::invalid, "no workload is called that");
  if (verb == "say") {
    Hasher hasher;
    for (std::size_t i = 0; i < workload->requests.size(); ++i) {
      for (const Bytes& event : workload->requests[i].events) {
        say("event " + std::to_string(i) + " " + hex(event, hasher) + "\n");
      }
    }
    return {};
  }
  const auto log = faults::FolderLog::open(folder, bug);
  if (!log) return std::unexpected(log.error());
  return verb == "read" ? read(**log, *workload) : live(**log, *workload);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) return 2;
  alarm(seconds_max);
  const rlimit no_core{};
  setrlimit(RLIMIT_CORE, &no_core);
  const auto done =
      run(arguments[1], arguments[2], count > 3 ? arguments[3] : "", count > 4 ? arguments[4] : "");
  if (done) return 0;
  const std::string message = done.error().message + "\n";
  static_cast<void>(!write(STDERR_FILENO, message.data(), message.size()));
  _exit(1);  // as the process does: nothing more is written after a failure
}
