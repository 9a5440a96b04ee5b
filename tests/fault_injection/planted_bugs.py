"""Bugs that are planted on purpose: a fault that catches none of them is worth nothing. Each is a life of the log that
differs in one thing (plants.cc, io_faults.c, a changed line in CMakeLists.txt), under faults of one kind, until it is
caught or the attempts are over."""

import random

import copies
import corruption
import kills
import power_cuts
import write_errors

ATTEMPTS_MAX = 1_000

# name, what it is for people, kind of fault that catches it, what a life is told, what the disk is told
BUGS = (
    ("acknowledged-before-the-write", "an append is acknowledged and written with the next one", kills, None, {}),
    ("acknowledged-before-the-fsync", "the write-ahead log is not synced", kills, "", {"NO_SYNC_OF": "wal"}),
    ("unsynced-at-a-power-cut", "the same, under real power cuts", power_cuts, "", {"NO_SYNC_OF": "wal"}),
    ("head-not-synced", "the signed head is renamed before its bytes are on disk", kills, "", {"NO_SYNC_OF": "head"}),
    ("folder-not-synced", "no fsync of the folder after a rename", kills, "", {"NO_SYNC_OF": "folder"}),
    ("head-signed-before-the-write", "events are signed before they are on disk", kills, None, {}),
    ("head-signs-another-size", "the checkpoint says one event more than its root is of", kills, None, {}),
    ("damage-is-skipped", "recovery ends the log at a damaged block and forgets the signed head", corruption, None, {}),
    ("requests-are-forgotten", "append ids are not known any more after a restart", kills, None, {}),
    ("dropped-requests-are-forgotten", "the floor moves without keeping the append ids below it", kills, None, {}),
    ("blocks-deleted-first", "blocks are deleted before the floor is durable", kills, "build:blocks_deleted_first", {}),
    ("type-misfiled", "the index files the last event of each block under another type", kills, "build:type_misfiled", {}),
    ("a-retry-is-new", "a retry is stored again under new positions", kills, None, {}),
    ("revision-off-by-one", "stored revisions count one too many", kills, None, {}),
    ("last-byte-altered", "the last byte of a record changes on its way to the disk", kills, None, {}),
    ("records-swapped", "two records of a block change places", kills, None, {}),
    ("failed-write-is-forgotten", "a failed write counts as done, and its positions as given", write_errors, None, {}),
    ("feed-leaves-a-record-out", "the feed drops the last record of a batch", kills, None, {}),
    ("backup-blocks-not-synced", "a backup counts before its blocks are on disk", copies, "", {"NO_SYNC_OF": "wal"}),
    ("backup-note-not-synced", "a backup's checkpoint is renamed before its bytes are on disk", copies, "",
     {"NO_SYNC_OF": "head"}),
    ("checksum-unread", "a block's checksum is not compared when it is read", corruption, "build:checksum_unread", {}),
    ("root-uncompared", "recovery does not compare its root with the signed one", corruption, "build:root_uncompared", {}),
)


def specs(lives, kind, chance, bug):
    if kind is corruption:
        # What a bug in reading is about: edits that RocksDB's own checksums do not notice.
        if bug.startswith("build:"):
            while True:
                yield f"edit:{chance.choice(corruption.EDITS)}:{chance.randrange(10**9)}"
        while True:
            yield corruption.draw(lives, chance)
    if kind is power_cuts:
        while True:
            yield kind.draw(lives, chance)
    if kind is copies:  # from the end: what makes it a backup is written last
        yield from (what for what in reversed(list(kind.all_of(lives, 1))) if what.startswith("backup:"))
        return
    every = list(kind.all_of(lives, 1))
    chance.shuffle(every)
    yield from every


def catch(lives, bug, seed):
    """(how many attempts, what was found) or (attempts, None); nothing where this machine cannot."""
    name, _, kind, told, disk = bug
    if kind is power_cuts and power_cuts.reason_to_skip():
        return None
    chance = random.Random(f"{seed} {name}")
    told = name if told is None else told
    for attempt, what in enumerate(specs(lives, kind, chance, told), 1):
        problem, _ = kind.inject(lives, what, told, **disk)
        if problem:
            return attempt, f"{kind.KIND}:{what}: {problem}"
        if attempt == ATTEMPTS_MAX:
            break
    return attempt, None
