"""One county, one small day, through real processes: set up, play, ask, read, append, replay, start again."""

import json
import unittest
import urllib.request

import checks
import installation

DAY = "2022-03-23"


class Smoke(unittest.TestCase):
    def test_a_small_day_walks_from_the_door_to_the_board(self):
        # The day is played at once, as of a day that has just gone by: nothing waits for the clock.
        with installation.Installation(clock="start=2022-03-23T23:00+08:00,speed=1") as county:
            county.up()
            self.assertTrue(county.healthy())
            acks = county.folder / "acks"
            report = county.json("field", "simulate", "--households", "200", "--speed", "max", "--acks", str(acks))
            self.assertEqual(report["refused"], 0, report)
            self.assertEqual(report["acknowledged"], report["actions"])
            installation.wait_for("the board to settle", 60, county.settled)

            coverage = county.json("coverage", "get", "--area", "431224")
            checks.check_coverage(self, coverage)
            self.assertGreater(coverage["roster"], 190)
            self.assertGreater(coverage["coverage"], 0.6)
            with urllib.request.urlopen(f"http://127.0.0.1:{county.port}/v1/areas/431224", timeout=10) as answer:
                self.assertEqual(json.load(answer)["coverage"], coverage)

            events = county.events()
            self.assertEqual(events[0]["event"]["type"], "demonstrationMarked")
            opened = checks.check_log(self, events, installation.acks_of(acks))
            self.assertGreaterEqual(len(opened), 200)
            listed = county.json("task", "ls")
            self.assertEqual(len(listed["tasks"]), len(opened))
            self.assertEqual(sum(listed["counts"].values()), len(opened))

            visits = county.events("--type", "visitRecorded", "--area", "431224100")
            self.assertTrue(visits)
            self.assertTrue(all(e["event"]["area"].startswith("431224100") for e in visits))
            stream = visits[0]["event"]["stream"]
            self.assertIn(visits[0], county.events("--stream", stream))

            replay = checks.check_replay(self, county, DAY)
            self.assertEqual(replay["comparedWith"], "live")
            self.assertEqual((replay["firstPosition"], replay["lastPosition"]), (1, len(events)))

            # The same again: every request is known, nothing is added but what assignment had to do.
            again = county.json("field", "simulate", "--households", "200", "--speed", "max", "--from",
                                report["from"], "--acks", str(acks))
            self.assertEqual((again["refused"], again["duplicates"]), (0, again["actions"]))
            checks.check_log(self, county.events(), installation.acks_of(acks))

            self.assertEqual(county.down(), 0)
            county.up()
            self.assertEqual(county.json("coverage", "get", "--area", "431224")["roster"], coverage["roster"])
            checks.check_replay(self, county, DAY)

    def test_at_midnight_the_day_s_digest_is_recorded_and_a_replay_gives_it_again(self):
        with installation.Installation(clock="start=2022-03-23T23:40+08:00,speed=60") as county:
            county.up()
            county.json("field", "simulate", "--households", "40", "--speed", "max")
            recorded = installation.wait_for("the digest", 90, lambda: county.events("--type", "projectionDigestRecorded"))
            digest = recorded[0]["event"]["body"]
            self.assertEqual(digest["day"], DAY)
            replay = checks.check_replay(self, county, DAY)
            self.assertEqual(replay["comparedWith"], "recorded")
            self.assertEqual((replay["digest"], replay["replayedTo"]), (digest["sha256"], digest["upto"]))

    def test_events_appended_from_outside_are_acknowledged_in_order_and_once(self):
        with installation.Installation() as county:
            county.up()
            def line(number):
                household = f"01900000-0000-7000-8000-{number:012x}"
                return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "householdWithdrawn",
                                   "area": "43122410000100101", "happenedAt": "2022-03-23T09:00:00+08:00",
                                   "body": {"household": household, "reason": "duplicate"}})
            lines = [line(i) for i in range(2000)]
            lines[1000] = '{"no":"event"}'
            out = county.run("event", "append", "--ndjson", "-", input="\n".join(lines) + "\n", expect=1)
            acks = [json.loads(each) for each in out.splitlines()]
            self.assertEqual([ack["first"] for ack in acks], list(range(1, 2000)))
            self.assertEqual(json.loads(county.stderr)["line"], 1001)
            batch = json.dumps({"events": [json.loads(line(i)) for i in range(3000, 3010)]})
            ack = json.loads(county.run("event", "append", "--ndjson", "-", input=batch))
            self.assertEqual((ack["first"], ack["last"], ack["duplicate"]), (2000, 2009, False))
            ack = json.loads(county.run("event", "append", "--ndjson", "-", input=batch + "\n"))
            self.assertEqual((ack["first"], ack["last"], ack["duplicate"]), (2000, 2009, True))
            # They fit nothing, and hurt nothing.
            self.assertTrue(county.healthy())
            self.assertEqual(len(county.run("event", "read", "--from", "5", "--to", "14").splitlines()), 10)


if __name__ == "__main__":
    installation.main()
