#!/usr/bin/env python3
"""Who may include whom (docs/ARCHITECTURE.md, "Rooms"). A rule of the design that an include breaks is a
failing test; so is a pattern here that no file matches any more."""

import fnmatch
import re

import sources

# Rooms of common/ and what each may include beside itself and the standard library.
PURE = ("common/domain", "common/hash", "common/projection")
SHARED = PURE + ("common/proof", "common/seam", "common/runtime", "common/wire", "common/json")
ROOMS = {
    "common/domain": (),
    "common/hash": ("common/domain",),
    "common/projection": ("common/domain", "common/hash"),
    "common/seam": ("common/domain", "common/hash"),
    "common/proof": ("common/domain", "common/hash", "common/seam"),
    "common/wire": PURE + ("common/seam", "schema"),
    "common/json": PURE + ("common/wire",),
    "common/memory": ("common/domain", "common/hash", "common/seam"),
    "common/zmq": ("common/domain", "common/hash", "common/seam"),
    "common/rocks": ("common/domain", "common/hash", "common/seam"),
    "common/http": ("common/domain", "common/hash", "common/seam"),
    "common/runtime": PURE + ("common/proof", "common/seam", "common/wire"),
    # The command line also opens a log's folder itself: to verify, back up and restore it.
    "clients/cli": SHARED + ("common/zmq", "common/http", "common/memory", "common/rocks"),
}

# Pure rules: folds, decide, plans. They may include domain, projection, hash and each other, nothing else.
RULES = (
    "common/projection/*",
    "services/intake/decide*",
    "services/intake/checks.*",
    "services/intake/commands.*",
    "services/intake/cell.*",
    "services/intake/import_rows.*",
    "services/intake/import_words.*",
    "services/intake/known.*",
    "services/intake/refusal.*",
    "services/intake/same_name.*",
    "services/intake/statement.*",
    "services/intake/zeros.h",
    "services/event_log/append_ids.*",
    "services/event_log/streams.*",
    "services/event_log/heading.*",
    "services/event_log/index_page.*",
    "services/event_log/insert_only_table.h",
    "services/event_log/recent_headings.*",
    "services/assignment/attempts.*",
    "services/assignment/backlog.*",
    "services/assignment/give.*",
    "services/assignment/screening_plan.*",
    "services/aggregation/answers.*",
    "services/aggregation/area_tree.*",
    "services/aggregation/archives.*",
    "services/aggregation/changes.*",
    "services/aggregation/contribution.*",
    "services/aggregation/coverage.*",
    "services/aggregation/digest.*",
    "services/aggregation/tallies.*",
    "services/aggregation/task_lists.*",
)

# What a client may include of a service beside its rules (docs/decisions/0015-checks-outside-the-log.md).
CHECKS = (
    ("clients/cli", "services/event_log/verification.h"),
    ("clients/cli", "services/event_log/index_verification.h"),
)

# Each library has one room. A header of that room may include it only if nobody outside includes that header.
LIBRARIES = (
    # name, what its includes look like, rooms
    ("ZeroMQ", r"zmq(\.hpp|_addon\.hpp|\.h)$", ("common/zmq",)),
    ("RocksDB", r"rocksdb/", ("common/rocks",)),
    ("Boost.JSON", r"boost/json", ("common/json", "common/runtime")),  # runtime: the data folder's own files
    ("Boost.Beast and Asio", r"boost/(beast|asio|system|optional|utility|core)", ("common/http",)),
    ("Cap'n Proto", r"(capnp|kj)/|.*\.capnp\.h$", ("common/wire",)),
    ("OpenSSL", r"openssl/", ("common/hash", "common/runtime")),  # runtime: the data folder's keys
    ("xxHash", r"xxhash", ("common/hash",)),
    ("LZ4", r"lz4", ("common/wire",)),
    ("spdlog", r"spdlog/|fmt/", ("common/runtime",)),
    ("prometheus-cpp", r"prometheus/", ("common/runtime",)),
    ("toml++", r"toml\+\+|toml\.hpp", ("common/runtime",)),
    ("CLI11", r"CLI/", ("clients/cli",)),
    ("iconv", r"iconv\.h$", ("services/intake",)),  # the C library's: CSV files in GB18030
    ("utf8proc", r"utf8proc\.h$", ("services/intake",)),
    ("the peers' clients", r"hiredis/|libpq-fe\.h$|nats/", ("tests",)),  # tests/bench/compare
    ("GoogleTest", r"g(test|mock)/", ("tests",)),
)
# The operating system's own headers.
SYSTEM = r"(sys|netinet|arpa|linux|net)/|[a-z_]+\.h$"
SYSTEM_ROOMS = ("common/zmq", "common/rocks", "common/http", "common/runtime", "clients/cli", "tests")

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.M)


def room_of(name):
    parts = name.split("/")
    return "/".join(parts[:2]) if parts[0] in ("common", "services", "clients") else parts[0]


def is_main(name):
    return name.endswith("/main.cc")


def is_rule(name):
    return any(fnmatch.fnmatch(name, pattern) for pattern in RULES)


def own_include(name, target):
    """Why `name` may not include our file `target`; None if it may."""
    room, wanted = room_of(name), room_of(target)
    if room == "tests" or wanted == room and not is_rule(name):
        return None
    if wanted == "tests":
        return "only tests include tests"
    if wanted.startswith("services/") and room != wanted:
        # The command line replays the folds that a service owns.
        if room == "clients/cli" and is_rule(target) or (room, target) in CHECKS:
            return None
        return "never another service"
    if is_rule(name):
        allowed = wanted in PURE or wanted == room and is_rule(target)
        return None if allowed else "a rule sees domain, projection, hash and rules only"
    if is_main(name):
        return None
    allowed = SHARED if room.startswith("services/") else ROOMS.get(room)
    if allowed is None:
        return f"{room} is no room of the design; add it to tests/tidy/check_includes.py"
    return None if wanted in allowed else f"{room} may not include {wanted}"


def library_include(name, target):
    """Why `name` may not include the library header `target`; None if it may."""
    room = room_of(name)
    for library, pattern, rooms in LIBRARIES:
        if not re.match(pattern, target):
            continue
        if room not in rooms and room != "tests":
            return f"{library} belongs to {', '.join(rooms)}"
        return None
    if re.match(SYSTEM, target):
        if room in SYSTEM_ROOMS or is_main(name):
            return None
        return f"the operating system belongs to {', '.join(SYSTEM_ROOMS)} and main.cc"
    if "/" in target or "." in target:
        return "an unknown library: give it a room here and a line in docs/decisions/0005-libraries.md"
    return None


def is_ours(match):
    return match.group(1) == '"' and not match.group(2).endswith(".capnp.h")


def includes(tree, name):
    """(line number, match) of each include."""
    for number, line in enumerate(tree.lines(name), 1):
        if match := INCLUDE.match(line):
            yield number, match


def leaks(graph):
    """Libraries that reach a file outside their room through our headers."""
    for library, pattern, rooms in LIBRARIES:
        carriers = {name for name, targets in graph.items()
                    if name.endswith(".h") and any(re.match(pattern, t) for ours, t in targets if not ours)}
        reached = set(carriers)
        while reached:
            reached = {name for name, targets in graph.items()
                       if any(ours and t in reached for ours, t in targets)} - carriers
            carriers |= reached
        for name in sorted(carriers):
            if room_of(name) not in rooms and room_of(name) != "tests":
                yield f"{name}: {library} leaks in through a header; keep it behind a forward declaration"


def check(tree):
    exceptions = sources.Exceptions(tree, "include")
    files = tree.files(sources.CPP)
    graph = {name: [(is_ours(m), m.group(2)) for _, m in includes(tree, name)] for name in files}
    for name in files:
        for number, match in includes(tree, name):
            target = match.group(2)
            if is_ours(match) and "/" not in target:
                why = "includes start at the root of the repository"
            else:
                why = own_include(name, target) if is_ours(match) else library_include(name, target)
            if why and not exceptions.allows(f"{name}:{target}"):
                yield f"{name}:{number}: {target}: {why}"
    yield from leaks(graph)
    for pattern in RULES:
        if not any(fnmatch.fnmatch(name, pattern) for name in files):
            yield f"tests/tidy/check_includes.py: no file matches the rule pattern {pattern}"
    yield from exceptions.problems()


def planted(name, line, **more):
    rules = {pattern.replace("*", "h" if ".*" in pattern else "x.h"): "" for pattern in RULES}
    return {**rules, name: line + "\n", **more}


SELF_TEST = [
    (planted("services/intake/x.cc", '#include "common/domain/ids.h"'), None),
    (planted("services/intake/main.cc", '#include "common/zmq/server.h"'), None),
    (planted("services/intake/x.cc", '#include "common/zmq/server.h"'), "may not include common/zmq"),
    (planted("services/intake/main.cc", '#include "services/event_log/x.h"'), "never another service"),
    (planted("common/domain/x.h", '#include "common/seam/clock.h"'), "may not include common/seam"),
    (planted("common/projection/x.cc", '#include "common/seam/clock.h"'), "a rule sees"),
    (planted("services/intake/x.cc", "#include <rocksdb/db.h>"), "RocksDB belongs to"),
    (planted("common/rocks/x.h", "#include <rocksdb/db.h>",
             **{"common/rocks/y.h": '#include "common/rocks/x.h"\n',
                "services/event_log/main.cc": '#include "common/rocks/y.h"\n'}),
     "services/event_log/main.cc: RocksDB leaks in"),
    (planted("common/domain/x.cc", "#include <unistd.h>"), "the operating system belongs to"),
    (planted("common/wire/x.cc", "#include <nlohmann/json.hpp>"), "an unknown library"),
    (planted("common/wire/x.h", '#include "schema/event.capnp.h"',
             **{"common/wire/x.cc": '#include "common/wire/x.h"\n'}), None),
    (planted("services/intake/x.cc", '#include "schema/event.capnp.h"'), "Cap'n Proto belongs to"),
    (planted("common/wire/x.cc", '#include "ids.h"'), "start at the root"),
    ({"common/wire/x.cc": ""}, "no file matches the rule pattern"),
    (planted("common/wire/x.cc", "", **{"tests/tidy/exceptions.txt": "include a.cc:b.h because\n"}),
     "needs no exception any more"),
]

if __name__ == "__main__":
    sources.run(check, SELF_TEST)
