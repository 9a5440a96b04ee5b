// What can be written to an archive and read back (archive_writer.h, archive_reader.h): numbers,
// texts, lists, sets, maps, and whatever lists its fields.
#pragma once

#include <bit>
#include <type_traits>

namespace doorstep {

static_assert(std::endian::native == std::endian::little,
              "numbers are copied as they are in memory");

// A plain struct says what is stored of it by an overload found beside it:
//   template <class Archive> void each_field(Archive& archive, Area& area) { archive(area.code, …);
//   }
// A class with private state has a member `template <class Archive> void archive(Archive&
// archive)`. The same list writes and reads, so that the two cannot drift apart; `Archive::reads`
// tells which.
template <class T>
concept Number = std::is_arithmetic_v<T> || std::is_enum_v<T>;

}  // namespace doorstep
