"""The retention floor: days are sealed, the log drops what they hold, and log and services go on in all their lives as if
it had not."""

import json
import os
import pathlib
import shutil
import signal
import subprocess
import unittest
import urllib.request

import installation

FIRST_DAY = 60_000  # events
SECOND_DAY = 135_000  # more than the newest ones that always stay
CLOCK = "start=2022-03-23T23:20+08:00,speed=60"


def reported_in(number, condition=None):
    worker = f"01900000-0000-7000-8000-{number % 50:012x}"
    return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "workerReportedIn", "area": "431224100001001",
                       "happenedAt": "2022-03-23T09:00:00+08:00", "body": {"worker": worker}}) + "\n"


def visit(number, of, disposition, time):
    return {"id": f"01900000-0000-7000-a000-{number:012x}", "household": of["household"], "doneBy": [of["worker"]], "mode": "atDoor",
            "started": time, "ended": time, "disposition": disposition}


def size_of(folder):
    return sum(path.stat().st_size for path in pathlib.Path(folder).rglob("*") if path.is_file())


class Floor(unittest.TestCase):
    def append(self, county, numbers):
        lines = county.run("event", "append", "--ndjson", "-", input="".join(map(reported_in, numbers)), seconds=300).splitlines()
        return {number: json.loads(line) for number, line in zip(numbers, lines)}

    def expect_answered(self, county, acks):
        """Each request again: the first answer again, also where its events are gone."""
        numbers = list(acks)[:300]
        for number, again in self.append(county, numbers).items():
            self.assertTrue(again["duplicate"])
            self.assertEqual((again["appendId"], again["first"], again["last"]),
                             (acks[number]["appendId"], acks[number]["first"], acks[number]["last"]))

    def set_up(self, county):
        """A county with a round; a household in it, and who got its task."""
        county.run("field", "simulate", "--households", "60", "--setup-only")
        given = installation.wait_for("a task that is given", 60, lambda: county.events("--type", "taskGiven"))
        body = given[0]["event"]["body"]
        return {"household": body["household"], "worker": body["to"]}

    def say(self, county, path, body):
        request = urllib.request.Request(f"http://127.0.0.1:{county.port + 1}{path}", json.dumps(body).encode(),
                                         {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def kept(self, county):
        """Up to where each of the three has its state on disk, as the log has heard."""
        readers = county.json("consumer", "ls")["consumers"]
        return {reader["name"]: reader["kept"] for reader in readers if reader["connected"] and "kept" in reader}

    def expect_services_go_on(self, county, floor, household, old):
        """All five die, start from their snapshots above the floor, and go on with the day."""
        before = {service: county.pid_of(service) for service in installation.SERVICES}
        for pid in before.values():
            os.kill(pid, signal.SIGKILL)
        installation.wait_for("all to start again", 90, lambda: all(
            county.pid_of(service) != pid for service, pid in before.items()) and county.healthy())
        installation.wait_for("the board", 120, county.settled)
        self.assertTrue(all(position >= floor for position in self.kept(county).values()), self.kept(county))
        with urllib.request.urlopen(f"http://127.0.0.1:{county.port}/v1/rounds", timeout=30) as rounds:
            self.assertTrue(json.load(rounds)["demonstration"])  # its first event, which said so, is gone
        head = json.loads(county.run("status", "--json"))["head"]

        again = self.say(county, "/v1/visits", old["visit"])
        self.assertEqual(again, {**old["answer"], "duplicate": True})
        missed = visit(2, household, "noAnswer", "2022-03-24T00:00:00+08:00")
        self.assertFalse(self.say(county, "/v1/visits", missed)["duplicate"])

        def next_try():
            read = county.run("event", "read", "--from", str(head + 1), "--ndjson").splitlines()
            events = [json.loads(line)["event"] for line in read]
            return {event["type"] for event in events if event["body"].get("household") == household["household"]}
        wanted = {"visitRecorded", "taskDone", "taskOpened", "taskGiven"}
        installation.wait_for("the task after it", 60, lambda: wanted <= next_try())
        county.run("day", "replay", "2022-03-24", expect=4)
        self.assertIn(f"up to position {floor}, the days up to 2022-03-23,", county.stderr)

    def expect_begins_at(self, county, floor, acks):
        shown = county.json("log", "floor")
        self.assertEqual(shown["floor"], floor)
        county.run("event", "read", "--from", "1", "--ndjson", expect=4)
        self.assertIn("no longer kept", county.stderr)
        read = county.run("event", "read", "--from", str(floor + 1), "--to", str(floor + 5), "--ndjson").splitlines()
        self.assertEqual([json.loads(line)["position"] for line in read], list(range(floor + 1, floor + 6)))
        self.expect_answered(county, acks)
        county.run("log", "prove", "inclusion", str(floor + 1))
        county.run("log", "prove", "consistency", str(floor), str(floor + 1000))
        county.run("log", "prove", "inclusion", str(floor), expect=4)
        verified = county.json("log", "verify", "--indexes")
        self.assertEqual((verified["problems"], verified["floor"]), ([], floor))

    def expect_begins_alone(self, county, floor, acks):
        log = county.start_log()
        self.expect_begins_at(county, floor, acks)
        log.terminate()
        self.assertEqual(log.wait(60), 0)

    def test_days_are_sealed_and_dropped_and_the_log_goes_on_from_there(self):
        with installation.Installation(clock=CLOCK) as county:
            county.up()
            household = self.set_up(county)
            early = visit(1, household, "partial", "2022-03-23T09:00:00+08:00")
            early["persons"] = {"registered": 2, "usual": 2, "present": 1, "awayInCounty": 0, "awayOutside": 0, "notVerified": 1}
            old = {"visit": early, "answer": self.say(county, "/v1/visits", early)}
            snapshot = county.data / "snapshots" / "intake"
            early_snapshot = snapshot.read_bytes()  # of the day's first events
            acks = self.append(county, range(FIRST_DAY))
            installation.wait_for("the next day", 90, lambda: json.loads(
                county.run("status", "--json", expect=None))["clock"]["now"] > "2022-03-24T00:01")
            self.append(county, range(FIRST_DAY, FIRST_DAY + SECOND_DAY))
            sealed = str(county.folder / "first.day")
            day = county.json("day", "seal", "2022-03-23", "--out", sealed)
            end = day["lastPosition"]

            county.run("log", "floor", str(end), expect=4)
            self.assertIn(f"positions 1 to {end} are in none", county.stderr)
            partial = county.folder / "broken.day"
            content = pathlib.Path(sealed).read_bytes()
            partial.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
            county.run("log", "floor", str(end), "--sealed", str(partial), expect=6)
            county.run("log", "floor", str(end + 1), "--sealed", sealed, expect=4)
            self.assertIn(f"positions {end + 1} to {end + 1} are in none", county.stderr)
            self.assertEqual(county.json("log", "floor")["floor"], 0)

            installation.wait_for("the board", 120, county.settled)
            names = {"aggregation", "assignment", "intake"}
            installation.wait_for("snapshots of the new day", 60, lambda: self.kept(county).keys() == names and all(
                position >= end for position in self.kept(county).values()))
            late_snapshot = snapshot.read_bytes()
            snapshot.write_bytes(early_snapshot)
            county.run("log", "floor", str(end), "--sealed", sealed, expect=4)
            self.assertIn("snapshots/intake reaches position", county.stderr)
            snapshot.write_bytes(late_snapshot)
            before = size_of(county.data / "log")
            moved = county.json("log", "floor", "--before", "2022-03-24", "--sealed", sealed, seconds=300)
            floor = moved["floor"]
            self.assertTrue(moved["moved"])
            self.assertEqual(moved["asked"], end)
            self.assertTrue(end - 5_000 < floor <= end, (floor, end))
            self.assertLess(size_of(county.data / "log"), before * 0.9)
            self.expect_begins_at(county, floor, acks)
            self.expect_services_go_on(county, floor, household, old)
            self.assertEqual(county.json("log", "floor", str(floor), "--sealed", sealed)["floor"], floor)
            county.run("day", "seal", "2022-03-23", "--out", str(county.folder / "none"), expect=3)
            next_day = county.folder / "next.day"
            if floor == end:  # else the floor lies inside the first day
                self.assertEqual(county.json("day", "seal", "2022-03-24", "--out", str(next_day))["firstPosition"], end + 1)
                county.json("day", "verify", str(next_day))

            backup = str(county.folder / "backup")
            self.assertEqual(county.json("log", "backup", backup)["floor"], floor)
            self.append(county, range(FIRST_DAY + SECOND_DAY, FIRST_DAY + SECOND_DAY + 100))
            late = visit(3, household, "appointment", "2022-03-24T00:01:00+08:00")
            self.say(county, "/v1/visits", late)
            self.assertGreaterEqual(county.json("log", "backup", backup)["new"], 100)

            os.kill(county.pid_of("event-log"), signal.SIGKILL)
            installation.wait_for("another log", 60, county.healthy)
            self.expect_begins_at(county, floor, acks)
            installation.wait_for("the board", 120, county.settled)
            self.assertEqual(county.down(), 0)
            county.up()  # from what they kept at the stop
            installation.wait_for("the board", 120, county.settled)
            self.assertTrue(self.say(county, "/v1/visits", old["visit"])["duplicate"])
            county.down()
            shutil.rmtree(county.data / "log-index")
            self.assertEqual(county.json("log", "verify")["problems"], [])
            self.expect_begins_alone(county, floor, acks)
            with installation.Installation() as other:
                self.assertEqual(other.json("log", "restore", backup)["floor"], floor)
                other.up()  # from the snapshots in the backup
                installation.wait_for("the other board", 120, other.settled)
                self.assertTrue(all(position >= floor for position in self.kept(other).values()), self.kept(other))
                for each in (old["visit"], late):
                    self.assertTrue(self.say(other, "/v1/visits", each)["duplicate"])
                self.expect_begins_at(other, floor, acks)


if __name__ == "__main__":
    installation.main()
