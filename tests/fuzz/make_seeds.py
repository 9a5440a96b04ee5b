#!/usr/bin/env python3
"""make_seeds.py FOLDER: from the golden files, what each fuzzer starts with."""

import pathlib
import shutil
import struct
import sys

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden"
SEEDS = {
    "fuzz_frame": ["frame/*/*.hex"],
    "fuzz_block": ["log/block*.hex"],
    "fuzz_checkpoint": ["log/*checkpoint*.txt", "log/policy.txt"],
    "fuzz_proof": ["log/consistency.txt", "log/inclusion.tlog-proof"],
    "fuzz_event": ["event/*/*.hex"],
}


def sealed_day():
    """As docs/formats/sealed_day.md says; without its hash, which the fuzzer adds."""
    heading = ("a sealed day of a Doorstep log\ndate 2022-03-23\nover yes\nfirst 1\nlast 3\nevents 3\nrequests 2\n"
               "blocks 1\ntexts 1\n")
    parts = [(b"HEAD", heading.encode()), (b"VKEY", b"a/log+00000000+AQ=="),
             (b"SIGN", (GOLDEN / "log/checkpoint.txt").read_bytes()), (b"TREE", bytes(8)), (b"NAME", b"a text"),
             (b"TEXT", b"of some words"), (b"BLCK", bytes.fromhex((GOLDEN / "log/block.hex").read_text()))]
    return b"DSDAY001" + b"".join(tag + len(part).to_bytes(8, "little") + part for tag, part in parts)


def index_page():
    """As docs/formats/index.md says: three events, two areas, one type."""
    header = struct.pack("<BBHHHq", 1, 0, 3, 2, 1, 1_648_000_000_000) + bytes(32)
    return header + struct.pack("<QQH", 7, 9, 21) + bytes([0, 1, 0]) + bytes(3) + bytes([0, 0x80, 0x01, 2])


LISTS = [
    "code,name,level,parent\r\n431224,溆浦县,county,\r\n431224100,卢峰镇,镇,431224\r\n",
    "一览表,,\nkey,area,kind,dwelling_key,dwelling_state,registered,usual\n"
    "H1,431224100001001,family,\"D\"\"1\",inUse,4,3\n,431224100001001,,D2,空置,,\n",
    "工作人员编号,类别,所在区划\rW1,网格员,431224100001\r",
    "key,household_key,area,level,role,worker_key,basis,from\nR1,H1,,包户到人,牵头责任人,W1,结对,2026/11/1 8:00\n",
]


def lists():
    """The first byte says the kind and, where not found out, the encoding."""
    for kind, text in enumerate(LISTS):
        yield f"utf8-{kind}", bytes([kind]) + text.encode()
        yield f"mark-{kind}", bytes([kind]) + b"\xef\xbb\xbf" + text.encode()
        yield f"gb18030-{kind}", bytes([kind + 8]) + text.encode("gb18030")


def http_requests():
    """What both servers are tried with, and their tags and types."""
    sys.path.insert(0, str(GOLDEN.parent / "process"))
    import http_conformance as conformance
    requests = [text.replace("{port}", "9420") for _, text, *_ in conformance.TABLE]
    tags = [text.replace("@", '"a"') for text, _ in conformance.TAGS]
    return requests + tags + [text for _, text, _ in conformance.TYPES]


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
    (folder / "fuzz_day").mkdir()
    (folder / "fuzz_day/day").write_bytes(sealed_day())
    (folder / "fuzz_http").mkdir()
    for number, text in enumerate(http_requests()):
        (folder / f"fuzz_http/{number}").write_bytes(text.encode())
    (folder / "fuzz_index").mkdir()
    (folder / "fuzz_index/page").write_bytes(index_page())
    (folder / "fuzz_list").mkdir()
    for name, data in lists():
        (folder / "fuzz_list" / name).write_bytes(data)


if __name__ == "__main__":
    main()
