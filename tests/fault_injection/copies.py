"""Copies of a log under faults: `log backup`, `log restore` and `day seal` of the real command line, killed at a point of
their I/O and given again, and their files damaged. A backup counts only where it verified; a sealed day that verifies
is the day; the same command finishes what was interrupted."""

import atexit
import ctypes
import os
import random as chance
import shutil
import signal
import socket
import subprocess
import threading
import time

import corruption
from lives import NEVER

KIND = "copy"
VERBS = ("backup", "restore", "seal")
DATE = "1970-01-01"  # the lives' clock begins with the epoch
START_SECONDS_MAX = 20
_lock = threading.Lock()


def dies_with_its_parent():
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def free_port():
    """The first of five in a row."""
    while True:
        first = chance.SystemRandom().randrange(21_000, 32_000)
        try:
            for port in range(first, first + 5):
                with socket.socket() as tried:
                    tried.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


class County:
    """A log that runs, to be copied; a finished backup and a sealed day of it."""

    def __init__(self, lives):
        self.lives, self.truth = lives, corruption.victim_of(lives).truth
        self.data, self.backup, self.day = (lives.scratch / name for name in ("county", "backup", "day"))
        shutil.copytree(corruption.victim_of(lives).today, self.data)
        port = free_port()
        self.call("init", "--data", self.data, "--port", port).check_returncode()
        # The lives' clock begins with the epoch, and nobody minds that here.
        self.server = subprocess.Popen([str(lives.programs / "doorstep-event-log"), "--data", str(self.data),
                                        "--accept-clock"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       preexec_fn=dies_with_its_parent)
        atexit.register(self.server.kill)
        until = time.monotonic() + START_SECONDS_MAX
        while True:
            with socket.socket() as tried:
                if tried.connect_ex(("127.0.0.1", port + 2)) == 0:
                    break
            if time.monotonic() > until or self.server.poll() is not None:
                raise RuntimeError("the log to be copied does not start")
            time.sleep(0.02)
        for verb, target in (("backup", self.backup), ("seal", self.day)):
            done = self.copy(verb, target)
            if done.returncode != 0:
                raise RuntimeError(f"{verb} without faults: {done.stderr}")
        self.points = {}
        for verb in VERBS:
            with lives.folder() as folder:
                done = self.copy(verb, folder / "copy", COUNT_POINTS=1, KILL_AT=NEVER)
                words = done.stdout.rsplit("points ", 1)[-1].split()
                if done.returncode != 0 or not words:
                    raise RuntimeError(f"{verb} without faults: {done.stderr}")
                self.points[verb] = int(words[0])

    def call(self, *words, **faults):
        return subprocess.run([str(self.lives.programs / "doorstep"), *map(str, words)], capture_output=True, text=True,
                              timeout=90, env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", **self.lives.environment(faults)})

    def copy(self, verb, target, source=None, **faults):
        if verb == "backup":
            return self.call("log", "backup", target, "--data", self.data, **faults)
        if verb == "seal":
            return self.call("day", "seal", DATE, "--out", target, "--data", self.data, **faults)
        return self.call("log", "restore", source or self.backup, "--data", target, **faults)

    def problem_of_restored(self, target):
        served = self.lives.read(target, corruption.WORKLOADS[""])
        if served.refused:
            return f"what was restored does not open: {served.message}"
        count = len(self.truth.records)
        if served.records[:count] != self.truth.records:
            return "what was restored is not what was backed up"
        return None

    def problem_of_backup(self, backup, target):
        done = self.copy("restore", target, source=backup)
        return f"the backup is refused: {done.stderr}" if done.returncode else self.problem_of_restored(target)


_counties = {}


def county_of(lives):
    with _lock:
        if lives not in _counties:
            _counties[lives] = County(lives)
        return _counties[lives]


def close(lives):
    county = _counties.pop(lives, None)
    if county is not None:
        county.server.kill()
        county.server.wait()


def all_of(lives, stride):
    for verb in VERBS:
        for point in range(0, county_of(lives).points[verb], stride):
            yield f"{verb}:{point}:"
    for seed in range(0, 200, stride):
        yield f"damaged-backup:{seed}:"
        yield f"damaged-day:{seed}:"


def draw(lives, random):
    if random.random() < 0.5:
        return f"damaged-{random.choice(('backup', 'day'))}:{random.randrange(10**9)}:"
    verb = random.choice(VERBS)
    return f"{verb}:{random.randrange(county_of(lives).points[verb])}:{random.randrange(1, 10**9)}"


def killed(county, folder, verb, point, keeps, planted):
    copy = folder / "copy"
    died = county.copy(verb, copy, KILL_AT=point, KILL_KEEPS=keeps, KEPT=folder.with_suffix(".kept"), **planted)
    if died.returncode not in (0, -signal.SIGKILL):
        return f"a {verb} that was to be killed: {died.returncode} {died.stderr}"
    if verb == "backup" and (copy / "checkpoint").exists():
        problem = county.problem_of_backup(copy, folder / "early")
        if problem:
            return "it called itself a backup: " + problem
    if verb == "seal" and copy.exists() and county.call("day", "verify", copy).returncode != 0:
        return "a file has the day's name and does not verify"
    if verb == "restore" and died.returncode == 0:
        return county.problem_of_restored(copy)
    again = county.copy(verb, copy)
    if again.returncode != 0 and verb == "restore" and county.problem_of_restored(copy) is None:
        return None  # it was complete and only could not say so; a second one has nothing to do
    if again.returncode != 0:
        return f"the same {verb} again: {again.stderr}"
    if verb == "seal":
        verified = county.call("day", "verify", copy)
        return None if verified.returncode == 0 else f"sealed again, and refused: {verified.stdout}{verified.stderr}"
    return county.problem_of_backup(copy, folder / "restored") if verb == "backup" else county.problem_of_restored(copy)


def damaged(county, folder, what, seed):
    random = chance.Random(f"{what} {seed}")
    damage = random.choice(("flip", "flip", "cut", "zero", "exchange"))
    if what == "damaged-day":
        path, whole = folder / "copy", county.day.read_bytes()
        path.write_bytes(corruption.damaged(whole, damage, random))
        if path.read_bytes() == whole:
            return None, True
        verified = county.call("day", "verify", path)
        if verified.returncode > 0 and verified.stdout + verified.stderr:
            return None, False
        return f"{damage}: a damaged day verifies ({verified.returncode})", False
    copy = folder / "copy"
    shutil.copytree(county.backup, copy)
    files = [path for path in sorted(copy.rglob("*")) if path.is_file() and path.stat().st_size > 0]
    path = random.choice(files)
    path.write_bytes(corruption.damaged(path.read_bytes(), damage, random))
    done = county.copy("restore", folder / "restored", source=copy)
    if done.returncode > 0 and done.stderr:
        return None, False
    if done.returncode != 0:
        return f"{damage} of {path.name}: ended with {done.returncode}: {done.stderr}", False
    problem = county.problem_of_restored(folder / "restored")
    return problem and f"{damage} of {path.name}: {problem}", True


def inject(lives, what, bug="", **planted):
    del bug
    verb, point, keeps = what.split(":")
    county = county_of(lives)
    with lives.folder() as folder:
        if verb.startswith("damaged-"):
            return damaged(county, folder, verb, point)
        problem = killed(county, folder, verb, point, keeps, planted)
        return problem, problem is None
