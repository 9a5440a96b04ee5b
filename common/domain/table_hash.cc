#include "common/domain/table_hash.h"

namespace doorstep {

void hash_tables_with(const std::array<std::uint64_t, 2>& secret) { detail::table_secret = secret; }

}  // namespace doorstep
