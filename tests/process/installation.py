"""An installation for a test: its own folder and ports, `doorstep up` as a child, and the command line.
Whatever happens it is stopped at the end, by pid."""

import argparse
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

BIN = None  # the folder with the programs, from --bin
SERVICES = ("event-log", "intake", "assignment", "aggregation", "reporting")


def free_base_port():
    """A port P such that P to P+4 are free now."""
    for base in range(27000 + os.getpid() % 900, 28000 - 5):
        try:
            for port in range(base, base + 5):
                with socket.socket() as probe:
                    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    probe.bind(("127.0.0.1", port))
            return base
        except OSError:
            continue
    raise RuntimeError("no free ports")


def wait_for(what, seconds, probe):
    """Polls until probe() is truthy; what it gave."""
    deadline = time.monotonic() + seconds
    while True:
        found = probe()
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"timed out waiting for {what}")
        time.sleep(0.05)


class Installation:
    def __init__(self, clock=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="doorstep-process-"))
        self.data = self.folder / "data"
        self.port = free_base_port()
        self.clock = clock
        self.supervisor = None
        self.children = []  # other processes of ours, ended with us

    def __enter__(self):
        return self

    def __exit__(self, failed, *_):
        for child in [*self.children, self.supervisor]:
            if child and child.poll() is None:
                child.terminate()
                try:
                    child.wait(30)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()
        if failed:
            for log in sorted((self.data / "logs").glob("*.log")):
                print(f"--- {log.name}", *log.read_text(errors="replace").splitlines()[-25:], sep="\n", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)

    def program(self, name):
        return str(BIN / name)

    def up(self, *more, seconds=60):
        """Starts it and waits until the board's address is printed."""
        command = [self.program("doorstep"), "up", "--data", str(self.data), "--port", str(self.port), *more]
        if self.clock:
            command += ["--clock", self.clock]
        self.supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(self.folder / "up.log", "a"), text=True)
        line = self.supervisor.stdout.readline()
        if not line.startswith("http://127.0.0.1:"):
            raise AssertionError("up did not start: " + (self.folder / "up.log").read_text())
        return line.strip()

    def down(self, how=signal.SIGTERM):
        self.supervisor.send_signal(how)
        return self.supervisor.wait(60)

    def run(self, *arguments, input=None, expect=0, seconds=120):
        """A command of `doorstep` on this installation; its stdout. expect None: any exit code."""
        done = subprocess.run([self.program("doorstep"), *arguments, "--data", str(self.data)], input=input,
                              capture_output=True, timeout=seconds, text=True)
        if expect is not None and done.returncode != expect:
            raise AssertionError(f"{arguments}: exit {done.returncode}, not {expect}\n{done.stdout[-2000:]}{done.stderr[-4000:]}")
        self.stderr = done.stderr
        return done.stdout

    def start(self, *arguments, **options):
        """A command of `doorstep` in the background."""
        child = subprocess.Popen([self.program("doorstep"), *arguments, "--data", str(self.data)], text=True, **options)
        self.children.append(child)
        return child

    def start_log(self):
        """The log alone, once it answers: where the others cannot begin."""
        child = subprocess.Popen([self.program("doorstep-event-log"), "--data", str(self.data)], stderr=subprocess.DEVNULL)
        self.children.append(child)
        wait_for("the log", 60, lambda: json.loads(self.run("status", "--json", expect=None))["head"] is not None)
        return child

    def json(self, *arguments, **options):
        return json.loads(self.run(*arguments, "--json", **options))

    def events(self, *filters):
        return [json.loads(line) for line in self.run("event", "read", "--from", "1", "--ndjson", *filters).splitlines()]

    def pid_of(self, service):
        return int((self.data / "run" / f"{service}.pid").read_text())

    def healthy(self):
        status = json.loads(self.run("status", "--json", expect=None))
        return all(service["state"] == "running" for service in status["services"])

    def settled(self):
        """True once the board has seen everything that the log holds, twice in a row."""
        def state():
            status = json.loads(self.run("status", "--json", expect=None))
            return (status["head"], status["asOf"])
        first = state()
        time.sleep(0.5)
        return first[0] is not None and first[0] == first[1] and first == state()


def acks_of(path):
    return [json.loads(line) for line in pathlib.Path(path).read_text().splitlines()]


def main():
    global BIN
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True, type=pathlib.Path)
    arguments, rest = parser.parse_known_args()
    import installation  # this module under its own name, not __main__
    installation.BIN = arguments.bin.resolve()
    unittest.main(module="__main__", argv=[sys.argv[0], "-v", *rest], warnings="ignore")
