"""The servers of the race: each one is started on loopback in a scratch folder, and ended by its process id."""

import json
import os
import pathlib
import re
import pwd
import shutil
import signal
import socket
import subprocess
import time

POSTGRES_BIN = pathlib.Path("/usr/lib/postgresql/15/bin")


def free_port() -> int:
    for port in range(24500, 29000, 5):
        try:
            for offset in range(5):  # Doorstep takes five in a row
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port + offset))
            return port
        except OSError:
            continue
    raise SystemExit("compare: no free port between 24500 and 29000")


class Server:
    """A process that dies with us, and whose words go to a file in its folder."""

    stop_signal = signal.SIGTERM

    def __init__(self, folder: pathlib.Path):
        self.folder = folder
        folder.mkdir(parents=True)
        self.process = None

    def spawn(self, command: list, *as_user: str) -> None:
        with open(self.folder / "output", "ab") as output:
            self.process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", *as_user, *map(str, command)],
                stdout=output, stderr=output, stdin=subprocess.DEVNULL, start_new_session=True)

    def await_port(self, port: int) -> None:
        for _ in range(300):
            if self.process.poll() is not None:
                break
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.1)
        raise SystemExit(f"compare: no server on port {port}; it said: {(self.folder / 'output').read_text()[-2000:]}")

    def stop(self, how=None) -> None:
        if self.process is None:
            return
        self.process.send_signal(how or self.stop_signal)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def end(self) -> None:
        self.stop(signal.SIGKILL)
        shutil.rmtree(self.folder, ignore_errors=True)


class Redis(Server):
    name, synced = "redis", True
    package = "redis-server"
    hows = {1: ["pipelined"], 1000: ["multi", "script", "pipelined"]}

    @staticmethod
    def installed() -> bool:
        return shutil.which("redis-server") is not None

    def start(self) -> None:
        self.port = free_port()
        # Every append is synced before its answer; nothing is written twice (no snapshots, no rewrite).
        self.spawn(["redis-server", "--port", self.port, "--bind", "127.0.0.1", "--dir", self.folder,
                    "--appendonly", "yes", "--appendfsync", "always", "--save", "",
                    "--auto-aof-rewrite-percentage", "0"])
        self.await_port(self.port)
        self.arguments = ["--port", self.port]

    def read_arguments(self, _events: int) -> list:
        return ["--batch", 5000]


class Postgres(Server):
    name, synced = "postgres", True
    package = "postgresql-15"
    hows = {1: ["insert"], 1000: ["copy", "unnest"]}
    stop_signal = signal.SIGINT

    @staticmethod
    def installed() -> bool:
        return (POSTGRES_BIN / "postgres").exists()

    def start(self) -> None:
        self.port = free_port()
        user = []
        if os.geteuid() == 0:  # it does not run as root
            account = pwd.getpwnam("postgres")
            os.chown(self.folder, account.pw_uid, account.pw_gid)
            user = ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
        data = self.folder / "data"
        subprocess.run(["setpriv", *user, POSTGRES_BIN / "initdb", "-D", data, "-A", "trust", "-U", "postgres"],
                       check=True, stdout=subprocess.DEVNULL, cwd=self.folder)
        settings = {"synchronous_commit": "on", "fsync": "on", "shared_buffers": "1GB", "max_wal_size": "16GB",
                    "checkpoint_timeout": "1h", "wal_buffers": "64MB", "max_connections": "200", "autovacuum": "off",
                    "client_min_messages": "warning"}
        self.spawn([POSTGRES_BIN / "postgres", "-D", data, "-p", self.port, "-h", "127.0.0.1", "-k", self.folder,
                    *(word for item in settings.items() for word in ("-c", "=".join(item)))], *user)
        self.await_port(self.port)
        self.arguments = ["--connect", f"host=127.0.0.1 port={self.port} user=postgres dbname=postgres"]

    def read_arguments(self, _events: int) -> list:
        return []


class Nats(Server):
    name, synced = "nats", False  # 2.9 acknowledges before it syncs, and cannot be told otherwise
    package = "nats-server"
    hows = {1: [""], 1000: [""]}

    @staticmethod
    def installed() -> bool:
        return shutil.which("nats-server") is not None

    def start(self) -> None:
        self.port = free_port()
        settings = self.folder / "nats.conf"
        settings.write_text(f'listen: 127.0.0.1:{self.port}\n'
                            f'jetstream {{ store_dir: "{self.folder}/store", max_file_store: 100G }}\n')
        self.spawn(["nats-server", "-c", settings])
        self.await_port(self.port)
        self.arguments = ["--url", f"nats://127.0.0.1:{self.port}"]

    def read_arguments(self, events: int) -> list:
        return ["--events", events]


class Ours(Server):
    name, synced = "ours", True

    def __init__(self, folder: pathlib.Path, programs: pathlib.Path):
        super().__init__(folder)
        self.programs = programs
        self.data = folder / "data"
        self.arguments = ["--data", self.data]
        subprocess.run([programs / "race-ours", "init", "--data", self.data, "--port", str(free_port())], check=True)

    def start(self) -> None:
        self.spawn([self.programs / "doorstep-event-log", "--data", self.data])

    def ask(self, verb: str, *more) -> dict:
        return run(self.programs, "ours", verb, *self.arguments, *more)

    def stored_blocks(self) -> int:
        """How many blocks there are now; while the log merges some, a look may fail and is repeated."""
        for _ in range(10):
            command = [self.programs / "race-raw", "stored", "--folder", self.data / "log"]
            done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=600)
            if done.returncode == 0:
                return sum(json.loads(done.stdout).values())
            time.sleep(0.2)
        raise SystemExit("compare: the log's blocks cannot be counted")

    def written_blocks(self) -> dict:
        """How many blocks of up to so many events were written; stops the log, which says so as its last word."""
        self.stop()
        said = re.findall(r"(\d+) of up to (\d+)", (self.folder / "output").read_text())
        return {f"≤{upto}": int(count) for count, upto in said if int(count) > 0}


def run(programs: pathlib.Path, who: str, verb: str, *more) -> dict:
    """One measurement by a load generator: what it prints, as an object."""
    if verb != "describe":  # which measures nothing, and is waited for while a start is timed
        os.sync()  # who comes after one that does not sync would pay for that one's bytes
    command = [str(programs / f"race-{who}"), verb, *map(str, more)]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=600)
    if done.returncode != 0:
        raise SystemExit(f"compare: failed: {' '.join(command)}")
    return json.loads(done.stdout)
