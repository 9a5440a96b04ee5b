#!/usr/bin/env python3
"""Time and chance enter through main.cc and the adapters only: rules get `now` and ids as arguments, so
that a test or a replay of the same input gives the same output. Tests neither sleep nor look at a clock,
except where real processes run."""

import fnmatch
import re

import sources

FORBIDDEN = {
    "a clock": r"\b(system_clock|steady_clock|high_resolution_clock|utc_clock|gettimeofday|clock_gettime|timespec_get)\b",
    "the time of day": r"(?<![\w.>])(std::|::)?(time\s*\(\s*(nullptr|NULL|0|&)|(localtime|gmtime|mktime)(_r)?\s*\()",
    "chance": r"\b(random_device|getrandom|getentropy|arc4random|srand|RAND_bytes|mt19937(_64)?|default_random_engine)\b"
              r"|(?<![\w.>])(std::)?rand\s*\(",
    "a sleep": r"\b(sleep_for|sleep_until|usleep|nanosleep)\b|(?<![\w.>:])sleep\s*\(",
}
ALLOWED = (
    "common/zmq/*", "common/http/*", "common/rocks/*", "common/runtime/*", "*/main.cc",
    "tests/process/*", "tests/bench/*", "tests/fault_injection/*",
)
# A test may make its own chance from a seed, if a failure prints it.
SEEDED = re.compile(r"\b(mt19937(_64)?|random_device)\b")


def check(tree):
    exceptions = sources.Exceptions(tree, "clock")
    for name in tree.files(sources.CPP):
        if any(fnmatch.fnmatch(name, pattern) for pattern in ALLOWED):
            continue
        text = tree.text(name)
        prints_seed = re.search(r"<< .*\bseed\b|SCOPED_TRACE", text)
        code = sources.code_only(text).split("\n")
        for number, line in enumerate(code, 1):
            for what, pattern in FORBIDDEN.items():
                match = re.search(pattern, line)
                if not match or name.startswith("tests/") and SEEDED.match(match.group(0)) and prints_seed:
                    continue
                if not exceptions.allows(name):
                    yield f"{name}:{number}: {match.group(0).strip()}: {what} outside adapters and main.cc"
    yield from exceptions.problems()


def line(text):
    return {"services/intake/x.cc": f"void f() {{ {text} }}\n"}


SELF_TEST = [
    (line("auto t = std::chrono::system_clock::now();"), "a clock"),
    (line("auto t = std::chrono::steady_clock::now();"), "a clock"),
    (line("auto t = std::time(nullptr);"), "the time of day"),
    (line("auto t = time(0);"), "the time of day"),
    (line("std::random_device d;"), "chance"),
    (line("int r = rand();"), "chance"),
    (line("std::mt19937 r{7};"), "chance"),
    (line("std::this_thread::sleep_for(d);"), "a sleep"),
    (line("// system_clock\n const char* s = \"random_device\"; visit.time(); time(visit.started); run_time(0);"), None),
    ({"common/zmq/x.cc": "auto t = steady_clock::now();\n", "services/intake/main.cc": "random_device d;\n"}, None),
    ({"tests/unit/domain/x_test.cc": "std::mt19937_64 random{seed};\nFAIL() << \"seed \" << seed;\n"}, None),
    ({"tests/unit/domain/x_test.cc": "std::mt19937_64 random{7};\n"}, "chance"),
    ({"tests/unit/domain/x_test.cc": "sleep_for(1s);\n"}, "a sleep"),
    ({"common/domain/x.cc": "", "tests/tidy/exceptions.txt": "clock common/domain/x.cc why\n"}, "no exception"),
]

if __name__ == "__main__":
    sources.run(check, SELF_TEST)
