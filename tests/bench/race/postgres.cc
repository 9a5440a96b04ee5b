// race-postgres append|read --connect CONNINFO …: a table of events through libpq.
// append: --how insert (a prepared INSERT of one row), unnest (of a batch) or copy (COPY, binary).
// Statements go in libpq's pipeline mode, each one its own transaction; COPY cannot.
#include <libpq-fe.h>

#include <array>
#include <bit>
#include <memory>
#include <string>

#include "tests/bench/race/lines.h"

namespace doorstep::bench {
namespace {

struct Freed {
  void operator()(PGconn* connection) const { PQfinish(connection); }
  void operator()(PGresult* result) const { PQclear(result); }
};
using Connection = std::unique_ptr<PGconn, Freed>;
using Answer = std::unique_ptr<PGresult, Freed>;

constexpr const char* table =
    "DROP TABLE IF EXISTS events;"
    "CREATE TABLE events (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
    " stream uuid NOT NULL, revision bigint NOT NULL, payload bytea NOT NULL,"
    " UNIQUE (stream, revision));"
    "CHECKPOINT";
constexpr const char* insert = "INSERT INTO events (stream, revision, payload) VALUES ($1, $2, $3)";
constexpr const char* unnest =
    "INSERT INTO events (stream, revision, payload)"
    " SELECT * FROM unnest($1::uuid[], $2::int8[], $3::bytea[])";
constexpr const char* copy = "COPY events (stream, revision, payload) FROM STDIN (FORMAT binary)";
constexpr std::array<Oid, 3> row_types{2950, 20, 17};  // uuid, int8, bytea (pg_type.dat)
constexpr std::array<int, 3> binary{1, 1, 1};

Connection connect(const Options& options) {
  Connection connection{PQconnectdb(options.text("connect").c_str())};
  must(PQstatus(connection.get()) == CONNECTION_OK,
       std::string{"PostgreSQL: "} + PQerrorMessage(connection.get()));
  return connection;
}

void check(PGconn* connection, const PGresult* answer) {
  const auto status = PQresultStatus(answer);
  if (status == PGRES_FATAL_ERROR || status == PGRES_PIPELINE_ABORTED ||
      status == PGRES_BAD_RESPONSE) {
    give_up(std::string{"PostgreSQL: "} + PQerrorMessage(connection));
  }
}

template <class Number>
void put(std::string& out, Number value) {
  for (int shift = 8 * (static_cast<int>(sizeof value) - 1); shift >= 0; shift -= 8) {
    out.push_back(static_cast<char>(value >> shift));
  }
}
void put_uuid(std::string& out, const Uuid& id) {
  put(out, id.high);
  put(out, id.low);
}

// A row's three values in PostgreSQL's binary format; in COPY and in arrays each has its size in
// front.
struct Values {
  std::string stream{};
  std::string revision{};
  std::string payload{};
};

class PostgresLine : public Line {
 public:
  explicit PostgresLine(Connection connection) : connection_{std::move(connection)} {}
  [[nodiscard]] int fd() const override { return PQsocket(connection_.get()); }

 protected:
  [[nodiscard]] PGconn* raw() const { return connection_.get(); }
  void sent(int done) {
    if (done != 1) give_up(std::string{"PostgreSQL: "} + PQerrorMessage(raw()));
  }

 private:
  Connection connection_;
};

// One prepared statement a request.
class StatementLine final : public PostgresLine {
 public:
  StatementLine(Connection connection, bool is_batch)
      : PostgresLine{std::move(connection)}, is_batch_{is_batch} {
    const Answer prepared{is_batch ? PQprepare(raw(), "append", unnest, 0, nullptr)
                                   : PQprepare(raw(), "append", insert, 3, row_types.data())};
    check(raw(), prepared.get());
    sent(PQenterPipelineMode(raw()));
  }

  void queue(std::span<const Visit> visits) override {
    values_ = {};
    if (is_batch_) start_arrays(visits.size());
    for (const Visit& visit : visits) {
      if (is_batch_) {
        put(values_.stream, std::uint32_t{16});
        put(values_.revision, std::uint32_t{8});
        put(values_.payload, static_cast<std::uint32_t>(visit.bytes.size()));
      }
      put_uuid(values_.stream, visit.household);
      put(values_.revision, visit.revision);
      values_.payload.append(visit.data(), visit.bytes.size());
    }
    const std::array<const char*, 3> data{values_.stream.data(), values_.revision.data(),
                                          values_.payload.data()};
    const std::array<int, 3> sizes{static_cast<int>(values_.stream.size()),
                                   static_cast<int>(values_.revision.size()),
                                   static_cast<int>(values_.payload.size())};
    sent(PQsendQueryPrepared(raw(), "append", 3, data.data(), sizes.data(), binary.data(), 0));
    sent(PQpipelineSync(raw()));
  }
  void flush() override { must(PQflush(raw()) >= 0, "PostgreSQL closed a connection"); }

  [[nodiscard]] std::size_t answers() override {
    sent(PQconsumeInput(raw()));
    std::size_t requests = 0;
    int nothing = 0;
    // A null result ends a statement; two in a row mean that nothing more has come.
    while (PQisBusy(raw()) == 0 && nothing < 2) {
      const Answer answer{PQgetResult(raw())};
      if (!answer) {
        ++nothing;
        continue;
      }
      nothing = 0;
      check(raw(), answer.get());
      if (PQresultStatus(answer.get()) == PGRES_PIPELINE_SYNC) ++requests;
    }
    return requests;
  }

 private:
  void start_arrays(std::size_t size) {
    const auto start = [size](std::string& out, Oid type) {
      put(out, std::uint32_t{1});  // dimensions
      put(out, std::uint32_t{0});  // no nulls
      put(out, type);
      put(out, static_cast<std::uint32_t>(size));
      put(out, std::uint32_t{1});  // first index
    };
    start(values_.stream, row_types[0]);
    start(values_.revision, row_types[1]);
    start(values_.payload, row_types[2]);
  }

  bool is_batch_{};
  Values values_{};
};

// One COPY a request.
class CopyLine final : public PostgresLine {
 public:
  using PostgresLine::PostgresLine;

  void queue(std::span<const Visit> visits) override {
    rows_.assign("PGCOPY\n\377\r\n\0\0\0\0\0\0\0\0\0", 19);
    for (const Visit& visit : visits) {
      put(rows_, std::uint16_t{3});
      put(rows_, std::uint32_t{16});
      put_uuid(rows_, visit.household);
      put(rows_, std::uint32_t{8});
      put(rows_, visit.revision);
      put(rows_, static_cast<std::uint32_t>(visit.bytes.size()));
      rows_.append(visit.data(), visit.bytes.size());
    }
    put(rows_, std::uint16_t{0xffff});
    sent(PQsendQuery(raw(), copy));
  }
  void flush() override {}

  [[nodiscard]] std::size_t answers() override {
    sent(PQconsumeInput(raw()));
    while (PQisBusy(raw()) == 0) {
      const Answer answer{PQgetResult(raw())};
      if (!answer) return 1;
      check(raw(), answer.get());
      if (PQresultStatus(answer.get()) == PGRES_COPY_IN) {
        sent(PQputCopyData(raw(), rows_.data(), static_cast<int>(rows_.size())));
        sent(PQputCopyEnd(raw(), nullptr));
      }
    }
    return 0;
  }

 private:
  std::string rows_{};
};

Figures append(const Options& options) {
  const Shape shape = shape_of(options);
  const Connection first = connect(options);
  const Answer made{PQexec(first.get(), table)};
  check(first.get(), made.get());
  const std::string how = options.text("how", "insert");
  std::vector<std::unique_ptr<Line>> lines;
  for (std::size_t i = 0; i < shape.connections; ++i) {
    if (how == "copy") {
      lines.push_back(std::make_unique<CopyLine>(connect(options)));
    } else {
      lines.push_back(std::make_unique<StatementLine>(connect(options), how == "unnest"));
    }
  }
  return append_over(std::move(lines), shape);
}

Figures read(const Options& options) {
  const Connection connection = connect(options);
  Figures figures;
  const double start = now_seconds();
  const Answer opened{PQexec(connection.get(), "COPY events TO STDOUT (FORMAT binary)")};
  check(connection.get(), opened.get());
  char* row = nullptr;
  int size = 0;
  while ((size = PQgetCopyData(connection.get(), &row, 0)) > 0) {
    ++figures.events;
    PQfreemem(row);
  }
  must(size == -1, "PostgreSQL: COPY broke off");
  --figures.events;  // the trailer; the header comes with the first row
  figures.seconds = now_seconds() - start;
  return figures;
}

}  // namespace
}  // namespace doorstep::bench

int main(int count, char** arguments) {
  using namespace doorstep::bench;
  const Options options{count, arguments};
  print(options.verb() == "read" ? read(options) : append(options));
  return 0;
}
