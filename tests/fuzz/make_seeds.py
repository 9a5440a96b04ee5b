#!/usr/bin/env python3
"""make_seeds.py FOLDER: from the golden files, what each fuzzer starts with."""

import pathlib
import shutil
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
SEEDS = {
    "fuzz_frame": ["frame/*/*.hex"],
    "fuzz_block": ["log/block*.hex"],
    "fuzz_checkpoint": ["log/*checkpoint*.txt", "log/policy.txt"],
    "fuzz_proof": ["log/consistency.txt", "log/inclusion.tlog-proof"],
    "fuzz_event": ["event/*.hex"],
}


def main():
    folder = pathlib.Path(sys.argv[1])
    shutil.rmtree(folder, ignore_errors=True)
    for fuzzer, patterns in SEEDS.items():
        (folder / fuzzer).mkdir(parents=True)
        files = [path for pattern in patterns for path in sorted(GOLDEN.glob(pattern))]
        if not files:
            sys.exit(f"{fuzzer}: no golden files")
        for path in files:
            data = bytes.fromhex(path.read_text()) if path.suffix == ".hex" else path.read_bytes()
            (folder / fuzzer / f"{path.parent.name}-{path.stem}").write_bytes(data)


if __name__ == "__main__":
    main()
