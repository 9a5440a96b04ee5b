// Lists on their way in, one at a time. Whoever sent one gets its report when intake has seen all
// that landed; or asks now and then how far it is (RFC 7240, respond-async).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>

#include "common/seam/http.h"
#include "services/intake/import_run.h"

namespace doorstep::intake {

class Imports {
 public:
  using Answer = std::move_only_function<void(HttpResponse)>;
  static constexpr std::size_t waiting_max = 4;  // files
  static constexpr std::size_t waiting_bytes_max = 64 * 1024 * 1024;
  static constexpr std::size_t kept_max = 8;  // answers that are fetched later

  // Both must outlive it. One thread.
  Imports(runtime::LogClient& log, const LogView& view) : log_{log}, view_{view} {}

  [[nodiscard]] bool accepts(std::size_t bytes) const;
  // Pre-condition here and below: accepts(). `answer` is called once, from a later step.
  void start(ListFile file, ListOptions options, Answer answer);
  // Under the id that is given back its answer can be fetched.
  [[nodiscard]] Uuid start_for_later(ListFile file, ListOptions options, Now now);
  // How far it is (202), or what came of it; nullopt: no such import, or one of long ago.
  [[nodiscard]] std::optional<HttpResponse> answer_of(Uuid import) const;

  [[nodiscard]] Work step(Now now);
  // What is under way is finished, no row is begun any more.
  void stop();
  [[nodiscard]] bool idle() const { return queue_.empty(); }
  // Rows of all files so far.
  [[nodiscard]] const ImportReport& totals() const { return totals_; }

 private:
  struct Import {
    Uuid id{};
    std::size_t bytes{};
    std::unique_ptr<ImportRun> run{};
    Answer answer{};  // empty: it is fetched
  };
  [[nodiscard]] Import import_of(ListFile file, ListOptions options);
  void finish();

  runtime::LogClient& log_;
  const LogView& view_;
  std::deque<Import> queue_{};  // the first one runs
  std::deque<std::pair<Uuid, HttpResponse>> kept_{};
  std::uint64_t started_{};
  ImportReport totals_{};
};

}  // namespace doorstep::intake
