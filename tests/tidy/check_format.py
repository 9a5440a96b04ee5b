#!/usr/bin/env python3
"""Every .h and .cc is as clang-format 19 and .clang-format write it. Exit 77 (ctest: skipped) without it."""

import shutil
import subprocess
import sys

import sources

FORMATTER = "clang-format-19"


def check(tree):
    files = tree.files(sources.CPP)
    for first in range(0, len(files), 100):
        done = subprocess.run([FORMATTER, "--dry-run", "-Werror", *files[first:first + 100]], cwd=tree.root,
                              capture_output=True, text=True)
        yield from (line for line in done.stderr.split("\n") if ": error:" in line)


STYLE = {".clang-format": "BasedOnStyle: Google\n"}
SELF_TEST = [
    ({**STYLE, "common/domain/x.cc": "int f() { return 1; }\n"}, None),
    ({**STYLE, "common/domain/x.cc": "int f( ){return 1;}\n"}, "common/domain/x.cc:1"),
]

if __name__ == "__main__":
    if not shutil.which(FORMATTER):
        print(f"SKIPPED: {FORMATTER} is not installed; nobody has checked the format (deploy/packages-test.txt)")
        sys.exit(77)
    sources.run(check, SELF_TEST)
