// The hash of an id in tables that probe one place after the other. Ids come from whoever appends:
// with a secret that a process draws when it starts, nobody can choose ids that all fall onto one
// place. Nothing that is stored or served depends on it.
#pragma once

#include <array>
#include <cstdint>

#include "common/domain/ids.h"

namespace doorstep {

// Before the first table is made, and never again. Without it the secret is a known one: as tests
// have it.
void hash_tables_with(const std::array<std::uint64_t, 2>& secret);

// Good upper bits. `kind` tells apart what shares an id. Any thread.
[[nodiscard]] std::size_t table_hash(Uuid id, std::uint64_t kind = 0);

}  // namespace doorstep
