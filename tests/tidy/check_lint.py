#!/usr/bin/env python3
"""clang-tidy 19 over every .cc that the release build compiles, two at a time. Slow (minutes), so only
`tests/run --lint` runs it. Its compile commands are ours without what only g++ understands."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
LINTER = "clang-tidy-19"
FOR_GCC_ONLY = ("-fpch-preprocess", "-Werror", "-Winvalid-pch")


# Must come before any capnp header, whatever order a file includes them in.
KJ_SHIM = ("-include", str(ROOT / "common/wire/kj_clang_shim.h"))


def for_clang(command):
    """Drops the launcher (ccache and its settings), the precompiled header and g++'s own flags."""
    words = shlex.split(command)
    while words and not os.path.basename(words[0]).startswith(("c++", "g++", "clang++")):
        words.pop(0)
    kept = []
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word == "-include":
            skip = True
        elif word not in FOR_GCC_ONLY:
            kept.append(word)
    if "wire" in words[-1]:
        kept[1:1] = KJ_SHIM
    return shlex.join(kept)


def commands(build):
    with open(build / "compile_commands.json", encoding="utf-8") as file:
        entries = json.load(file)
    ours = [e for e in entries if e["file"].endswith(".cc") and pathlib.Path(e["file"]).is_relative_to(ROOT)
            and not pathlib.Path(e["file"]).is_relative_to(build)]
    return [{**e, "command": for_clang(e["command"])} for e in ours]


def lint(database, file):
    return subprocess.run([LINTER, "--quiet", "-p", database, file], cwd=ROOT, capture_output=True, text=True)


PLANTED = """#include "common/domain/result.h"
namespace doorstep {
Outcome append();
void forgets_the_error() { append(); }
}  // namespace doorstep
"""


def self_test():
    """A dropped Result must be found."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "planted.cc")
        file.write_text(PLANTED, encoding="utf-8")
        command = [LINTER, "--quiet", f"--config-file={ROOT / '.clang-tidy'}", str(file), "--", "-std=c++23", f"-I{ROOT}"]
        done = subprocess.run(command, capture_output=True, text=True)
    found = done.returncode != 0 and "bugprone-unused-return-value" in done.stdout
    print("1 planted case, 0 missed" if found else f"a dropped Result was not found\n{done.stdout}{done.stderr}")
    return 0 if found else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--build", default=str(ROOT / "build" / "release"))
    parser.add_argument("files", nargs="*", help="only files whose path contains one of these")
    arguments = parser.parse_args()
    if not shutil.which(LINTER):
        print(f"SKIPPED: {LINTER} is not installed (deploy/packages-test.txt)")
        return 77
    if arguments.self_test:
        return self_test()
    entries = commands(pathlib.Path(arguments.build).resolve())
    files = sorted({e["file"] for e in entries if not arguments.files or any(f in e["file"] for f in arguments.files)})
    failed = 0
    with tempfile.TemporaryDirectory() as database:
        pathlib.Path(database, "compile_commands.json").write_text(json.dumps(entries), encoding="utf-8")
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            for file, done in zip(files, pool.map(lambda f: lint(database, f), files)):
                if done.returncode:
                    failed += 1
                    print(f"== {pathlib.Path(file).relative_to(ROOT)}\n{done.stdout}{done.stderr}", flush=True)
    print(f"{len(files)} files, {failed} with findings")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
