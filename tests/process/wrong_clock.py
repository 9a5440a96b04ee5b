"""A wall clock that cannot be right: it is said, or the log does not start or go on, and no record is stamped with a
time that nobody meant. The clock is set by a library that is preloaded (wall_clock.c)."""

import json
import os
import signal
import subprocess
import unittest
import urllib.request

import installation

MINUTE, HOUR, DAY = 60, 3600, 86400


def reported_in(number):
    return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "workerReportedIn",
                       "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                       "body": {"worker": "01900000-0000-7000-8000-000000000001"}}) + "\n"


class County(installation.Installation):
    """One whose processes see the clock that set() says."""

    def __init__(self, **options):
        super().__init__(**options)
        self.offset = self.folder / "offset"
        os.environ["WALL_CLOCK_OFFSET"] = str(self.offset)
        os.environ["LD_PRELOAD"] = self.program("wall_clock.so")
        self.events_made = 0

    def __exit__(self, *failed):
        super().__exit__(*failed)
        del os.environ["LD_PRELOAD"]

    def set(self, seconds):
        fresh = self.offset.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self.offset)  # never half a number

    def append(self):
        self.events_made += 1
        self.run("event", "append", "--ndjson", "-", input=reported_in(self.events_made))

    def up_ends(self, *more):
        done = subprocess.run([self.program("doorstep"), "up", "--data", str(self.data), *more], capture_output=True,
                              text=True, timeout=60)
        return done.returncode, done.stderr

    def health(self, offset):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port + offset}/healthz", timeout=5) as answer:
            return json.loads(answer.read())

    def clocks(self):
        """What status, both servers and the log's file say."""
        return [self.json("status")["clockProblem"], self.health(0)["clock"], self.health(1)["clock"]]

    def log_says(self, words):
        return words in (self.data / "logs" / "event-log.log").read_text()

    def heartbeat(self):
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/v1/stream?area=431224", timeout=20) as stream:
            for line in stream:
                if line.startswith(b"data: ") and b'"late"' in line:
                    return json.loads(line[6:])
        return None


class WrongClock(unittest.TestCase):
    def wait_for_problem(self, county, problem):
        def all_say_it():
            return all(each and each["problem"] == problem for each in county.clocks())
        installation.wait_for(f"{problem} to be said everywhere", 20, all_say_it)

    def test_a_record_years_ahead_of_the_clock_is_not_continued_unless_told(self):
        with County() as county:
            county.set(5 * 365 * DAY)
            county.up()
            county.append()
            county.down()
            county.set(0)
            code, words = county.up_ends()
            self.assertEqual(code, 4, words)
            self.assertIn("the log's last record is of 20", words)
            self.assertIn("--accept-clock", words)
            self.assertLess(words.count("starting it again"), 1, words)
            county.up("--accept-clock")
            self.wait_for_problem(county, "recordAhead")
            self.assertGreater(county.json("status")["clockProblem"]["byMs"], 4 * 365 * DAY * 1000)
            self.assertIn("ahead of the clock", county.run("status"))
            self.assertEqual(county.heartbeat()["clock"]["problem"], "recordAhead")

    def test_a_record_some_minutes_ahead_of_the_clock_is_said_until_the_clock_is_there(self):
        with County() as county:
            county.set(20 * MINUTE)
            county.up()
            county.append()
            self.assertEqual(county.clocks(), [None] * 3)
            county.set(0)  # while it runs
            self.wait_for_problem(county, "recordAhead")
            self.assertTrue(county.log_says("ahead of the clock"))
            county.down()
            county.up()
            self.wait_for_problem(county, "recordAhead")
            county.set(21 * MINUTE)
            installation.wait_for("the log to take it back", 20, lambda: county.log_says("reached the log's last record"))

    def test_a_clock_that_is_set_ahead_is_said_and_by_more_than_a_day_ends_the_log_before_it_stamps(self):
        with County() as county:
            county.up()
            county.append()
            county.set(2 * HOUR)
            self.wait_for_problem(county, "clockSteppedAhead")
            self.assertTrue(county.log_says("the clock was set ahead by 2 h"))
            self.assertEqual(county.heartbeat()["clock"]["problem"], "clockSteppedAhead")
            self.assertEqual(county.json("status")["clockProblem"]["problem"], "clockSteppedAhead")

            county.set(40 * DAY)
            self.assertEqual(county.supervisor.wait(30), 4)
            self.assertIn("the clock was set ahead by 39 d", (county.folder / "up.log").read_text())
            code, words = county.up_ends()  # by the same rule
            self.assertEqual(code, 4, words)
            self.assertIn("the clock was set ahead by 39 d", words)

            county.set(2 * HOUR)
            county.up()
            county.append()
            years = {event["recordedAt"][:10] for event in county.events()}
            self.assertLessEqual(len(years), 2, "both of today, or of a midnight between them")

    def test_a_clock_that_fell_back_can_be_set_right_while_it_runs_and_while_it_does_not(self):
        with County() as county:
            county.up()
            county.append()
            county.set(-2 * DAY)
            self.wait_for_problem(county, "recordAhead")
            county.append()
            county.set(0)
            installation.wait_for("the problem to be over", 20, lambda: county.clocks() == [None] * 3)
            county.append()
            county.set(-2 * DAY)
            self.wait_for_problem(county, "recordAhead")
            county.down()
            self.assertEqual(county.up_ends()[0], 4)
            county.up("--accept-clock")
            log = county.pid_of("event-log")
            os.kill(log, signal.SIGKILL)  # it is started again as it was told to be at first
            installation.wait_for("another log", 30, lambda: county.pid_of("event-log") != log and county.healthy())
            self.wait_for_problem(county, "recordAhead")
            county.set(0)
            installation.wait_for("the problem to be over", 20, lambda: county.clocks() == [None] * 3)
            county.down()
            county.up()

    def test_a_clock_that_was_set_ahead_while_nothing_ran_is_noticed(self):
        with County() as county:
            county.up()
            county.append()
            county.down()
            county.set(3 * HOUR)
            county.up()
            self.wait_for_problem(county, "clockSteppedAhead")
            county.down()
            county.set(3 * DAY)
            self.assertEqual(county.up_ends()[0], 4)
            county.up("--accept-clock")
            self.assertEqual(county.clocks(), [None] * 3)
            county.append()
            county.down()
            county.up()  # it was accepted once, for what was there

    def test_a_county_that_rested_over_a_start_of_the_machine_begins_without_a_flag(self):
        with County() as county:
            county.up()
            county.append()
            for days, code in ((3, 0), (60, 4)):
                county.down()
                note = json.loads((county.data / "log-head" / "clock").read_text())
                note["boot"] = "of before"
                (county.data / "log-head" / "clock").write_text(json.dumps(note))
                county.set(days * DAY)
                if code == 0:
                    county.up()
                    self.assertTrue(county.log_says("the log last ran at"))
                    self.assertEqual(county.clocks(), [None] * 3)
            code, words = county.up_ends()
            self.assertEqual(code, 4)
            self.assertIn("57 d", words)

    def test_what_a_wrong_clock_recorded_is_taken_back_by_a_restore_to_before_it(self):
        with County() as county:
            county.up()
            for _ in range(3):
                county.append()
            county.down()
            county.set(400 * DAY)
            county.up("--accept-clock")
            for _ in range(3):
                county.append()
            county.down()
            county.set(0)
            self.assertEqual(county.up_ends()[0], 4)
            county.up("--accept-clock")
            events = county.events()
            last_good = max(event["position"] for event in events if event["recordedAt"][:4] == events[0]["recordedAt"][:4])
            backup = str(county.folder / "backup")
            county.run("log", "backup", backup)
            origin = county.run("log", "checkpoint").splitlines()[0]
            county.down()
            (county.data / "log").rename(county.folder / "log.wrong")
            done = county.json("log", "restore", backup, "--until", str(last_good))
            self.assertEqual((done["size"], done["from"]), (last_good, origin))
            self.assertGreaterEqual(done["notInBackup"], 3)
            county.up()
            self.assertEqual(county.clocks(), [None] * 3)
            kept = county.events()
            self.assertEqual(kept[:last_good], events[:last_good])
            self.assertEqual(kept[last_good]["event"]["type"], "logRestored")
            after = county.folder / "after.ndjson"  # the workers' events; what the log said of itself is left out
            after.write_text("".join(json.dumps(event) + "\n" for event in events[last_good:]
                                     if event["event"]["stream"] != "system"))
            lost = [event["event"] for event in events[last_good:] if event["event"]["type"] == "workerReportedIn"]
            self.assertEqual(len(lost), 3)
            county.run("event", "append", "--ndjson", str(after))
            self.assertEqual([event["event"] for event in county.events() if event["event"] in lost], lost)
            county.append()
            self.assertEqual(len({event["recordedAt"][:4] for event in county.events()} - {events[0]["recordedAt"][:4]}), 0,
                             "no record of another year")
            county.run("log", "verify")
            county.down()
            other = str(county.folder / "other")
            for wrong, code in (("99", 1), (str(last_good), 4)):  # beyond the backup; a folder with another key
                done = subprocess.run([county.program("doorstep"), "log", "restore", backup, "--until", wrong, "--data", other],
                                      capture_output=True, text=True, timeout=60)
                self.assertEqual(done.returncode, code, done.stderr)

    def test_simulated_time_goes_on_while_nothing_runs(self):
        with County(clock="start=2022-03-23T08:00+08:00,speed=600") as county:
            county.up()
            county.append()
            county.set(2 * HOUR)
            county.append()
            county.down()
            county.set(4 * HOUR)  # a hundred days
            county.up()
            self.assertEqual(county.clocks(), [None] * 3)


if __name__ == "__main__":
    installation.main()
