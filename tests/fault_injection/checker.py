"""What must hold after any fault, whatever it was: the invariants of docs/faults.md. Pure: values in, a problem out.

`attempted` is what the lives were asked to store, `acknowledged` what they said is stored, `served` what a life after
the fault gives to its readers."""

import dataclasses


@dataclasses.dataclass
class Served:
    """What one life served: records as (position, hash of the event, hash of the record as stored)."""
    code: int = 0
    message: str = ""
    floor: int = 0  # events up to here are not kept
    signed: int = 0
    root: str = ""
    records: list = dataclasses.field(default_factory=list)
    again: list = dataclasses.field(default_factory=list)  # a second reader, from the middle
    known: dict = dataclasses.field(default_factory=dict)  # request: (first, last)
    indexes: str = ""  # "same", or what they say otherwise than the blocks
    is_complete: bool = False

    @property
    def refused(self):
        return not self.is_complete


def parse(text, code, message):
    served = Served(code=code, message=message.strip())
    for line in text.splitlines():
        word, *rest = line.split()
        if word in ("record", "again"):
            entries = served.records if word == "record" else served.again
            entries.append((int(rest[0]), rest[1], rest[2]))
        elif word == "known":
            served.known[int(rest[0])] = (int(rest[1]), int(rest[2]))
        elif word == "floor":
            served.floor = int(rest[0])
        elif word == "signed":
            served.signed = int(rest[0])
        elif word == "indexes":
            served.indexes = " ".join(rest)
        elif word == "root":
            served.root = rest[0]
        elif word == "end":
            served.is_complete = True
    return served


def how_it_ended(served):
    """I8: a log that cannot keep its promises says so and ends; it does not crash, hang, or fall silent."""
    if served.code < 0:
        return f"died of signal {-served.code}: {served.message[-200:]}"
    if served.refused and served.code == 0:
        return "ended without having served everything, and without a word"
    if served.refused and not served.message:
        return "refuses without a message"
    return None


def readers(served):
    """I10: dense, ascending, the same from any position; I7: the tree over what was served has the signed root."""
    for at, record in enumerate(served.records, served.floor + 1):
        if record[0] != at:
            return f"position {record[0]} was served where {at} is next"
    if served.refused:
        return None
    middle = len(served.records) // 2
    if served.again != served.records[middle:]:
        return f"a reader from position {middle} got other records than one from the beginning"
    if served.signed > served.floor + len(served.records):
        return f"{served.signed} events are signed and {len(served.records)} were served from {served.floor} on"
    if served.signed and served.root != "same":
        return f"the root over the first {served.signed} records served is not the signed one"
    return None


def after_a_fault(attempted, acknowledged, served):
    """Everything that was acknowledged is there, once, where it was said to be, with equal bytes; nothing else is
    there but what was attempted, whole requests in the order of the attempts, and the indexes say so too (I1 to I6)."""
    if served.refused:
        return how_it_ended(served) or f"the log does not open: {served.message}"
    problem = how_it_ended(served) or readers(served)
    if problem:
        return problem
    for index, where in sorted(acknowledged.items()):
        if served.known.get(index) != where:
            return f"request {index} was acknowledged at {where} and is at {served.known.get(index)}"
    at = 0
    for index, (first, last) in sorted(served.known.items(), key=lambda one: one[1]):
        if first != at + 1 or last - first + 1 != len(attempted[index]):
            return f"request {index} is at {first} to {last} where {at + 1} is next"
        if first <= served.floor < last:
            return f"request {index} is cut by the floor at {served.floor}"
        events = [event for _, event, _ in served.records[max(first - 1 - served.floor, 0):max(last - served.floor, 0)]]
        if first > served.floor and events != attempted[index]:
            return f"request {index} has other bytes than were sent"
        at = last
    if at != served.floor + len(served.records):
        return f"{served.floor + len(served.records) - at} records belong to no request"
    if sorted(served.known) != list(range(len(served.known))):
        return "requests are there whose predecessors are not"
    if served.indexes != "same":
        return f"the indexes are no fold of the blocks: {served.indexes}"
    return None


def after_a_retry(attempted, acknowledged, before, served):
    """The same requests again, all acknowledged: nothing moved, nothing is there twice, nothing is missing."""
    problem = after_a_fault(attempted, acknowledged, served)
    if problem:
        return "after a retry: " + problem
    if served.floor + len(served.records) != sum(len(events) for events in attempted):
        return f"after a retry: {len(served.records)} records, more or fewer than were sent"
    if served.floor < before.floor:
        return f"after a retry: the floor has fallen from {before.floor} to {served.floor}"
    still = before.records[served.floor - before.floor:]
    if served.records[:len(still)] != still:
        return "after a retry: what was served before is different now"
    return None


def after_damage(truth, served, *, checksums_are_right=False):
    """Detected before a wrong byte is served: either the log refuses with a message, or everything is what it was, up
    to the signed position at least. Where somebody made all checksums right, a start that trusts its indexes cannot
    see it in an old block; then the reader's root must differ from the signed one."""
    problem = how_it_ended(served)
    if problem:
        return problem
    if checksums_are_right and served.root == "other":
        return None
    middle = served.again[0][0] - truth.floor - 1 if served.again else 0
    for entries, start in ((served.records, 0), (served.again, max(middle, 0))):
        if entries != truth.records[start:start + len(entries)]:
            return "a wrong byte was served: " + next(
                (f"position {mine[0]}" for mine, true in zip(entries, truth.records[start:]) if mine != true), "the end")
    if served.refused:
        return None
    if served.floor != truth.floor:
        return f"the floor was at {truth.floor} and is at {served.floor}"
    last = served.floor + len(served.records)
    if last < truth.signed:
        return f"{last} records are there, {truth.signed} are signed"
    wrong = {index: where for index, where in truth.known.items()
             if where[1] <= last and served.known.get(index) != where}
    return f"the log answers retries of {sorted(wrong)} otherwise" if wrong else readers(served)
