"""The command line's exit codes and words, and imports of every kind of file."""

import json
import os
import signal
import subprocess
import time
import unittest

import installation

AREAS = "code,name,level,parent\n431224000000,溆浦县,county,\n431224100000,卢峰镇,township,431224000000\n" \
        "431224100001,胜利社区,village,431224100000\n431224100001001,第1网格,grid,431224100001\n"
HOUSEHOLDS = "key,area,kind,registered,usual\n"


class CommandLine(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = installation.Installation()
        cls.county.up()
        cls.county.run("area", "import", "-", input=AREAS)

    @classmethod
    def tearDownClass(cls):
        cls.county.__exit__(None)

    def file(self, name, content):
        path = self.county.folder / name
        path.write_bytes(content)
        return str(path)

    def test_help_is_there_for_every_command(self):
        for command in ((), ("up",), ("event",), ("event", "append"), ("coverage", "get"), ("day", "replay"),
                        ("field", "simulate"), ("area", "import"), ("round", "open"), ("log", "checkpoint"), ("log", "prove", "inclusion")):
            self.assertIn("Usage", self.county.run(*command, "--help"))

    def test_usage_errors_end_with_2(self):
        for command in (("nonsense",), ("coverage", "get"), ("coverage", "get", "--area", "12345"), ("day", "replay", "today"),
                        ("event", "read", "--type", "nothing"), ("event", "read", "--stream", "x"), ("event", "read", "--from", "0"),
                        ("task", "ls", "--state", "lost"), ("field", "simulate", "--speed", "fast"),
                        ("log", "floor", "--before", "2022-3-4"), ("log", "floor", "--sealed", "x"), ("day", "verify", "x", "--key", "foo"),
                        ("log", "prove", "inclusion", "500", "--size", "400")):
            self.county.run(*command, expect=2)
        for wrong in ("0", "010", "0x10", "abc", "5x", "99999999999999999999"):
            for command in (("log", "floor"), ("log", "prove", "inclusion"), ("event", "read", "--to")):
                self.county.run(*command, wrong, expect=2)
                self.assertIn("say a decimal number from 1 on", self.county.stderr)
        bare = {name: value for name, value in os.environ.items() if name != "DOORSTEP_DATA"}
        self.assertEqual(subprocess.run([self.county.program("doorstep"), "status"], env=bare, stderr=subprocess.DEVNULL).returncode, 2)

    def test_what_is_not_there_ends_with_3(self):
        self.county.run("coverage", "get", "--area", "431225", expect=3)
        self.county.run("day", "replay", "1999-01-01", expect=3)
        self.county.run("area", "import", "/nonexistent.csv", expect=3)

    def test_nobody_there_ends_with_5_and_says_what_to_do(self):
        with installation.Installation() as other:
            other.run("init", "--port", str(other.port))
            other.run("event", "read", expect=5)
            self.assertIn("doorstep up", other.stderr)

    def test_an_import_twice_lands_once(self):
        rows = HOUSEHOLDS + "".join(f"T{i},431224100001001,family,3,2\n" for i in range(5000))
        path = self.file("twice.csv", rows.encode())
        first = self.county.json("household", "import", path)
        self.assertEqual((first["rows"], first["landed"], first["rejected"]), (5000, 5000, 0))
        second = self.county.json("household", "import", path)
        self.assertEqual((second["rows"], second["landed"], second["unchanged"]), (5000, 0, 5000))

    def test_good_rows_land_and_bad_rows_are_named_across_parts(self):
        rows = [f"P{i},431224100001001,family,3,2" for i in range(40_000)]  # several requests
        for bad in (17, 20_000, 39_999):
            rows[bad] = f"P{bad},43122499,family,3,2"
        rows[100] = '"P100",431224100001001,family,"3",2'
        path = self.file("parts.csv", (HOUSEHOLDS + "\n".join(rows) + "\n").encode())
        report = self.county.json("household", "import", path, expect=1, seconds=300)
        self.assertEqual((report["rows"], report["landed"], report["rejected"]), (40_000, 39_997, 3))
        self.assertEqual([error["row"] for error in report["errors"]], [18, 20_001, 40_000])
        self.assertTrue(all(error["detail"]["zh"] and error["detail"]["en"] for error in report["errors"]))

    def test_files_come_in_utf_8_with_a_mark_in_gb18030_and_with_chinese_headers(self):
        header = "户编号,区划代码,户类型,户籍人数,常住人数\n"
        for name, encoding in (("bom.csv", "utf-8-sig"), ("gb.csv", "gb18030")):
            path = self.file(name, (header + f"{name}甲,431224100001001,家庭户,3,2\n").encode(encoding))
            report = self.county.json("household", "import", path)
            self.assertEqual((report["landed"], report["rejected"]), (1, 0), report)

    def test_what_is_no_csv_is_refused_in_words(self):
        for name, content in (("empty.csv", b""), ("column.csv", b"key,area\nx,431224\n"),
                              ("junk.csv", bytes(range(256)) * 400), ("noend.csv", b"x" * 3_000_000),
                              ("quote.csv", HOUSEHOLDS.encode() + b'"open,' + b"y\n" * 800_000)):
            self.county.run("household", "import", self.file(name, content), expect=1)
            self.assertTrue(self.county.stderr.strip(), name)
        self.assertTrue(self.county.healthy())

    def test_campaigns_and_rounds_open_and_close(self):
        campaign = self.county.json("campaign", "open", "--name", "敲门行动", "--area", "431224")["campaign"]
        first = self.county.json("round", "open", "--campaign", campaign)
        round_id = first["round"]
        installation.wait_for("the round to be counted", 20, lambda: json.loads(
            self.county.run("coverage", "get", "--area", "431224", "--json"))["round"] == round_id)
        self.county.json("round", "open", "--campaign", campaign)  # takes the next number
        closed = self.county.json("round", "close", round_id)
        again = self.county.json("round", "close", round_id)  # the answer was lost: it is had again
        self.assertEqual(again, {**closed, "duplicate": True})
        self.county.run("round", "close", round_id, "--id", "01900000-0000-7000-8000-00000000c105", expect=4)
        self.county.run("round", "close", "01900000-0000-7000-8000-00000000ffff", expect=3)
        numbers = [event["event"]["body"]["number"] for event in self.county.events("--type", "roundOpened", "--stream", f"campaign/{campaign}")]
        self.assertEqual(numbers, [1, 2])

    def test_the_same_words_again_are_the_same_request(self):
        def again(*command):
            first = self.county.json(*command)
            time.sleep(0.01)  # whatever is made from the clock would be made anew
            self.assertEqual(self.county.json(*command), {**first, "duplicate": True})
            self.assertEqual(first["duplicate"], False)
            return first

        id, round_id = ("01900000-0000-7000-8000-0000000005a" + digit for digit in "12")
        again("campaign", "open", "--name", "重发", "--area", "431224", "--id", id)
        again("round", "open", "--campaign", id, "--id", round_id)
        again("round", "open", "--campaign", id, "--id", round_id[:-1] + "3", "--deadline", "2099-01-01T00:00+08:00", "--number", "9")
        again("round", "close", round_id[:-1] + "3", "--id", round_id[:-1] + "4")
        again("round", "close", round_id)
        for nothing in ("", "00000000-0000-0000-0000-000000000000"):  # a variable of a script that is not set
            self.county.run("campaign", "open", "--name", "空", "--area", "431224", "--id", nothing, expect=2)
            self.county.run("round", "open", "--campaign", id, "--id", nothing, expect=2)
            self.county.run("round", "close", round_id, "--id", nothing, expect=2)
        self.county.run("round", "open", "--campaign", id, "--deadline", "", expect=2)
        for other in (("campaign", "open", "--name", "换名", "--area", "431224", "--id", id),
                      ("round", "open", "--campaign", id, "--id", round_id, "--risk-list", "2"),
                      ("round", "open", "--campaign", id, "--id", round_id, "--number", "7")):
            self.county.run(*other, expect=4)

    def test_two_of_one_name_or_number_are_told_apart_or_refused_by_what_is_there(self):
        campaign = self.county.json("campaign", "open", "--name", "同名", "--area", "431224")["campaign"]
        for name in ("同名", " 同\u3000名", "同名\u200b"):
            self.county.run("campaign", "open", "--name", name, "--area", "431224", expect=4)
            self.assertIn(campaign, self.county.stderr)
        first = self.county.json("round", "open", "--campaign", campaign, "--number", "3")["round"]
        self.county.run("round", "open", "--campaign", campaign, "--number", "3", expect=4)
        self.assertIn(first, self.county.stderr)
        # Many at once, each for the next number.
        children = [self.county.start("round", "open", "--campaign", campaign, stdout=subprocess.DEVNULL) for _ in range(8)]
        self.assertEqual([child.wait(30) for child in children], [0] * 8)
        numbers = [event["event"]["body"]["number"] for event in self.county.events("--type", "roundOpened", "--stream", f"campaign/{campaign}")]
        self.assertEqual(sorted(numbers), [*range(3, 12)])

    def test_a_time_that_cannot_be_written_and_read_back_is_refused_in_words(self):
        campaign = self.county.json("campaign", "open", "--name", "时限", "--area", "431224")["campaign"]
        for number, (deadline, good) in enumerate((("9998-12-31T23:59:59.999Z", True), ("9999-01-01T00:00:00Z", False),
                                                   ("9999-12-31T23:59:59+08:00", False), ("9998-12-31T23:30:00-01:00", False))):
            self.county.run("round", "open", "--campaign", campaign, "--deadline", deadline, expect=0 if good else 2)
            body = {"round": f"01900000-0000-7000-8000-00000000d{number:03x}", "campaign": campaign, "number": 100 + number,
                    "questionSet": "q", "riskList": "r", "deadline": deadline}
            event = {"id": f"01900000-0000-7000-9000-00000000d{number:03x}", "type": "roundOpened", "area": "431224",
                     "happenedAt": "2022-03-23T09:00:00+08:00", "body": body}
            self.county.run("event", "append", "--ndjson", "-", input=json.dumps(event), expect=0 if good else 1)
            if not good:
                self.assertIn("body.deadline: must be a time of the years 1970 to 9998", self.county.stderr)
        for recorded in self.county.events("--stream", f"campaign/{campaign}"):
            again = self.county.run("event", "append", "--ndjson", "-", input=json.dumps(recorded["event"]), expect=None)
            self.assertNotIn("invalid", again + self.county.stderr)  # what was printed is read

    def test_tail_shows_what_is_recorded_from_now_on_until_ctrl_c(self):
        tail = self.county.start("event", "tail", "--ndjson", stdout=subprocess.PIPE)
        time.sleep(1.0)  # it begins after the head that it finds
        worker = "key,kind,home\nTAIL1,clerk,431224100\n"
        self.county.run("worker", "import", "-", input=worker)
        self.assertEqual(json.loads(tail.stdout.readline())["event"]["type"], "workerRegistered")
        tail.send_signal(signal.SIGINT)
        self.assertEqual(tail.wait(10), 130)

    def test_append_acknowledges_each_line_while_the_input_stays_open(self):
        child = self.county.start("event", "append", "--ndjson", "-", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        for number in range(3):
            child.stdin.write(json.dumps({
                "id": f"01900000-0000-7000-9000-00000000a{number:03x}", "type": "householdWithdrawn",
                "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                "body": {"household": f"01900000-0000-7000-8000-00000000a{number:03x}", "reason": "duplicate"}}) + "\n")
            child.stdin.flush()
            self.assertFalse(json.loads(child.stdout.readline())["duplicate"])
        child.stdin.close()
        self.assertEqual(child.wait(20), 0)


if __name__ == "__main__":
    installation.main()
