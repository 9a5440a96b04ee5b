"""Lives of the log under test: a folder, a process that lives in it, what it said, what it leaves."""

import contextlib
import itertools
import os
import pathlib
import shutil
import subprocess
import tempfile
import threading

import checker

LIFE_SECONDS_MAX = 90  # the driver ends itself before; this is for one that cannot
NEVER = 10**9  # a point that no life reaches
# What a disk leaves after a death is made here (io_faults.c), so memory may serve as the disk, and is faster.
SCRATCH = "/dev/shm" if os.path.isdir("/dev/shm") else None


class Life:
    """What a life said: acknowledgements, and the failure that it was given, with what it acknowledged afterwards."""

    def __init__(self, output, code, message):
        self.code, self.message = code, message.strip()
        self.acknowledged, self.failed, self.after_the_failure, self.points = {}, None, [], (0, 0)
        for line in output.splitlines(keepends=True):
            word, *rest = line.split()
            if not line.endswith("\n"):
                break  # cut off by its death: not said
            if word == "ack":
                self.acknowledged[int(rest[0])] = (int(rest[1]), int(rest[2]))
                if self.failed is not None:
                    self.after_the_failure.append(int(rest[0]))
            elif word == "failed":
                self.failed = rest[0] if rest else "?"
            elif word == "points":
                self.points = (int(rest[0]), int(rest[1]))


class Lives:
    """Runs them. Threads may share one."""

    def __init__(self, programs):
        self.programs = pathlib.Path(programs)
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="doorstep-faults-", dir=SCRATCH))
        self._numbers = itertools.count()
        self._attempted, self._points = {}, {}
        self._lock = threading.Lock()
        self.template = self.scratch / "template"
        self._run(["fault_driver", "init", str(self.template)], {}).check_returncode()

    def remove(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    def driver(self, bug):
        """The program that has the bug, and what it must be told. Some bugs are built in: "build:NAME"."""
        if bug.startswith("build:"):
            return "fault_driver_" + bug.removeprefix("build:"), ""
        return "fault_driver", bug

    def _run(self, command, environment):
        command = [str(self.programs / command[0]), *command[1:]]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=LIFE_SECONDS_MAX,
                              errors="replace")

    def environment(self, faults):
        if not faults:
            return {}
        preload = {"LD_PRELOAD": str(self.programs / "io_faults.so")}
        return preload | {name: str(value) for name, value in faults.items() if value not in (None, "")}

    @contextlib.contextmanager
    def folder(self, source=None):
        """A fresh data folder, and beside it one for names that a death may bring back."""
        path = self.scratch / f"{next(self._numbers)}"
        kept = path.with_suffix(".kept")
        kept.mkdir()
        shutil.copytree(source or self.template, path, symlinks=True)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)
            shutil.rmtree(kept, ignore_errors=True)

    def live(self, folder, workload, bug="", **faults):
        if "KILL_AT" in faults:
            faults["KEPT"] = folder.with_suffix(".kept")
            for left in faults["KEPT"].iterdir():
                left.unlink()
        program, told = self.driver(bug)
        done = self._run([program, "live", str(folder), workload, told], self.environment(faults))
        return Life(done.stdout, done.returncode, done.stderr)

    def start(self, folder, workload, bug="", **faults):
        """A life that the caller ends."""
        program, told = self.driver(bug)
        command = [str(self.programs / program), "live", str(folder), workload, told]
        return subprocess.Popen(command, env=self.environment(faults), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                text=True)

    def read(self, folder, workload, bug=""):
        program, told = self.driver(bug)
        done = self._run([program, "read", str(folder), workload, told], {})
        return checker.parse(done.stdout, done.returncode, done.stderr)

    def edit(self, folder, how, seed):
        return self._run(["fault_insider", str(folder / "log"), how, str(seed)], {})

    def attempted(self, workload):
        """Hashes of the events of each request."""
        with self._lock:
            if workload not in self._attempted:
                requests = {}
                for line in self._run(["fault_driver", "say", "-", workload], {}).stdout.splitlines():
                    _, index, event = line.split()
                    requests.setdefault(int(index), []).append(event)
                self._attempted[workload] = [requests[index] for index in sorted(requests)]
            return self._attempted[workload]

    def points(self, workload, **faults):
        """How many points a whole life of it has: to be killed at, to fail at."""
        key = (workload, *sorted(faults.items()))
        if key not in self._points:
            with self.folder() as folder:
                life = self.live(folder, workload, COUNT_POINTS=1, KILL_AT=NEVER, FAIL_AT=NEVER, **faults)
            if life.code != 0 or 0 in life.points:
                raise RuntimeError(f"a life without faults: {life.code} {life.points} {life.message}")
            self._points[key] = life.points
        return self._points[key]

    def what_is_left(self, *arguments):
        """A problem or None, and whether the log was there again."""
        problem = self._problem_left(*arguments)
        return problem, problem is None

    def _problem_left(self, folder, workload, acknowledged, bug=""):
        """What is left in the folder, and after one more life that repeats every request."""
        attempted = self.attempted(workload)
        before = self.read(folder, workload, bug)
        problem = checker.after_a_fault(attempted, acknowledged, before)
        if problem:
            return problem
        again = self.live(folder, workload, bug)
        if again.code != 0:
            return f"a life after it: {again.message or again.code}"
        for index, where in acknowledged.items():
            if again.acknowledged.get(index) != where:
                return f"request {index} was acknowledged at {where}, its retry at {again.acknowledged.get(index)}"
        return checker.after_a_retry(attempted, again.acknowledged, before, self.read(folder, workload, bug))
