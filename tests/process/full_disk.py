"""A full disk is said, nothing acknowledged is lost, and with room again it goes on by itself. Needs the right to mount
a small disk; without it the test is skipped, and says so."""

import json
import pathlib
import subprocess
import unittest

import installation


def line(number):
    return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "householdWithdrawn",
                       "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                       "body": {"household": f"01900000-0000-7000-8000-{number:012x}", "reason": "duplicate"}})


class FullDisk(unittest.TestCase):
    def setUp(self):
        self.county = installation.Installation()
        self.addCleanup(self.county.__exit__, None)
        self.disk = self.county.folder / "disk"
        self.disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(self.disk)], capture_output=True)
        if mounted.returncode != 0:
            self.skipTest("a small disk cannot be mounted here: " + mounted.stderr.decode().strip())
        self.addCleanup(subprocess.run, ["umount", "-l", str(self.disk)])
        self.county.data = self.disk / "data"

    def test_it_is_said_and_it_goes_on(self):
        self.county.up()
        text = "\n".join(line(i) for i in range(300_000)) + "\n"
        out = self.county.run("event", "append", "--ndjson", "-", input=text, expect=5, seconds=300)
        acks = [json.loads(each) for each in out.splitlines()]
        self.assertGreater(len(acks), 10_000)
        log = pathlib.Path(self.county.data / "logs" / "event-log.log").read_text()
        self.assertIn("No space left on device", log)
        self.assertIn("No space left on device", (self.county.folder / "up.log").read_text())

        subprocess.run(["mount", "-o", "remount,size=256m", str(self.disk)], check=True)
        installation.wait_for("the log to go on", 60, self.county.healthy)
        again = self.county.run("event", "append", "--ndjson", "-", input=text, seconds=300)
        second = [json.loads(each) for each in again.splitlines()]
        self.assertEqual(len(second), 300_000)
        for before, after in zip(acks, second):
            self.assertEqual((before["appendId"], before["first"]), (after["appendId"], after["first"]))
            self.assertTrue(after["duplicate"])


if __name__ == "__main__":
    installation.main()
