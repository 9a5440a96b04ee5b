"""Killed at a point of its I/O, and again at a point of the life that recovers from that. What was not synced is gone
with it: all of it, or what a seed says."""

import shutil

WORKLOADS = ("append", "consolidate", "floor")
KIND = "kill"


def all_of(lives, stride):
    """Every point of every short workload (or each stride-th), and as many of lives that recover."""
    for workload in WORKLOADS:
        last, _ = lives.points(workload)
        for point in range(0, last, stride):
            yield f"{workload}:{point}:"
    first, _ = lives.points("append")
    for point in range(0, first, stride):
        yield f"append:{150 + point % (first - 150)},{point}:"


def draw(lives, random):
    """Up to three deaths in a row; a part of what was not synced survives."""
    workload = random.choice(WORKLOADS)
    last, _ = lives.points(workload)
    points = ",".join(str(random.randrange(last)) for _ in range(random.choice((1, 1, 2, 3))))
    return f"{workload}:{points}:{random.randrange(1, 10**9)}"


def inject(lives, what, bug="", **planted):
    workload, points, keeps = what.split(":")
    acknowledged = {}
    with lives.folder() as folder:
        for point in points.split(","):
            life = lives.live(folder, workload, bug, KILL_AT=point, KILL_KEEPS=keeps, **planted)
            if life.code not in (0, -9):
                return f"a life that was to be killed: {life.message or life.code}", False
            for index, where in life.acknowledged.items():
                if acknowledged.setdefault(index, where) != where:
                    return f"request {index} was acknowledged at {acknowledged[index]} and then at {where}", False
        # What is below the floor must be answered for without the indexes, too.
        if workload == "floor" and int(points.split(",")[0]) % 2:
            shutil.rmtree(folder / "log-index", ignore_errors=True)
        return lives.what_is_left(folder, workload, acknowledged, bug)
