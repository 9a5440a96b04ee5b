// Where the log's indexes are kept: pages of columns over its positions, and where each append
// request landed. All of it is derived from the blocks: it may be deleted at any time, and is
// folded again.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/domain/ids.h"
#include "common/domain/result.h"
#include "common/seam/messages.h"

namespace doorstep {

struct IndexedAppend {
  AppendId id{};
  Position first{};
  std::uint32_t events{};
  std::uint64_t digest_start{};

  bool operator==(const IndexedAppend&) const = default;
};

struct IndexedPage {
  std::uint64_t number{};
  Bytes bytes{};
};

// Pages and append ids up to a position. Writing the same again changes nothing.
struct IndexBatch {
  std::vector<IndexedPage> pages{};
  std::vector<IndexedAppend> append_ids{};
  Position upto{};
};

class IndexStore {
 public:
  virtual ~IndexStore() = default;

  // All of the batch or none. It can be found when this returns; it survives a crash only after
  // sync(). A later batch never survives without an earlier one.
  [[nodiscard]] virtual Outcome write(const IndexBatch& batch) = 0;
  [[nodiscard]] virtual Outcome sync() = 0;
  // Up to where it was written: 0 where it is empty.
  [[nodiscard]] virtual Result<Position> cursor() const = 0;

  // Any thread. damaged: it was given up, see below.
  [[nodiscard]] virtual Result<std::optional<Bytes>> page(std::uint64_t number) const = 0;
  [[nodiscard]] virtual Result<std::optional<IndexedAppend>> find(AppendId id) const = 0;

  // How many append ids it holds, by reading all of them.
  [[nodiscard]] virtual Result<std::uint64_t> count_append_ids() const = 0;

  // nil: there are none.
  [[nodiscard]] virtual Result<AppendId> largest_append_id() const = 0;

  // What is in it cannot be trusted: the next opening finds it empty. Any thread.
  virtual void give_up() const = 0;
  // Empty from now on. No other thread may be using it.
  [[nodiscard]] virtual Outcome clear() = 0;
};

}  // namespace doorstep
