// Strict reading of JSON from outside: exact whole numbers, known fields, words of the lists. What
// does not fit is collected as field problems, all of them at once, so that one answer lists
// everything to mend.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/domain/ids.h"
#include "common/domain/instant.h"
#include "common/domain/names.h"
#include "common/domain/result.h"
#include "common/json/problem.h"

namespace boost::json {
class object;
class value;
}  // namespace boost::json

namespace doorstep::json {

enum class Need : std::uint8_t { required, optional };
// Whose text it is. What a program of Doorstep said to another is read for what it says: it may
// hold what somebody else sent, of any length and with any letters, and no word of it is lost to
// the rules for input. Its structure and its numbers are checked all the same.
enum class Origin : std::uint8_t { outside, own };

class ObjectReader;

// A parsed text. Owns what its readers point into.
class Document {
 public:
  // invalid: not JSON, nested too deep, a field given twice; says where.
  [[nodiscard]] static Result<Document> parse(std::string_view text,
                                              Origin origin = Origin::outside);
  ~Document();
  Document(Document&&) noexcept;
  Document& operator=(Document&&) noexcept;

  // The object that the text is; nullopt and a problem where it is another value.
  [[nodiscard]] std::optional<ObjectReader> object(std::vector<FieldProblem>& problems) const;

 private:
  Document(std::unique_ptr<const boost::json::value> value, Origin origin);
  std::unique_ptr<const boost::json::value> value_;
  Origin origin_{};
};

// Reads the fields of one object. A field that is missing, null or wrong gives nullopt; missing and
// null are a problem only where the field is required. `finish` reports the fields that nobody
// asked for.
class ObjectReader {
 public:
  ObjectReader(const boost::json::object& object, std::string pointer, Origin origin,
               std::vector<FieldProblem>& problems);

  // Valid UTF-8; from outside also without control characters and at most so long. Lives as long as
  // the document.
  [[nodiscard]] std::optional<std::string_view> text(std::string_view name, Need need,
                                                     std::size_t bytes_max);
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view name, Need need,
                                                  std::int64_t least, std::int64_t most);
  [[nodiscard]] std::optional<bool> truth(std::string_view name, Need need);
  [[nodiscard]] std::optional<Uuid> uuid(std::string_view name, Need need);
  [[nodiscard]] std::optional<Instant> time(std::string_view name, Need need);
  [[nodiscard]] std::optional<AreaCode> area(std::string_view name, Need need);
  [[nodiscard]] std::optional<ObjectReader> object(std::string_view name, Need need);
  // The elements of an array of objects; at most so many from outside.
  [[nodiscard]] std::optional<std::vector<ObjectReader>> objects(std::string_view name, Need need,
                                                                 std::size_t most);
  [[nodiscard]] std::optional<std::vector<Uuid>> uuids(std::string_view name, Need need,
                                                       std::size_t least, std::size_t most);

  template <class AnyId>
  [[nodiscard]] AnyId id(std::string_view name, Need need = Need::required) {
    return AnyId{uuid(name, need).value_or(Uuid{})};
  }
  template <class Word>
  [[nodiscard]] std::optional<Word> word(std::string_view name, Need need = Need::required) {
    const auto given = text(name, need, 64);
    if (!given) return std::nullopt;
    const auto known = from_name<Word>(*given);
    if (!known) add_not_a_word(name, all_names<Word>());
    return known;
  }

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string pointer_to(std::string_view name) const;
  void add(std::string_view name, std::string code, Words detail);
  void finish();

 private:
  const boost::json::value* find(std::string_view name, Need need);
  void add_not_a_word(std::string_view name, const std::string& list);
  const boost::json::object* object_;
  std::string pointer_;
  Origin origin_{};
  std::vector<FieldProblem>* problems_;
  std::vector<std::string_view> asked_{};
};

}  // namespace doorstep::json
