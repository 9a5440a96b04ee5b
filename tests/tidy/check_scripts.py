#!/usr/bin/env python3
"""Shell scripts parse, stop at the first error, and carry their run bit. quickstart refuses what cannot
work before it changes anything."""

import os
import pathlib
import socket
import subprocess
import tempfile

import sources

FIRST_LINE = "#!/usr/bin/env bash"


def scripts(tree):
    for name in tree.files():
        if name.endswith(".sh") or tree.text(name).startswith("#!") and "bash" in tree.lines(name)[0]:
            yield name


def check(tree):
    for name in scripts(tree):
        path = tree.root / name
        if tree.lines(name)[0] != FIRST_LINE:
            yield f"{name}:1: begins with {FIRST_LINE}"
        if "\nset -euo pipefail\n" not in tree.text(name):
            yield f"{name}: no line `set -euo pipefail`"
        if not os.access(path, os.X_OK):
            yield f"{name}: no run bit"
        parsed = subprocess.run(["bash", "-n", str(path)], capture_output=True, text=True)
        if parsed.returncode:
            yield f"{name}: {parsed.stderr.strip()}"
    if (tree.root / "deploy/quickstart").exists():
        yield from check_quickstart(tree)


def check_quickstart(tree):
    with tempfile.TemporaryDirectory() as folder, socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        real = pathlib.Path(folder, "real")
        (real / "log-head").mkdir(parents=True)
        (real / "log-head" / "checkpoint").touch()
        refusals = [
            (["--speed", "fast"], "must be a whole number"),
            (["--households", "99"], "must be a whole number"),
            (["--colour", "red"], "unknown argument"),
            (["--data"], "needs a value"),
            (["--data", str(real)], "a log in real time"),
            (["--data", f"{folder}/new", "--port", str(taken.getsockname()[1])], "is in use"),
        ]
        for arguments, words in refusals:
            done = subprocess.run([str(tree.root / "deploy/quickstart"), *arguments], capture_output=True, text=True,
                                  timeout=20)
            if done.returncode == 0 or words not in done.stderr:
                yield f"deploy/quickstart {' '.join(arguments)}: no word of '{words}': {done.stderr.strip()}"


GOOD = FIRST_LINE + "\nset -euo pipefail\necho\n"
SELF_TEST = [
    ({"deploy/x": "text\n"}, None),
    ({"deploy/x": GOOD}, "no run bit"),
    ({"deploy/x.sh": FIRST_LINE + "\necho\n"}, "no line"),
    ({"deploy/x.sh": "#!/bin/bash\nset -euo pipefail\n"}, "begins with"),
    ({"deploy/x.sh": GOOD + "if true\n"}, "syntax error"),
]

if __name__ == "__main__":
    sources.run(check, SELF_TEST)
