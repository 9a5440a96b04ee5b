"""The measurements of tests/bench/compare. Each part gives rows; within a part everybody is measured in turn."""

import itertools
import pathlib
import signal
import statistics
import subprocess
import sys
import time

import servers

PARTS = ("append", "floor", "feed", "pace", "trickle")
SHAPES = [(1, 1), (8, 1), (64, 1), (1, 1000), (8, 1000), (64, 1000)]  # requests in flight, events in a request


def middle(figures: list, field: str) -> float:
    return statistics.median(one[field] for one in figures)


def row(what, clients, batch, ours, peer, value, synced, **more) -> dict:
    ratio = ours / value if ours is not None and value else None
    return {"what": what, "clients": clients, "batch": batch, "ours": ours, "peer": peer, "value": value,
            "ratio": ratio, "synced": synced, "encrypted": more.pop("encrypted", False), **more}


def latencies(figures: list, prefix: str = "") -> dict:
    return {f"{prefix}{field}": middle(figures, field) for field in ("p50_ms", "p99_ms")}


def best(ways: dict) -> tuple:
    """The way of sending whose median is best: (its name, its figures)."""
    return max(ways.items(), key=lambda way: middle(way[1], "per_second"))


class Contest:
    def __init__(self, programs: pathlib.Path, scratch: pathlib.Path, peers: list, options):
        self.programs, self.scratch, self.peers, self.options = programs, scratch, peers, options
        self.rounds = options.rounds
        self.ours = []
        self.logs = itertools.count(1)

    def run(self, who: str, verb: str, *more) -> dict:
        return servers.run(self.programs, who, verb, *more)

    def run_parts(self, parts: list) -> list:
        rows = []
        for part in parts:
            print(f"compare: {part}", file=sys.stderr)
            rows += getattr(self, part)()
        return rows

    # A log of its own for each measurement, as the peers start each one with an empty stream or table.
    def fresh_log(self) -> servers.Ours:
        log = servers.Ours(self.scratch / f"ours-{next(self.logs)}", self.programs)
        self.ours.append(log)
        log.start()
        log.ask("describe")
        return log

    def drop(self, log: servers.Ours) -> None:
        self.ours.remove(log)
        log.end()

    def append(self) -> list:
        return [found for in_flight, batch in SHAPES for found in self.append_shape(in_flight, batch)]

    def append_shape(self, in_flight: int, batch: int) -> list:
        timed = ["--batch", batch, "--seconds", self.options.seconds]
        apart = ["--connections", in_flight, "--in-flight", 1]
        together = ["--connections", 1, "--in-flight", in_flight]
        ways = {f"on {in_flight}": apart}
        if in_flight > 1 and batch == 1:
            ways["on 1"] = together
        ours, blocks = {how: [] for how in ways}, {}
        tried = {peer.name: {} for peer in self.peers}
        for _ in range(self.rounds):
            for how, connections in ways.items():
                log = self.fresh_log()
                ours[how].append(log.ask("append", *connections, *timed))
                blocks[how] = log.written_blocks()
                self.drop(log)
            for peer in self.peers:
                self.append_to(peer, tried[peer.name], in_flight, batch, timed)
        how, figures = best(ours)
        own = {**latencies(figures, "ours_"), "ours_how": how, "ours_blocks": blocks[how], "ours_encrypted": True,
               "ours_by_way": {each: middle(found, "per_second") for each, found in ours.items()}}
        rows = []
        for peer in self.peers:
            their_how, theirs = best(tried[peer.name])
            rows.append(row("append", in_flight, batch, middle(figures, "per_second"), peer.name,
                            middle(theirs, "per_second"), peer.synced, how=their_how, **latencies(theirs), **own))
        if not self.peers:
            rows.append(row("append", in_flight, batch, middle(figures, "per_second"), None, None, True, **own))
        for found in rows:
            print(f"compare: {in_flight} x {batch}: ours {found['ours']:,.0f}, {found['peer']}"
                  f" {found['value'] or 0:,.0f}", file=sys.stderr)
        return rows

    def append_to(self, peer, tried: dict, in_flight: int, batch: int, timed: list) -> None:
        """Every way of sending, each round: the one with the best median is the peer's figure."""
        ways = [(f"{how} on {in_flight}".strip(), how, in_flight, 1) for how in peer.hows[batch]]
        if in_flight > 1 and batch == 1:
            ways += [(f"{how} on 1".strip(), how, 1, in_flight) for how in peer.hows[batch]]
        for name, how, connections, each in ways:
            chosen = ["--how", how] if how else []
            tried.setdefault(name, []).append(
                self.run(peer.name, "append", *peer.arguments, "--connections", connections, "--in-flight", each,
                         *chosen, *timed))

    # What nobody can be faster than: the device, RocksDB and an encrypted round trip.
    def floor(self) -> list:
        raw = {name: [] for name in ("keys 1", "keys 1000", "blocks 1", "blocks 1000", "curve 1", "curve 1000")}
        single, batched = [], []
        timed = ["--seconds", self.options.seconds]
        for _ in range(self.rounds):
            for name, figures in raw.items():
                verb, batch = name.split()
                figures.append(self.run("raw", verb, "--folder", self.scratch, "--batch", batch, *timed))
            for figures, more in ((single, ["--batch", 1]), (batched, ["--batch", 1000, "--connections", 8])):
                log = self.fresh_log()
                figures.append(log.ask("append", *more, *timed))
                self.drop(log)
        rate = {name: middle(figures, "per_second") for name, figures in raw.items()}
        own = {1: middle(single, "per_second"), 1000: middle(batched, "per_second")}
        rows = [row("append beside raw RocksDB", 1 if batch == 1 else 8, batch, own[batch], f"RocksDB, {what}",
                    rate[f"{what} {batch}"], True, **latencies(raw[f"{what} {batch}"]))
                for what in ("blocks", "keys") for batch in (1, 1000)]
        rows += [row("append beside a bare CURVE round trip", 1 if batch == 1 else 8, batch, own[batch],
                     "CURVE, no log", rate[f"curve {batch}"], False, encrypted=True,
                     **latencies(raw[f"curve {batch}"])) for batch in (1, 1000)]
        physics = 1 / (1 / rate["curve 1"] + 1 / rate["blocks 1"])
        rows.append(row("append, one in flight", 1, 1, own[1], "1/(CURVE + synced write)", physics, True,
                        encrypted=True, **latencies(single, "ours_")))
        return rows + self.bounds()

    # What a log would come to that costs nothing but what ours must do: take the events of all requests in flight
    # over CURVE, hash them, write them as one synced block, one after the other. And what the same threads come to
    # that know no requests: they take all in flight as one message or as two, write each synced as it is, and answer.
    def bounds(self) -> list:
        return [found for in_flight, batch in ((1, 1), (8, 1), (64, 1), (1, 1000))
                for found in self.bounds_of(in_flight, batch)]

    def bounds_of(self, in_flight: int, batch: int) -> list:
        timed = ["--folder", self.scratch, "--seconds", self.options.seconds]
        events = in_flight * batch
        parts = {verb: [] for verb in ("curve", "hash", "blocks")}
        echoes = {"as one": [], "as two": []} if in_flight > 1 else {"as one": []}
        ours = []
        for _ in range(self.rounds):
            for verb, figures in parts.items():
                figures.append(self.run("raw", verb, "--batch", events, *timed))
            for messages, figures in enumerate(echoes.values(), 1):
                figures.append(self.run("raw", "synced", "--batch", events // messages, "--in-flight", messages, *timed))
            log = self.fresh_log()
            ours.append(log.ask("append", "--batch", batch, "--connections", 1, "--in-flight", in_flight, *timed[2:]))
            self.drop(log)
        per_second, own = middle(ours, "per_second"), latencies(ours, "ours_")
        seconds = {verb: 1 / middle(figures, "per_second") for verb, figures in parts.items()}
        how, echo = best(echoes)
        return [row("append beside its bound", in_flight, batch, per_second, "1/(CURVE + hash + write)",
                    1 / sum(seconds.values()), True, encrypted=True, **own,
                    note=", ".join(f"{verb} {1e6 * each:.2f} µs" for verb, each in seconds.items()) + " an event"),
                row("append beside an echo that syncs", in_flight, batch, per_second, "CURVE, synced write",
                    middle(echo, "per_second"), True, encrypted=True, how=how, **latencies(echo), **own)]

    def filled(self, events: int, *shape) -> servers.Ours:
        log = self.fresh_log()
        log.ask("append", "--events", events, *(shape or ("--connections", 8, "--batch", 1000)))
        return log

    def feed(self) -> list:
        events = self.options.feed_events
        log = self.filled(events)
        for peer in self.peers:
            how = peer.hows[1000][0]
            self.run(peer.name, "append", *peer.arguments, "--connections", 1, "--batch", 1000, "--events", events,
                     *(["--how", how] if how else []))
        ours, theirs = [], {peer.name: [] for peer in self.peers}
        for _ in range(self.rounds):
            for peer in self.peers:
                ours.append(log.ask("read"))
                theirs[peer.name].append(self.run(peer.name, "read", *peer.arguments, *peer.read_arguments(events)))
        if not self.peers:
            ours = [log.ask("read") for _ in range(self.rounds)]
        self.drop(log)
        what = {"redis": "XRANGE", "postgres": "COPY out", "nats": "ordered consumer"}
        return [row("feed, one consumer", 1, None, middle(ours, "per_second"), peer.name,
                    middle(theirs[peer.name], "per_second"), peer.synced, how=what[peer.name])
                for peer in self.peers] or [
                    row("feed, one consumer", 1, None, middle(ours, "per_second"), None, None, True)]

    def pace(self) -> list:
        log = self.filled(self.options.history_events)
        found = log.ask("history")
        rows = [row("a household's history, p50 ms", 1, None, found["p50_ms"], None, None, True,
                    note=f"of {self.options.history_events:,} events")]
        paced = ["paced", "--rate", 50_000, "--batch", 50, "--seconds", 2 * self.options.seconds]
        alone, beside = [], []
        for _ in range(self.rounds):
            alone.append(log.ask(*paced))
            readers = [subprocess.Popen([self.programs / "race-ours", verb, "--data", log.data])
                       for verb in ("slow", "replay")]
            try:
                beside.append(log.ask(*paced))
            finally:
                for reader in readers:
                    reader.kill()
                    reader.wait()
        rows.append(row("append at a steady pace, p50 ms", 1, 50, middle(beside, "p50_ms"),
                        "ours, without readers", middle(alone, "p50_ms"), True, encrypted=True,
                        note=f"{middle(beside, 'per_second'):,.0f} events/s beside one reader at 1 event/s and one"
                             f" replay; {middle(alone, 'per_second'):,.0f} alone",
                        ours_p99_ms=middle(beside, "p99_ms"), ours_p50_ms=middle(beside, "p50_ms"),
                        p50_ms=middle(alone, "p50_ms"), p99_ms=middle(alone, "p99_ms")))
        took = []
        for _ in range(self.rounds):
            events = log.ask("describe")["head"]
            log.stop(signal.SIGKILL)
            start = time.monotonic()
            log.start()
            log.ask("describe")
            took.append((time.monotonic() - start) * 1e6 / events)
        self.drop(log)
        rows.append(row("start after kill -9, seconds per 1 M events", None, None, statistics.median(took), None,
                        None, True, note=f"a log of {events:,} events"))
        return rows

    def trickle(self) -> list:
        """A log that got one event a block, read when its blocks have been consolidated, beside a batched one."""
        events = self.options.trickle_events
        trickled, batched = self.filled(events, "--batch", 1), self.filled(events)
        quiet, waited, now = 0, 0, 0
        while quiet < 5 and waited < 60:
            time.sleep(1)
            waited += 1
            seen = trickled.stored_blocks()
            quiet = quiet + 1 if seen == now else 0
            now = seen
        slow, fast = [], []
        for _ in range(5 * self.rounds):
            slow.append(trickled.ask("read"))
            fast.append(batched.ask("read"))
        self.drop(trickled)
        self.drop(batched)
        return [row("replay, trickled", 1, None, middle(slow, "per_second"), "ours, batched",
                    middle(fast, "per_second"), True, encrypted=True,
                    note=f"{events:,} events, one a block as written; {now:,} blocks when read")]
