#!/usr/bin/env python3
"""Accepted to visible: how long after intake's answer a visit is on the board.

Starts a county in a temporary folder, posts visits from several connections at a steady rate, and reads the
board's own stream. For each visit: from the moment its answer arrived to the first frame whose position
covers it. Prints one line of figures; `--json` prints them as an object.
"""
import argparse
import http.client
import json
import os
import pathlib
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import uuid


def uuid7(rng: random.Random) -> str:
    value = (int(time.time() * 1000) << 80) | rng.getrandbits(80)
    value = (value & ~(0xF << 76)) | (7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    return str(uuid.UUID(int=value))


def get(port: int, path: str) -> dict:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path)
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


def free_port_block() -> int:
    """A port P with P..P+4 free."""
    for port in range(28000, 29000, 10):
        try:
            for offset in range(5):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            continue
    raise SystemExit("board_delay: no five free ports between 28000 and 29000")


class Frames(threading.Thread):
    """Reads the board's stream and keeps (time, position) of each frame."""

    def __init__(self, port: int, area: str):
        super().__init__(daemon=True)
        self.seen: list[tuple[float, int]] = []
        self.port, self.area = port, area

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", f"/v1/stream?area={self.area}")
        response = connection.getresponse()
        event = ""
        while line := response.readline():
            if line.startswith(b"event: "):
                event = line[7:].strip().decode()
            elif line.startswith(b"data: ") and event == "areas":
                self.seen.append((time.monotonic(), json.loads(line[6:])["asOf"]))


class Poster(threading.Thread):
    def __init__(self, port: int, households: list[dict], rate: float, count: int, seed: int):
        super().__init__()
        self.acknowledged: list[tuple[float, int]] = []
        self.port, self.households, self.rate, self.count = port, households, rate, count
        self.rng = random.Random(seed)

    def run(self) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        due = time.monotonic()
        for _ in range(self.count):
            due += 1 / self.rate
            time.sleep(max(0.0, due - time.monotonic()))
            household = self.rng.choice(self.households)
            now = time.strftime("%Y-%m-%dT%H:%M:%S+08:00", time.gmtime(time.time() + 8 * 3600))
            visit = {"id": uuid7(self.rng), "household": household["id"], "mode": "atDoor",
                     "disposition": "noAnswer", "started": now, "ended": now,
                     "doneBy": [household["lead"]["id"]]}
            body = json.dumps(visit)
            connection.request("POST", "/v1/visits", body, {"Content-Type": "application/json"})
            response = connection.getresponse()
            answer = json.loads(response.read())
            if response.status not in (200, 201):
                raise SystemExit(f"board_delay: visit refused: {answer}")
            self.acknowledged.append((time.monotonic(), answer["position"]))


def delays_ms(acknowledged: list[tuple[float, int]], frames: list[tuple[float, int]]) -> list[float]:
    delays = []
    frame = 0
    for at, position in sorted(acknowledged, key=lambda pair: pair[1]):
        while frame < len(frames) and frames[frame][1] < position:
            frame += 1
        if frame == len(frames):
            raise SystemExit(f"board_delay: position {position} never came to the board")
        delays.append(max(0.0, (frames[frame][0] - at) * 1000))
    return delays


def measure(options: argparse.Namespace, port: int) -> dict:
    households = []
    page = get(port, "/v1/areas/431224/households?limit=1000")
    while True:
        households += [h for h in page["households"] if h["lead"] and h["lead"]["kind"] == "worker"]
        if page["next"] is None:
            break
        page = get(port, f"/v1/areas/431224/households?limit=1000&after={page['next']}")
    frames = Frames(port, "431224")
    frames.start()
    time.sleep(1)
    count = max(1, int(options.rate * options.seconds / options.connections))
    posters = [Poster(port + 1, households, options.rate / options.connections, count, seed)
               for seed in range(options.connections)]
    started = time.monotonic()
    for poster in posters:
        poster.start()
    for poster in posters:
        poster.join()
    elapsed = time.monotonic() - started
    time.sleep(2)
    acknowledged = [pair for poster in posters for pair in poster.acknowledged]
    delays = sorted(delays_ms(acknowledged, frames.seen))
    return {"visits": len(acknowledged), "visitsPerSecond": round(len(acknowledged) / elapsed),
            "connections": options.connections, "frames": len(frames.seen),
            "p50_ms": round(statistics.median(delays), 1),
            "p99_ms": round(delays[int(len(delays) * 0.99) - 1], 1),
            "max_ms": round(delays[-1], 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", default="build/release/bin", help="where the programs are")
    parser.add_argument("--rate", type=float, default=400, help="visits a second")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--households", type=int, default=2000)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    doorstep = str(pathlib.Path(options.bin) / "doorstep")
    port = free_port_block()
    with tempfile.TemporaryDirectory(prefix="doorstep-board-delay-") as folder:
        environment = dict(os.environ, DOORSTEP_DATA=folder)
        county = subprocess.Popen([doorstep, "up", "--data", folder, "--port", str(port)],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                  env=environment)
        try:
            deadline = time.monotonic() + 60
            while True:
                try:
                    if get(port, "/healthz").get("status") == "ok":
                        break
                except (OSError, ValueError, http.client.HTTPException):
                    pass
                if county.poll() is not None or time.monotonic() > deadline:
                    raise SystemExit("board_delay: the county did not start")
                time.sleep(0.2)
            subprocess.run([doorstep, "field", "simulate", "--setup-only", "--households",
                            str(options.households)], check=True, env=environment,
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            figures = measure(options, port)
        finally:
            county.send_signal(signal.SIGTERM)
            county.wait(timeout=30)
    if options.json:
        print(json.dumps(figures))
    else:
        print("accepted to visible on the board: "
              + ", ".join(f"{name} {value}" for name, value in figures.items()))


if __name__ == "__main__":
    sys.exit(main())
