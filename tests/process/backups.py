"""A log's life: backups while it grows, killed in the middle; the restore as a new epoch; damage that is named; days
sealed into one file."""

import base64
import hashlib
import json
import os
import shutil
import signal
import subprocess
import threading
import time
import unittest

import checks
import installation


def reported_in(number):
    worker = f"01900000-0000-7000-8000-{number % 50:012x}"
    return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "workerReportedIn", "area": "431224100001001",
                       "happenedAt": "2022-03-23T09:00:00+08:00", "body": {"worker": worker}}) + "\n"


class Appender:
    """Appends one event after the other until it is stopped."""

    def __init__(self, county):
        self.child = county.start("event", "append", "--ndjson", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.stopping = threading.Event()
        self.acks = []
        self.writer = threading.Thread(target=self.write)
        self.reader = threading.Thread(target=self.read)
        self.writer.start()
        self.reader.start()

    def write(self):
        number = 0
        try:
            while not self.stopping.is_set():
                number += 1
                self.child.stdin.write(reported_in(number))
                self.child.stdin.flush()
            self.child.stdin.close()
        except BrokenPipeError:
            pass

    def read(self):
        for line in self.child.stdout:
            self.acks.append(json.loads(line))

    def stop(self):
        self.stopping.set()
        self.writer.join(60)
        self.reader.join(60)
        return self.child.wait(60)


def other_key(vkey):
    """A well-formed key under the same name."""
    name, key = vkey.split("+")[0], bytes([1]) + bytes(range(32))
    return f"{name}+{hashlib.sha256(name.encode() + bytes([10]) + key).hexdigest()[:8]}+{base64.b64encode(key).decode()}"


def last_bytes_changed(path):
    """The largest file of the blocks, with one bit of its middle flipped."""
    files = [file for file in path.iterdir() if file.suffix in (".log", ".sst")]
    largest = max(files, key=lambda file: file.stat().st_size)
    content = bytearray(largest.read_bytes())
    content[len(content) // 2] ^= 4
    largest.write_bytes(content)


class Backups(unittest.TestCase):
    def test_a_backup_taken_under_load_and_killed_on_the_way_is_put_back_as_a_new_epoch(self):
        with installation.Installation() as county:
            county.up()
            county.run("field", "simulate", "--households", "300", "--speed", "max", "--json", seconds=300)
            backup = county.folder / "backup"
            appender = Appender(county)
            for pause in (0.05, 0.1, 0.2, 0.3, 0.4):
                child = county.start("log", "backup", str(backup), stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
                time.sleep(pause)
                child.kill()
                child.wait()
            first = county.json("log", "backup", str(backup))
            self.assertTrue(first["verified"])
            second = county.json("log", "backup", str(backup))
            self.assertGreater(second["size"], first["size"])
            self.assertEqual(second["new"], second["size"] - first["size"])
            self.assertEqual(appender.stop(), 0)
            last = county.json("log", "backup", str(backup))
            days = county.data / "log-head" / "days"
            days.mkdir(exist_ok=True)
            (days / "2022-03-23.tmp").write_bytes(b"doorstep/")  # as a kill leaves it
            verified = county.json("log", "verify")  # beside the running log
            self.assertEqual((verified["problems"], verified["head"]), ([], last["size"]))
            installation.wait_for("the board", 60, county.settled)
            before = county.events()
            county.down()
            checks.check_log(self, before, [])
            self.assertEqual(len(appender.acks), len({ack["appendId"] for ack in appender.acks}))

            with installation.Installation() as other:
                restored = other.json("log", "restore", str(backup))
                self.assertEqual((restored["size"], restored["epoch"]), (last["size"], 2))
                other.up()
                after = other.events()
                self.assertEqual(after[:last["size"]], before[:last["size"]])
                said = after[last["size"]]["event"]
                self.assertEqual((said["type"], said["body"]["upto"], said["body"]["epoch"]), ("logRestored", last["size"], 1))
                self.assertTrue(other.json("log", "checkpoint")["origin"].endswith("/2"))
                other.run("log", "backup", str(backup), expect=4)  # another epoch: another folder
                # The same request again gets the answer of the epoch before.
                again = json.loads(other.run("event", "append", "--ndjson", "-", input=reported_in(1)).splitlines()[0])
                self.assertTrue(again["duplicate"])
                installation.wait_for("the board", 60, other.settled)
                other.down()
                other.up()
                self.assertEqual(len([e for e in other.events() if e["event"]["type"] == "logRestored"]), 1)
                self.assertEqual(other.json("log", "verify")["problems"], [])
                other.run("log", "restore", str(backup), expect=4)  # `up` runs there
                other.down()
                other.run("log", "restore", str(backup), expect=4)  # its log has events

    def test_a_restore_over_a_lost_log_tells_what_the_backup_does_not_hold(self):
        with installation.Installation() as county:
            county.up()
            backup = county.folder / "backup"
            county.run("event", "append", "--ndjson", "-", input="".join(reported_in(n) for n in range(100)))
            size = county.json("log", "backup", str(backup))["size"]
            county.run("event", "append", "--ndjson", "-", input="".join(reported_in(n) for n in range(100, 130)))
            county.down()
            shutil.rmtree(county.data / "log")
            (county.data / "log").mkdir()
            restored = county.json("log", "restore", str(backup))
            self.assertEqual((restored["size"], restored["epoch"]), (size, 2))
            self.assertGreaterEqual(restored["notInBackup"], 30)
            self.assertTrue((county.data / "log-head.before-epoch-2" / "checkpoint").exists())
            county.up()
            self.assertEqual(county.events()[size]["event"]["type"], "logRestored")
            county.down()

    def test_a_damaged_backup_or_an_unfinished_one_is_not_put_back(self):
        with installation.Installation() as county:
            county.up()
            county.run("event", "append", "--ndjson", "-", input="".join(reported_in(n) for n in range(500)))
            backup = county.folder / "backup"
            county.json("log", "backup", str(backup))
            county.down()
            county.run("log", "backup", str(backup), expect=5)
            unfinished = county.folder / "unfinished"
            shutil.copytree(backup, unfinished)
            (unfinished / "checkpoint").unlink()
            target = ["--data", str(county.folder / "restored")]
            doorstep = county.program("doorstep")
            self.assertEqual(subprocess.run([doorstep, "log", "restore", str(unfinished), *target],
                                            stderr=subprocess.DEVNULL).returncode, 3)
            last_bytes_changed(backup / "log")
            self.assertEqual(subprocess.run([doorstep, "log", "restore", str(backup), *target],
                                            stderr=subprocess.DEVNULL).returncode, 6)
            self.assertFalse((county.folder / "restored").exists())
            # The same damage in the log itself.
            last_bytes_changed(county.data / "log")
            county.run("log", "verify", "--json", expect=6)


class SealedDays(unittest.TestCase):
    def test_a_day_is_over_when_the_log_says_so_and_not_the_clock(self):
        with installation.Installation(clock="start=2022-03-23T22:00+08:00,speed=600") as county:
            county.up()
            county.down()
            log = county.start_log()  # alone: nobody appends after midnight
            installation.wait_for("the next day", 60, lambda: json.loads(
                county.run("status", "--json", expect=None))["clock"]["now"] > "2022-03-24T00:05")
            sealed = str(county.folder / "2022-03-23.day")
            self.assertFalse(county.json("day", "seal", "2022-03-23", "--out", sealed)["over"])
            county.run("event", "append", "--ndjson", "-", input=reported_in(1))
            self.assertTrue(county.json("day", "seal", "2022-03-23", "--out", sealed)["over"])
            log.terminate()
            log.wait(60)

    def test_a_day_is_sealed_while_the_county_works_and_verifies_without_it(self):
        with installation.Installation(clock="start=2022-03-23T22:00+08:00,speed=1200") as county:
            county.up()
            county.run("event", "append", "--ndjson", "-", input="".join(reported_in(n) for n in range(300)))
            sealed = county.folder / "2022-03-23.day"
            early = county.json("day", "seal", "2022-03-23", "--out", str(sealed))
            self.assertFalse(early["over"])
            installation.wait_for("the next day", 60, lambda: json.loads(
                county.run("status", "--json", expect=None))["clock"]["now"] > "2022-03-24T00:05")
            county.run("event", "append", "--ndjson", "-", input="".join(reported_in(n) for n in range(300, 400)))
            county.run("day", "seal", "2022-03-23", "--out", str(county.folder), expect=4)
            self.assertIn("is a folder", county.stderr)
            county.run("day", "seal", "2022-03-23", "--out", str(county.folder / "no" / "file.day"), expect=3)
            self.assertEqual((list(county.folder.parent.glob(county.folder.name + ".*")), (county.folder / "no").exists()), ([], False))
            first = county.json("day", "seal", "2022-03-23", "--out", str(sealed))
            next_day = county.folder / "2022-03-24.day"
            second = county.json("day", "seal", "2022-03-24", "--out", str(next_day))
            county.run("day", "seal", "2022-03-22", "--out", str(county.folder / "none"), expect=3)
            replay = county.json("day", "replay", "2022-03-23")
            vkey = county.run("log", "vkey").strip()
            events = county.events()
            county.down()
            day_of = {event["position"]: event["recordedAt"][:10] for event in events}
            self.assertTrue(first["over"])
            self.assertEqual(second["firstPosition"], first["lastPosition"] + 1)
            self.assertEqual((first["firstPosition"], day_of[first["lastPosition"]], day_of[second["firstPosition"]]),
                             (1, "2022-03-23", "2022-03-24"))

            checked = county.json("day", "verify", str(sealed), "--key", vkey)
            self.assertEqual((checked["good"], checked["events"], checked["problems"]), (True, first["events"], []))
            self.assertEqual(sum(checked["types"].values()), first["events"])
            if replay["replayedTo"] == first["lastPosition"]:
                self.assertEqual(checked["replay"], replay["digest"])
            self.assertIsNone(county.json("day", "verify", str(next_day))["replay"])
            county.run("day", "verify", str(sealed), "--key", other_key(vkey), expect=6)
            county.run("day", "verify", str(sealed), "--key", "foo", expect=2)
            county.run("day", "verify", str(county.folder / "nothing"), expect=3)

            content = sealed.read_bytes()
            broken = county.folder / "broken.day"
            for at in (0, 9, 25, 60, 200, 500, len(content) // 2, len(content) - 40, len(content) - 1):
                broken.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1:])
                county.run("day", "verify", str(broken), expect=6)
                broken.write_bytes(content[:at])
                county.run("day", "verify", str(broken), expect=6)


if __name__ == "__main__":
    installation.main()
