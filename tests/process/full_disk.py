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

    def test_a_copy_onto_it_says_so_and_counts_for_nothing(self):
        self.county.data = self.county.folder / "data"
        self.county.up()
        self.county.run("event", "append", "--ndjson", "-", input="\n".join(line(i) for i in range(60_000)), seconds=300)
        good = self.county.folder / "good"
        size = self.county.json("log", "backup", str(good))["size"]
        stored = sum(path.stat().st_size for path in good.rglob("*") if path.is_file()) // 1024
        for kib in (16, 100, 600, stored // 2, stored - 200):
            subprocess.run(["mount", "-o", f"remount,size={kib}k", str(self.disk)], check=True)
            for command in (("log", "backup", str(self.disk / "backup")),
                            ("log", "restore", str(good), "--data", str(self.disk / "restored"))):
                done = subprocess.run([self.county.program("doorstep"), *command] + (
                    ["--data", str(self.county.data)] if command[1] == "backup" else []), capture_output=True, text=True)
                self.assertEqual(done.returncode, 1, (kib, command, done.stderr))
                self.assertIn("No space left on device", done.stderr)
                self.assertTrue(command[1] == "restore" or "make room there" in done.stderr, done.stderr)
                self.assertFalse((self.disk / "backup" / "checkpoint").exists())
                for left in self.disk.iterdir():
                    subprocess.run(["rm", "-rf", str(left)], check=True)
        subprocess.run(["mount", "-o", "remount,size=256m", str(self.disk)], check=True)
        self.assertEqual(self.county.json("log", "backup", str(self.disk / "backup"))["size"], size)

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
