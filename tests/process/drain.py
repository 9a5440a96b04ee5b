"""The log is asked to stop while everybody is at full speed and a reader has stopped reading: it ends in time, and nothing
acknowledged is missing afterwards."""

import json
import os
import signal
import subprocess
import time
import unittest

import installation

DRAIN_SECONDS = 5
APPENDERS = 4
EVENTS = 200_000  # of each: more than it can land before it is stopped


def reported_in(appender, number):
    return json.dumps({"id": f"01900000-0000-7000-9000-{appender:04x}{number:08x}", "type": "workerReportedIn",
                       "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                       "body": {"worker": f"01900000-0000-7000-8000-{number % 50:012x}"}}) + "\n"


class Drain(unittest.TestCase):
    def start_log(self, county):
        log = subprocess.Popen([county.program("doorstep-event-log"), "--data", str(county.data)],
                               stderr=open(county.folder / "log.log", "a"))
        county.children.append(log)
        installation.wait_for("the log", 60, lambda: county.run("log", "checkpoint", expect=None))
        return log

    def test_under_load_and_with_a_stuck_reader_it_ends_within_five_seconds_and_keeps_what_it_acknowledged(self):
        with installation.Installation() as county:
            county.run("init", "--port", str(county.port))
            log = self.start_log(county)
            acks = []
            for appender in range(APPENDERS):
                lines = county.folder / f"{appender}.ndjson"
                lines.write_text("".join(reported_in(appender, number) for number in range(EVENTS)))
                acks.append(county.folder / f"{appender}.acks")
                county.start("event", "append", "--ndjson", str(lines), stdout=open(acks[-1], "w"),
                             stderr=subprocess.DEVNULL)
            stuck = county.start("event", "tail", "--from", "1", "--ndjson", stdout=subprocess.DEVNULL)
            installation.wait_for("acknowledgements", 30, lambda: all(each.stat().st_size > 100_000 for each in acks))
            os.kill(stuck.pid, signal.SIGSTOP)
            time.sleep(1.0)  # what is sent to it piles up

            started = time.monotonic()
            log.send_signal(signal.SIGTERM)
            self.assertEqual(log.wait(60), 0)
            took = time.monotonic() - started
            self.assertLess(took, DRAIN_SECONDS)
            print(f"it ended after {took:.2f} s", flush=True)
            for child in county.children:
                if child is not log:
                    child.kill()
                    child.wait()

            log = self.start_log(county)
            self.assertEqual(county.json("log", "verify")["problems"], [])
            there = {event["event"]["id"]: event["position"] for event in county.events()}
            acknowledged = 0
            for path in acks:
                for line in path.read_text().splitlines(keepends=True):
                    if not line.endswith("\n"):
                        continue  # its writer was killed in the middle of the line
                    ack = json.loads(line)
                    acknowledged += 1
                    self.assertEqual(there.get(ack["appendId"]), ack["first"])
            self.assertGreater(acknowledged, 1_000)
            log.send_signal(signal.SIGTERM)
            self.assertEqual(log.wait(60), 0)


if __name__ == "__main__":
    installation.main()
