"""The disk refuses a write or an fsync. The process ends, acknowledges nothing afterwards, and what it acknowledged is
there at the next start. A short write is no refusal: it goes on."""

KIND = "write_error"
WORKLOADS = ("append", "floor")
HOW = ("eio", "enospc", "short", "fsync")
# RocksDB writes the first three for people; indexes are folded anew. The log may live without.
NOT_NEEDED = ("/LOG", "/OPTIONS-", "/IDENTITY", "/log-index/")


def all_of(lives, stride):
    for workload in WORKLOADS:
        for how in HOW:
            _, last = lives.points(workload, FAIL_WITH=how)
            for point in range(0, last, stride):
                yield f"{workload}:{how}:{point}"


def draw(lives, random):
    workload, how = random.choice(WORKLOADS), random.choice(HOW)
    return f"{workload}:{how}:{random.randrange(lives.points(workload, FAIL_WITH=how)[1])}"


def inject(lives, what, bug="", **planted):
    workload, how, point = what.split(":")
    with lives.folder() as folder:
        life = lives.live(folder, workload, bug, FAIL_AT=point, FAIL_WITH=how, **planted)
        if life.failed is None:
            return f"the failure was never met ({life.code}: {life.message})", False
        may_go_on = how == "short" or any(name in life.failed for name in NOT_NEEDED)
        if how == "short" and life.code != 0:
            return f"a short write of {life.failed}: {life.message or life.code}", False
        if not may_go_on and life.after_the_failure:
            return f"request {life.after_the_failure[0]} was acknowledged after {life.failed} failed", False
        if not may_go_on and life.code == 0:
            return f"it went on after {life.failed} failed", False
        if life.code not in (0, 1, -6):  # RocksDB aborts where a file is used that failed before
            return f"it ended with {life.code}: {life.message}", False
        return lives.what_is_left(folder, workload, life.acknowledged, bug)
