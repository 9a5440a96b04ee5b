"""Output that fails is a failure, and nothing that was acknowledged stays unsaid: full disks, pipes that nobody reads, and
a stdout that is closed, for each command. Text that cannot be read is named, and shown without harm to a terminal."""

import json
import os
import pathlib
import pty
import select
import subprocess
import unittest

import installation

AREAS = "code,name\n431224,溆浦县\n431224100,卢峰镇\n431224100001,胜利社区\n431224100001001,第1网格\n"
FULL = "stdout cannot be written: No space left on device"
READS = (("event", "read"), ("event", "read", "--to", "1"), ("event", "tail", "--from", "1"), ("status",), ("status", "--json"),
         ("coverage", "get", "--area", "431224"), ("coverage", "get", "--area", "431224", "--json"), ("consumer", "ls"),
         ("consumer", "ls", "--ndjson"), ("task", "ls", "--json"), ("log", "checkpoint"), ("log", "vkey", "--json"), ("log", "verify"),
         ("log", "floor"), ("log", "prove", "inclusion", "1"), ("log", "prove", "consistency", "0", "1", "--json"),
         ("event", "read", "--help"), ("--version",))


def line(number):
    return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "householdWithdrawn",
                       "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                       "body": {"household": f"01900000-0000-7000-8000-{number:012x}", "reason": "duplicate"}})


class Output(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = installation.Installation()
        cls.county.up()
        cls.county.run("area", "import", "-", input=AREAS)

    @classmethod
    def tearDownClass(cls):
        cls.county.__exit__(None)

    def given(self, arguments, stdout, input=None, stderr=subprocess.PIPE):
        command = [self.county.program("doorstep"), *arguments, "--data", str(self.county.data)]
        return subprocess.run(command, stdout=stdout, stderr=stderr, input=input, timeout=60)

    def full(self, *arguments, input=None):
        with open("/dev/full", "w") as full:
            done = self.given(arguments, full, input)
        return done.returncode, done.stderr.decode()

    def unread(self, *arguments, input=None):
        reader, writer = os.pipe()
        os.close(reader)
        done = self.given(arguments, writer, input)
        os.close(writer)
        return done.returncode, done.stderr.decode()

    def test_results_that_a_full_disk_does_not_take_end_with_1_and_words(self):
        for command in READS:
            code, words = self.full(*command)
            self.assertEqual(code, 1, (command, words))
            self.assertIn(FULL, words, command)
        code, words = self.full("coverage", "get", "--area", "431224", "--json")
        self.assertIn(FULL, json.loads(words)["title"])

    def test_a_reader_that_went_away_has_what_it_wanted(self):
        for command in READS:
            code, words = self.unread(*command)
            self.assertEqual((code, words), (0, ""), command)

    def test_a_terminal_that_is_gone_is_an_error_of_the_device(self):
        terminal, line_to_it = pty.openpty()
        os.close(terminal)
        done = self.given(("status",), line_to_it)
        os.close(line_to_it)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout cannot be written: Input/output error", done.stderr.decode())

    def test_a_closed_stdout_is_an_error_and_no_file_takes_its_place(self):
        command = f"'{self.county.program('doorstep')}' event read --data '{self.county.data}' >&-"
        done = subprocess.run(["sh", "-c", command], stderr=subprocess.PIPE, timeout=60, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("stdout cannot be written: Bad file descriptor", done.stderr)

    def test_what_was_recorded_and_cannot_be_printed_is_said_on_stderr(self):
        for number, (lost, code) in enumerate(((self.full, 1), (self.unread, 0))):
            name = f"行动{number}"
            got, words = lost("campaign", "open", "--name", name, "--area", "431224")
            opened = [event["event"]["body"] for event in self.county.events("--type", "campaignOpened")]
            id = next(body["campaign"] for body in opened if body["name"] == name)
            self.assertEqual(got, code)
            self.assertIn(f"this was done, and could not be printed: campaign {id}, recorded at position", words)
            got, words = lost("round", "open", "--campaign", id, "--json")
            self.assertEqual(got, code)
            self.assertIn('could not be printed: {"round":"', words)
            got, words = lost("worker", "import", "-", input=f"key,kind,home\nO{number},clerk,431224\n".encode())
            self.assertEqual(got, code)
            self.assertIn("could not be printed: 1 rows: 1 landed", words)
            got, words = lost("log", "backup", str(self.county.folder / f"backup{number}"))
            self.assertEqual(got, code)
            self.assertIn("could not be printed: backed up and verified", words)

    def test_append_stops_at_the_first_acknowledgement_that_cannot_be_printed(self):
        for first, lost in ((0x1000, self.full), (0x100000, self.unread)):
            lines = [line(first + number) for number in range(20_000)]
            code, words = lost("event", "append", "--ndjson", "-", input=("\n".join(lines) + "\n").encode())
            self.assertEqual(code, 1, words)
            self.assertRegex(words, r"lines after line \d+ were not sent")
            said = words.count('"appendId"')
            ids = {event["event"]["id"] for event in self.county.events("--type", "householdWithdrawn")}
            landed = sum(json.loads(each)["id"] in ids for each in lines)
            self.assertEqual(said, landed, "each that landed is said")
            self.assertTrue(0 < landed < 20_000)

    def test_append_ends_well_where_all_was_sent_before_the_reader_went(self):
        path = self.county.folder / "one.ndjson"
        path.write_text(line(7))
        code, words = self.unread("event", "append", "--ndjson", str(path))
        self.assertEqual(code, 0, words)
        self.assertIn('could not be printed: {"appendId":"01900000-0000-7000-9000-000000000007"', words)

    def test_words_on_stderr_that_are_lost_are_a_failure_too(self):
        with installation.Installation() as other:
            command = [other.program("doorstep"), "init", "--data", str(other.data), "--port", str(other.port)]
            with open("/dev/full", "w") as full:  # init says on stderr that the folder is ready
                self.assertEqual(subprocess.run(command, stderr=full, timeout=60).returncode, 1)
            self.assertEqual(subprocess.run([*command, "--json"], stdout=subprocess.DEVNULL, timeout=60).returncode, 0)

    def test_a_pipe_that_does_not_wait_takes_all_of_it(self):
        # A reader that is slow, and a pipe that somebody made non-blocking.
        self.county.run("event", "append", "--ndjson", "-", input="\n".join(line(0x900000 + i) for i in range(3_000)))
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        child = self.county.start("event", "read", "--type", "householdWithdrawn", stdout=writer)
        os.close(writer)
        text = b""
        while select.select([reader], [], [], 30)[0]:
            piece = os.read(reader, 4_096)
            if not piece:
                break
            text += piece
        os.close(reader)
        self.assertEqual(child.wait(20), 0)
        self.assertEqual(text.decode(), self.county.run("event", "read", "--type", "householdWithdrawn"))

    def test_acknowledgements_that_their_file_does_not_take_are_said(self):
        with installation.Installation() as other:
            other.up()
            other.run("field", "simulate", "--households", "30", "--speed", "max", "--acks", "/dev/full", expect=1)
            words = other.stderr
            self.assertIn("the acknowledgements cannot be written: No space left on device", words)
            opened = other.events("--type", "campaignOpened")[0]
            said = {"id": opened["event"]["id"], "position": opened["position"], "duplicate": False}
            self.assertIn("acknowledged, and not in the file: " + json.dumps(said, separators=(",", ":")), words)

    def test_text_that_is_not_utf_8_is_named_with_its_option(self):
        wrong = "县".encode("gbk")
        for command in (("campaign", "open", "--area", "431224", "--name", wrong), ("campaign", "open", "--name", "x", "--area", wrong),
                        ("campaign", "open", "--name", "x", "--area", "431224", "--id", wrong), ("round", "open", "--campaign", wrong),
                        ("round", "open", "--campaign", "x", "--question-set", wrong), ("round", "open", "--campaign", "x", "--risk-list", wrong),
                        ("round", "open", "--campaign", "x", "--deadline", wrong), ("event", "read", "--area", wrong),
                        ("event", "tail", "--stream", wrong), ("event", "read", "--type", wrong), ("coverage", "get", "--area", wrong),
                        ("task", "ls", "--state", wrong), ("day", "verify", "x", "--key", wrong), ("field", "simulate", "--speed", wrong),
                        ("log", "floor", "--before", wrong), ("up", "--clock", wrong)):
            done = self.given(command, subprocess.PIPE)
            self.assertEqual(done.returncode, 2, command)
            self.assertIn(f'{command[-2]} "\\xcf\\xd8" is no UTF-8 text', done.stderr.decode())
        for command in (("round", "close", wrong), ("day", "replay", wrong), ("day", "seal", wrong, "--out", "x")):
            done = self.given(command, subprocess.PIPE)
            self.assertEqual(done.returncode, 2, command)
            self.assertIn('"\\xcf\\xd8" is no UTF-8 text', done.stderr.decode())
        done = self.given(("campaign", "open", "--area", "431224", "--name", "a\x1b[2Jb"), subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assertIn('--name "a\\u001b[2Jb" has control characters', done.stderr.decode())

    def test_a_file_may_have_a_name_of_any_bytes(self):
        path = os.fsencode(self.county.folder) + b"/\xc1\xd0.csv"
        pathlib.Path(os.fsdecode(path)).write_text("key,kind,home\nANY1,clerk,431224\n")
        done = self.given(("worker", "import", path), subprocess.PIPE)
        self.assertEqual(done.returncode, 0, done.stderr)
        done = self.given(("worker", "import", path + b"x"), subprocess.PIPE)
        self.assertEqual(done.returncode, 3)
        self.assertIn("/\\xc1\\xd0.csvx", done.stderr.decode())
        day = path + b".day"
        done = self.given(("log", "backup", day, "--json"), subprocess.PIPE)
        self.assertTrue(json.loads(done.stdout.decode())["folder"].endswith("/\ufffd\ufffd.csv.day"))

    def test_words_that_no_command_has_do_no_harm_to_a_terminal(self):
        done = self.given(("status", "no\x1b[2Jne", b"\xff"), subprocess.PIPE)
        self.assertEqual(done.returncode, 2)
        self.assertIn("no\\u001b[2Jne", done.stderr.decode())

    def test_an_explanation_that_quotes_odd_letters_arrives(self):
        rows = 'key,kind,home\n"两\u202e行\n的键",boss,431224\n'
        report = self.county.json("worker", "import", "-", input=rows, expect=1)
        self.assertEqual((report["rejected"], len(report["errors"])), (1, 1), report)
        self.assertTrue(report["errors"][0]["detail"]["zh"])
        self.county.run("worker", "import", "-", input='key,kind,home\nOK2,"班\nz\u202e长",431224\n', expect=1)
        shown = [each for each in self.county.stderr.splitlines() if each.startswith("row 1, kind")]
        self.assertEqual(len(shown), 1, self.county.stderr)
        self.assertIn("z\\u202e长", shown[0])
        self.county.run("worker", "import", "-", input='key,"不\n认\tz\u202e识",home\nOK3,clerk,431224\n', expect=1)
        self.assertIn('"不\\n认\\tz\\u202e识"', self.county.stderr)
        self.assertNotRegex(self.county.stderr, r"(?m)^ +/\S*: *$")  # a place without a word


if __name__ == "__main__":
    installation.main()
