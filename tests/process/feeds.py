"""Readers of the log through real processes: who is listed, and what a restart reads again."""

import json
import re
import signal
import subprocess
import unittest

import installation

EVENTS = 1_000_000
A_REQUEST = 1_000


def withdrawal(number):
    """An event that fits nothing and hurts nothing."""
    return {"id": f"01900000-0000-7000-9000-{number:012x}", "type": "householdWithdrawn", "area": "43122410000100101",
            "happenedAt": "2022-03-23T09:00:00+08:00",
            "body": {"household": f"01900000-0000-7000-8000-{number:012x}", "reason": "duplicate"}}


def consumers(county):
    return county.json("consumer", "ls")["consumers"]


def named(county, name):
    return [each for each in consumers(county) if each["name"] == name]


class LogAlone:
    """The log's own process, without the other four."""

    def __init__(self, county):
        self.county = county
        self.process = None

    def start(self):
        self.process = subprocess.Popen([self.county.program("doorstep-event-log"), "--data", str(self.county.data)],
                                        stderr=open(self.county.folder / "log.log", "a"))
        self.county.children.append(self.process)
        installation.wait_for("the log", 60, lambda: self.county.run("consumer", "ls", expect=None) or
                              "answer" not in self.county.stderr)

    def stop(self):
        """Asked to; how many blocks and pages of the index it has read for its readers, which it says at the end."""
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        said = re.findall(r"readers needed (\d+) blocks from the store, their filters (\d+) pages",
                          (self.county.folder / "log.log").read_text())
        return sum(map(int, said[-1]))


class Feeds(unittest.TestCase):
    def test_every_reader_is_listed_and_one_that_went_away_for_a_while_too(self):
        with installation.Installation() as county:
            county.up()
            county.run("event", "append", "--ndjson", "-", input=json.dumps(withdrawal(1)) + "\n")

            def all_level():
                found = {each["name"]: each for each in consumers(county)}
                return {"aggregation", "assignment", "intake"} <= found.keys() and found if all(
                    found[name]["lag"] == 0 for name in ("aggregation", "assignment", "intake") if name in found) else None

            # One event is little traffic: each says within seconds that it has it.
            found = installation.wait_for("the readers to report", 20, all_level)
            for name in ("aggregation", "assignment", "intake"):
                self.assertTrue(found[name]["connected"])
                self.assertEqual(found[name]["cursor"], found[name]["head"])
                self.assertGreater(found[name]["credit"]["events"], 0)
            tail = county.start("event", "tail", "--ndjson", stdout=subprocess.DEVNULL)
            installation.wait_for("the tail", 20, lambda: named(county, "cli"))
            tail.kill()
            tail.wait(10)
            gone = installation.wait_for("its end to be noticed", 30,
                                         lambda: [each for each in named(county, "cli") if not each["connected"]])
            self.assertEqual(gone[0]["credit"]["events"], 0)
            self.assertIn("gone", county.run("consumer", "ls"))

    def test_a_filter_that_matches_nothing_is_not_scanned_again_after_a_restart(self):
        with installation.Installation() as county:
            county.run("init", "--port", str(county.port))
            log = LogAlone(county)
            log.start()
            lines = [json.dumps({"events": [withdrawal(i) for i in range(first, first + A_REQUEST)]})
                     for first in range(0, EVENTS, A_REQUEST)]
            county.run("event", "append", "--ndjson", "-", input="\n".join(lines) + "\n")
            log.stop()
            log.start()

            def reader(first):
                return county.start("event", "tail", "--ndjson", "--type", "campaignOpened", "--from", str(first),
                                    stdout=subprocess.DEVNULL)

            def at_the_head():
                return [each for each in named(county, "cli") if each["connected"] and each["sent"] == EVENTS
                        and each["cursor"] == EVENTS]

            first = reader(1)
            installation.wait_for("the reader to reach the head", 60, at_the_head)
            first.kill()
            first.wait(10)
            self.assertGreater(log.stop(), 5, "the first time it reads them all")
            log.start()
            second = reader(EVENTS + 1)  # from where the first one was
            installation.wait_for("the second reader", 60, at_the_head)
            self.assertEqual(log.stop(), 0, "a restart of the reader scans nothing")
            log.start()
            installation.wait_for("the reader to be back by itself", 60, at_the_head)
            self.assertEqual(log.stop(), 0, "a restart of the log scans nothing")
            self.assertIsNone(second.poll())


if __name__ == "__main__":
    installation.main()
