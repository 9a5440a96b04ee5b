#!/usr/bin/env python3
"""While a hostile or large list is read: how long a visit takes from request to acknowledgement.

Starts a county in a temporary folder, posts one visit after the other at a steady rate, and meanwhile posts lists of
8 MiB, each made to cost as much as its kind can. Prints a line for each list: how long it took, and the visits' median,
99th percentile and longest.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import signal
import statistics
import subprocess
import tempfile
import threading
import time

from board_delay import free_port_block, uuid7

MIB = 1024 * 1024
GRID = "431224100001001"


def filled(header: str, line: str, size: int) -> bytes:
    return (header + line * (size // len(line.encode()) + 1)).encode()[:size]


def numbered(header: str, line: str, size: int) -> bytes:
    rows, length, i = [header], len(header), 0
    while length < size:
        rows.append(line % i)
        length += len(rows[-1].encode())
        i += 1
    return "".join(rows).encode()


def lists(size: int) -> dict:
    """What each is called, where it goes, its bytes."""
    households = "key,area,kind,registered,usual\n"
    accents = "\u0301" * 1_000 + "\u0316" * 1_000
    return {
        "nothing": None,
        "good households": ("households", numbered(households, f"LD%d,{GRID},family,4,3\n", size // 4)),
        "households that are all refused": ("households", numbered(households, "LD%d,431224999001,family,4,3\n", size)),
        "keys without their zeros": ("workers", numbered("key,kind,home\n", "%d,clerk,431224\n", size)),
        "long cells of letters nobody sees": ("areas", filled("code,name\n", f"{GRID},{'x' * 3000}\u200b{'溪' * 300}\n", size)),
        "open quotes, each closing the one before": ("areas", filled("code,name\n", 'ab","\n', size)),
        "a quote on each line": ("areas", filled("code,name\n", '"\n', size)),
        "one long line": ("areas", filled("code,name\n", "x", size)),
        "one long line of commas": ("areas", filled("code,name\n", ",", size)),
        "lines without content": ("areas", filled("code,name\n", ",\n", 1 * MIB)),
        "one quoted cell": ("areas", filled("code,name\n\"", "溪\n", size)),
        "cells of accents": ("households", filled("\ufeff" + households, f"K1,{accents},{accents},{accents},{accents}\n", size)),
        "headings of accents": ("areas", ("\ufeff" + (",".join([accents] * 64) + "\n") * 6).encode()[:size]),
        "rows of empty cells before the headings": ("areas", filled("", "," * 53 + "\n", size)),
        "CR only": ("areas", filled("code,name\r", "43122499,某某村\r", size)),
        "GB18030": ("areas", "code,name\n".encode() + ("43122499,某某村\n".encode("gb18030") * (size // 16))[:size]),
        "half UTF-8, half GB18030": ("areas", ("code,name\n" + "43122499,桥头\n" * (size // 32)).encode() +
                                     "43122499,桥头\n".encode("gb18030") * (size // 32)),
    }


class Visits(threading.Thread):
    def __init__(self, port: int, household: str, worker: str, rate: float):
        super().__init__(daemon=True)
        self.port, self.household, self.worker, self.rate = port, household, worker, rate
        self.took: list[float] = []
        self.over = threading.Event()

    def run(self) -> None:
        rng = random.Random(7)
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        while not self.over.is_set():
            now = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600))
            body = json.dumps({"id": uuid7(rng), "household": self.household, "mode": "atDoor", "started": now, "ended": now,
                               "disposition": "noAnswer", "doneBy": [self.worker]})
            begun = time.monotonic()
            connection.request("POST", "/v1/visits", body, {"content-type": "application/json"})
            response = connection.getresponse()
            answer = response.read()
            if response.status != 200:
                raise SystemExit(f"list_delay: visit refused: {answer.decode()}")
            self.took.append((time.monotonic() - begun) * 1000)
            time.sleep(1 / self.rate)


def post(port: int, what: str, body: bytes) -> tuple[int, dict]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=600)
    connection.request("POST", f"/v1/imports/{what}", body, {"content-type": "text/csv"})
    response = connection.getresponse()
    return response.status, json.loads(response.read())


def measure(port: int, options: argparse.Namespace) -> list[dict]:
    def must(what, text):
        status, answer = post(port + 1, what, text.encode())
        if status != 200 or answer["rejected"]:
            raise SystemExit(f"list_delay: {what}: {answer}")

    must("areas", f"code,name\n431224,溆浦县\n431224100,卢峰镇\n431224100001,警予社区\n{GRID},一网格\n")
    must("workers", "key,kind,home\nW1,gridWorker,431224100001\n0012,clerk,431224\n")
    must("households", f"key,area,kind,registered,usual\nH1,{GRID},family,4,3\n")
    campaign, round_, rng = uuid7(random.Random(1)), uuid7(random.Random(2)), random.Random(3)
    connection = http.client.HTTPConnection("127.0.0.1", port + 1, timeout=10)
    now = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600))
    later = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 32 * 3600))
    for path, body in (("/v1/campaigns", {"campaign": campaign, "name": "排查", "area": "431224"}),
                       ("/v1/rounds", {"round": round_, "campaign": campaign, "number": 1, "questionSet": "q", "riskList": "r",
                                       "deadline": later})):
        connection.request("POST", path, json.dumps({"id": uuid7(rng), "happenedAt": now, **body}),
                           {"content-type": "application/json"})
        connection.getresponse().read()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    time.sleep(1)
    connection.request("GET", f"/v1/areas/{GRID}/households")
    household = json.loads(connection.getresponse().read())["households"][0]["id"]
    events = subprocess.run([options.bin / "doorstep", "event", "read", "--ndjson", "--type", "workerRegistered", "--data",
                             options.data], capture_output=True, text=True, check=True).stdout.splitlines()
    worker = next(json.loads(line)["event"]["body"]["worker"] for line in events if "gridWorker" in line)

    figures = []
    for name, of in lists(options.mib * MIB).items():
        visits = Visits(port + 1, household, worker, options.rate)
        visits.start()
        begun = time.monotonic()
        status, answer = (0, {}) if of is None else post(port + 1, *of)
        took = time.monotonic() - begun
        time.sleep(max(0.0, options.least_s - took))
        visits.over.set()
        visits.join()
        ordered = sorted(visits.took)
        figures.append({"list": name, "status": status, "rows": answer.get("rows"), "seconds": round(took, 2),
                        "visits": len(ordered), "p50_ms": round(statistics.median(ordered), 1),
                        "p99_ms": round(ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))], 1),
                        "max_ms": round(ordered[-1], 1)})
        if not options.json:
            row = figures[-1]
            print(f"{row['list']:42} {row['status']:3} {row['seconds']:7.2f} s  {row['visits']:5} visits  "
                  f"p50 {row['p50_ms']:6.1f}  p99 {row['p99_ms']:6.1f}  max {row['max_ms']:6.1f} ms", flush=True)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--mib", type=int, default=8, help="size of each list")
    parser.add_argument("--rate", type=float, default=100, help="visits a second, at most")
    parser.add_argument("--least-s", type=float, default=5, help="visits go on for at least so long")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    port = free_port_block()
    with tempfile.TemporaryDirectory(prefix="doorstep-list-delay-") as folder:
        options.data = os.path.join(folder, "data")
        with open(os.path.join(folder, "up.log"), "wb") as log:
            up = subprocess.Popen([options.bin / "doorstep", "up", "--data", options.data, "--port", str(port)], stdout=log,
                                  stderr=log)
        try:
            for _ in range(100):
                status = subprocess.run([options.bin / "doorstep", "status", "--data", options.data], capture_output=True)
                if status.returncode == 0:
                    break
                time.sleep(0.2)
            figures = measure(port, options)
        finally:
            up.send_signal(signal.SIGTERM)
            up.wait(30)
    if options.json:
        print(json.dumps(figures, ensure_ascii=False))


if __name__ == "__main__":
    main()
