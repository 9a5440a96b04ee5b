"""Bytes at rest change: flipped bits, files cut short, zeroed and exchanged pages, yesterday's files, files that are
gone, and blocks edited by somebody who knows RocksDB. The log refuses, or serves exactly what it always did."""

import fnmatch
import random as chance
import shutil
import threading

import checker

KIND = "corruption"
# The last life of the victim, by what a name begins with: with a floor, something else stands for the first events.
WORKLOADS = {"": "bulk3", "floor-": "bulk_floor"}
PAGE = 4096

# Every kind of file in a data folder. The first pattern that fits names the kind.
FILES = (
    ("wal", "log/*.log"),
    ("sst", "log/*.sst"),
    ("manifest", "log/MANIFEST-*"),
    ("current", "log/CURRENT"),
    ("options", "log/OPTIONS-*"),
    ("identity", "log/IDENTITY"),
    ("messages", "log/LOG*"),
    ("index-wal", "log-index/pages/*.log"),
    ("index-sst", "log-index/pages/*.sst"),
    ("index-manifest", "log-index/pages/MANIFEST-*"),
    ("index-current", "log-index/pages/CURRENT"),
    ("index-heads", "log-index/heads"),
    ("head", "log-head/checkpoint"),
    ("signing-key", "keys/log-signing.pem"),
    ("accounts", "accounts.toml"),
    ("endpoints", "endpoints.json"),
    ("key", "keys/*"),
)
DAMAGES = ("flip", "flip", "flip", "cut", "zero", "exchange", "yesterday", "gone", "empty")
# With the checksums of the blocks made right ("sealed"), and without the indexes, so that all of it is read again.
EDITS = tuple(how + sealed + indexed for how in ("flip", "flip-request", "swap", "drop", "cut", "repeat")
              for sealed in ("", "-sealed") for indexed in ("", "-unindexed")
              if not sealed or how not in ("drop", "flip-request"))


class Victim:
    """A log with some of everything: tables, a merged part, a write-ahead log; and what it was the day before."""

    def __init__(self, lives, prefix):
        self.workload = WORKLOADS[prefix]
        self.today, self.yesterday = lives.scratch / f"{prefix}today", lives.scratch / f"{prefix}yesterday"
        shutil.copytree(lives.template, self.today)
        for workload in ("bulk", "bulk2", self.workload):
            life = lives.live(self.today, workload)
            if life.code != 0:
                raise RuntimeError(f"the victim's life {workload}: {life.message}")
            if workload == "bulk2":
                shutil.copytree(self.today, self.yesterday)
        with lives.folder(self.today) as folder:
            self.truth = lives.read(folder, self.workload)
        problem = checker.after_a_fault(lives.attempted(self.workload), {}, self.truth)
        if problem or not self.truth.signed or (self.truth.floor > 0) != (prefix != ""):
            raise RuntimeError(f"the victim is not well: {problem}")
        self.files = {}
        for path in sorted(self.today.rglob("*")):
            name = str(path.relative_to(self.today))
            kind = next((kind for kind, pattern in FILES if fnmatch.fnmatch(name, pattern)), None)
            if path.is_file() and kind and path.stat().st_size > 0:
                self.files.setdefault(kind, []).append(name)


_victims = {}
_making = threading.Lock()


def victim_of(lives, prefix=""):
    with _making:
        if (lives, prefix) not in _victims:
            _victims[lives, prefix] = Victim(lives, prefix)
        return _victims[lives, prefix]


def draw(lives, random):
    prefix = "floor-" if random.random() < 0.25 else ""
    victim = victim_of(lives, prefix)
    if random.random() < 0.15:
        return f"{prefix}edit:{random.choice(EDITS)}:{random.randrange(10**9)}"
    if random.random() < 0.01:
        return f"{prefix}yesterday:log:0"
    # Where the events lie most often.
    kinds = [kind for kind in victim.files for _ in range(6 if kind in ("wal", "sst") else 2 if kind == "manifest" else 1)]
    return f"{prefix}{random.choice(kinds)}:{random.choice(DAMAGES)}:{random.randrange(10**9)}"


def all_of(lives, stride):
    """Each kind of file with each damage, each edit, and the whole database put back."""
    del stride
    for prefix in WORKLOADS:
        for kind in victim_of(lives, prefix).files:
            for damage in sorted(set(DAMAGES)):
                yield f"{prefix}{kind}:{damage}:1"
        for edit in EDITS:
            yield f"{prefix}edit:{edit}:1"
        yield f"{prefix}yesterday:log:0"


def damaged(data, damage, random):
    data = bytearray(data)
    page = random.randrange(max(1, len(data) // PAGE)) * PAGE
    other = random.randrange(max(1, len(data) // PAGE)) * PAGE
    if damage == "flip":
        for _ in range(random.randint(1, 8)):
            data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    elif damage == "cut":
        del data[random.randrange(len(data)):]
    elif damage == "empty":
        data.clear()
    elif damage == "zero":
        data[page:page + PAGE] = bytes(len(data[page:page + PAGE]))
    elif damage == "exchange" and len(data) >= 2 * PAGE:
        data[page:page + PAGE], data[other:other + PAGE] = data[other:other + PAGE], data[page:page + PAGE]
    elif damage == "exchange":
        half = len(data) // 2
        data[:half], data[half:2 * half] = data[half:2 * half], data[:half]
    return bytes(data)


def inject(lives, what, bug="", **planted):
    del planted
    prefix = "floor-" if what.startswith("floor-") else ""
    kind, damage, seed = what.removeprefix(prefix).split(":")
    victim, random = victim_of(lives, prefix), chance.Random(what)
    with lives.folder(victim.today) as folder:
        if kind == "edit":
            if damage.endswith("-unindexed"):
                shutil.rmtree(folder / "log-index")
            edited = lives.edit(folder, damage.removesuffix("-unindexed"), seed)
            if edited.returncode != 0:
                return f"the edit failed: {edited.stderr}", False
        elif kind == "yesterday":  # the whole database, under today's signed head
            shutil.rmtree(folder / "log")
            shutil.copytree(victim.yesterday / "log", folder / "log")
        else:
            name = random.choice(victim.files[kind])
            path, before = folder / name, victim.yesterday / name
            if damage == "gone" or damage == "yesterday" and not before.exists():
                path.unlink()
            elif damage == "yesterday":
                shutil.copy2(before, path)
            else:
                path.write_bytes(damaged(path.read_bytes(), damage, random))
        served = lives.read(folder, victim.workload, bug)
        right = kind == "edit" and damage.endswith("-sealed")
        return checker.after_damage(victim.truth, served, checksums_are_right=right), not served.refused
