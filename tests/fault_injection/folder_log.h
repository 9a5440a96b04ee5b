// The log of a data folder as its process serves it, with a client at each end and no sockets:
// recovered, checked against its signed head, rights from the folder's accounts. An error is what
// would end the process. One thread.
#pragma once

#include <filesystem>
#include <memory>
#include <semaphore>
#include <string_view>

#include "common/memory/manual_clock.h"
#include "common/memory/memory_messages.h"
#include "common/rocks/rocks_block_store.h"
#include "common/rocks/rocks_index_store.h"
#include "common/runtime/data_folder.h"
#include "common/runtime/file_snapshot.h"
#include "services/event_log/event_log.h"
#include "tests/fault_injection/plants.h"

namespace doorstep::faults {

class FolderLog {
 public:
  [[nodiscard]] static Result<std::unique_ptr<FolderLog>> open(const std::filesystem::path& folder,
                                                               std::string_view bug);

  // What the log answers on its command socket.
  [[nodiscard]] Result<wire::Reply> ask(const wire::Request& request);
  // Gives everything from there to the head to `take`, batch by batch; bare: without requests.
  using Take = std::function<Outcome(const wire::Batch&)>;
  [[nodiscard]] Outcome read_from(Position from_exclusive, bool bare, const Take& take);
  // damaged: the stored indexes say something else than the blocks.
  [[nodiscard]] Outcome compare_indexes() const;
  [[nodiscard]] Outcome consolidate();
  // Until it is there and what is below is deleted.
  [[nodiscard]] Outcome move_floor(Position floor);
  // Blocks begin after its floor.
  [[nodiscard]] std::shared_ptr<const event_log::FloorTree> floor() const {
    return log_->news().floor.tree();
  }
  // A step of what the log does beside serving: its indexes.
  [[nodiscard]] Outcome keep_up();
  // Signs what is not yet signed, as a process does that is asked to stop.
  [[nodiscard]] Outcome drain();

  [[nodiscard]] const std::optional<proof::Checkpoint>& signed_head() const { return signed_; }
  [[nodiscard]] bool acknowledgements_are_late() const { return plants_.acknowledgements_are_late; }

 private:
  FolderLog(runtime::DataFolder folder, Ed25519Key key)
      : folder_{std::move(folder)}, key_{std::move(key)} {}
  [[nodiscard]] Outcome start(std::string_view bug);
  [[nodiscard]] Outcome step();
  // With `also` done after each step until it comes.
  [[nodiscard]] Result<wire::Reply> answer_to(const wire::Request& request,
                                              const std::function<Outcome()>& also);

  runtime::DataFolder folder_;
  Ed25519Key key_;
  std::counting_semaphore<> durable_{0};  // released when the store has written something
  rocks::OpenedBlockStore opened_{};
  rocks::OpenedIndexStore index_{};
  runtime::FileSnapshot head_file_{folder_.head_file()};
  runtime::FileSnapshot heads_file_{folder_.index_folder() / "heads"};
  memory::ManualClock clock_{Instant{1'000'000}};
  memory::MemoryNetwork network_{};
  std::unique_ptr<Messages> cmd_{network_.serve("cmd")};
  std::unique_ptr<Messages> feed_{network_.serve("feed")};
  std::unique_ptr<Messages> client_{network_.connect("cmd", "intake")};
  std::unique_ptr<Messages> reader_{network_.connect("feed", "aggregation")};
  Plants plants_{};
  Seams seams_{};
  event_log::IndexedLog indexed_{};
  std::optional<proof::Checkpoint> signed_{};
  std::unique_ptr<event_log::EventLog> log_{};
  std::uint64_t subscriptions_{};
};

}  // namespace doorstep::faults
