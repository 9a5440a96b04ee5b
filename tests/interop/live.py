"""A real log, a real witness, and a verifier that knows only the written formats."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "process"))

import installation  # noqa: E402
import verify  # noqa: E402

WITNESS = "witness.example/county"


def event(number):
    return json.dumps({"id": f"01900000-0000-7000-9000-{number:012x}", "type": "householdWithdrawn",
                       "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                       "body": {"household": f"01900000-0000-7000-8000-{number:012x}", "reason": "duplicate"}}) + "\n"


class Live(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.county = county = installation.Installation()
        cls.addClassCleanup(county.__exit__, None)
        county.run("init", "--port", str(county.port))
        cls.witness_folder = county.folder / "witness"
        cls.witness_port = county.port + 20
        cls.witness_key = cls.witness_program("init", "--name", WITNESS)
        (county.data / "witness-policy").write_text(
            f"witness w1 {cls.witness_key} http://127.0.0.1:{cls.witness_port}\nquorum w1\n")
        county.up()
        cls.key = county.run("log", "vkey").strip()
        with open(cls.witness_folder / "policy", "a") as policy:
            policy.write(f"log {cls.key}\n")
        cls.start_witness()
        cls.events = 0
        cls.append(2500)
        cls.log = verify.Key(cls.key)

    @classmethod
    def witness_program(cls, *arguments):
        return subprocess.run([cls.county.program("doorstep-witness"), *arguments, "--data", str(cls.witness_folder)],
                              check=True, capture_output=True, text=True, timeout=30).stdout.strip()

    @classmethod
    def start_witness(cls):
        log = open(cls.county.folder / "witness.log", "a")
        cls.witness = subprocess.Popen([cls.county.program("doorstep-witness"), "--data", str(cls.witness_folder),
                                        "--port", str(cls.witness_port)], stderr=log)
        cls.county.children.append(cls.witness)

    @classmethod
    def append(cls, count):
        lines = "".join(event(cls.events + i) for i in range(count))
        cls.county.run("event", "append", "--ndjson", "-", input=lines)
        cls.events += count

    def cosigned(self, size):
        """The newest cosigned checkpoint, once it reaches that size."""
        def look():
            found = self.county.run("log", "checkpoint", "--cosigned", "--json", expect=None)
            found = json.loads(found) if found else {"size": 0}
            return found if found["size"] >= size and found["cosignatures"] else None
        return installation.wait_for(f"a cosignature on {size}", 30, look)

    def test_a_checkpoint_holds_and_a_changed_one_does_not(self):
        note = self.county.run("log", "checkpoint")
        checkpoint = verify.Checkpoint(note, self.log)
        self.assertGreater(checkpoint.size, 0)
        described = self.county.json("log", "checkpoint")
        self.assertEqual((described["origin"], described["vkey"]), (checkpoint.origin, self.key))
        for old, new in (("\n%d\n" % checkpoint.size, "\n%d\n" % (checkpoint.size + 1)), ("doorstep/", "doorstep/0")):
            with self.assertRaises(verify.Refused):
                verify.Checkpoint(note.replace(old, new), self.log)

    def test_every_kind_of_position_is_proven_and_no_other_record_is(self):
        for position, more in ((1, ()), (2, ("--size", "2")), (1024, ()), (1025, ("--size", "1025")), (2500, ()), (77, ("--size", "1500"))):
            text = self.county.run("log", "prove", "inclusion", str(position), *more)
            proven, record, checkpoint = verify.verify_inclusion(text, self.log)
            self.assertEqual(proven, position)
            self.assertEqual(verify.stamp_of(record)[0], position)
            if more:
                self.assertEqual(checkpoint.size, int(more[1]))
            other = record[:-1] + bytes([record[-1] ^ 1])
            with self.assertRaises(verify.Refused):
                verify.verify_inclusion(text, self.log, record=other)
            with self.assertRaises(verify.Refused):
                verify.verify_inclusion(text.replace(f"index {position - 1}\n", f"index {position}\n"), self.log)
            as_json = self.county.json("log", "prove", "inclusion", str(position), *more)
            self.assertEqual(verify.from_base64(as_json["record"]), record)
            self.assertEqual(verify.from_base64(as_json["leaf"]), verify.leaf_hash(record))

    def test_what_was_appended_a_moment_ago_is_proven(self):
        self.append(1)
        text = self.county.run("log", "prove", "inclusion", str(self.events))
        self.assertEqual(verify.verify_inclusion(text, self.log)[0], self.events)

    def test_an_old_checkpoint_is_a_beginning_of_the_new_one(self):
        old_note = self.county.run("log", "checkpoint")
        old = verify.Checkpoint(old_note, self.log)
        self.append(700)
        new = installation.wait_for("the next checkpoint", 20, lambda: next(
            (c for c in [self.county.json("log", "checkpoint")] if c["size"] >= self.events), None))
        text = self.county.run("log", "prove", "consistency", str(old.size), str(new["size"]))
        first, second = verify.verify_consistency(old_note, text, self.log)
        self.assertEqual((first.size, second.size), (old.size, new["size"]))
        lines = text.split("\n")
        spoiled = [lines[0], *lines[2:]]
        with self.assertRaises(verify.Refused, msg="a hash is missing"):
            verify.verify_consistency(old_note, "\n".join(spoiled), self.log)
        for size in (1, 1000, 1024):
            text = self.county.run("log", "prove", "consistency", str(size), str(new["size"]))
            old_note = self.county.json("log", "prove", "consistency", str(size), str(size))["checkpoint"]
            verify.verify_consistency(old_note, text, self.log)

    def test_a_witness_cosigns_by_itself_and_through_restarts(self):
        found = self.cosigned(1)
        verify.Checkpoint(found["note"], self.log, [verify.Key(self.witness_key)])
        self.witness.kill()
        self.witness.wait()
        self.append(10)
        time.sleep(2.5)  # rounds without a witness
        self.start_witness()
        found = self.cosigned(self.events)
        verify.Checkpoint(found["note"], self.log, [verify.Key(self.witness_key)])
        text = self.county.run("log", "prove", "inclusion", "5", "--size", str(found["size"]))
        verify.verify_inclusion(text, self.log, [verify.Key(self.witness_key)])

    def test_a_witness_takes_no_port_that_is_none(self):
        for port in ("", "0", "-1", "65536", "99999", "8430x"):
            done = subprocess.run([self.county.program("doorstep-witness"), "--data", str(self.county.folder / "none"),
                                   "--port", port], capture_output=True, text=True, timeout=10)
            self.assertEqual(done.returncode, 2, (port, done.stderr))
            self.assertIn(f"--port {port} is no port", done.stderr)

    def test_a_kill_changes_no_proof(self):
        def proofs():
            return [self.county.run("log", "prove", "inclusion", str(position), "--size", "2400", seconds=60)
                    for position in (1, 1500, 2300)] + [self.county.run("log", "prove", "consistency", "1100", "2400")]
        before = proofs()
        os.kill(self.county.pid_of("event-log"), signal.SIGKILL)
        installation.wait_for("the log to come back", 60, self.county.healthy)
        self.assertEqual([proof.split("\n\n")[0] for proof in proofs()], [proof.split("\n\n")[0] for proof in before])
        verify.verify_inclusion(proofs()[1], self.log)

    def test_the_command_says_what_it_has_checked(self):
        def command(*arguments, input=None):
            done = subprocess.run([sys.executable, verify.__file__, *arguments, "--log", self.key], input=input,
                                  capture_output=True, text=True, timeout=60)
            return done.returncode, done.stdout + done.stderr
        text = self.county.run("log", "prove", "inclusion", "3")
        code, said = command("inclusion", "-", input=text)
        self.assertEqual(code, 0, said)
        self.assertIn("at position 3", said)
        code, said = command("inclusion", "-", input=text.replace("index 2", "index 4"))
        self.assertEqual(code, 1)

    def test_what_is_not_there_is_refused(self):
        self.county.run("log", "prove", "inclusion", "999999", expect=4)
        self.county.run("log", "prove", "inclusion", "5", "--size", "4", expect=2)
        self.county.run("log", "prove", "inclusion", "0", expect=2)
        self.county.run("log", "prove", "consistency", "9", "4", expect=2)


class TwoHistories(unittest.TestCase):
    """An old copy of a log is put back as if nothing had happened: the log's own key signs both stories, and only
    the witness can tell."""

    def test_a_witness_does_not_sign_the_second_one(self):
        with installation.Installation() as county:
            county.run("init", "--port", str(county.port))
            witness_folder, port = county.folder / "witness", county.port + 21
            key = subprocess.run([county.program("doorstep-witness"), "init", "--data", str(witness_folder), "--name", WITNESS],
                                 check=True, capture_output=True, text=True, timeout=30).stdout.strip()
            (county.data / "witness-policy").write_text(f"witness w1 {key} http://127.0.0.1:{port}\n")
            with self.running(county, "doorstep-event-log"):
                log_key = county.run("log", "vkey").strip()
                self.append(county, 0, 50)
            with open(witness_folder / "policy", "a") as policy:
                policy.write(f"log {log_key}\n")
            shutil.copytree(county.data, county.folder / "copy")
            with self.running(county, "doorstep-witness", "--port", str(port), data=witness_folder):
                with self.running(county, "doorstep-event-log"):
                    self.append(county, 50, 50)
                    self.assertEqual(county.json("log", "cosign", "--once"), {"cosigned": 1, "of": 1, "problems": []})
                shutil.rmtree(county.data)
                (county.folder / "copy").rename(county.data)
                with self.running(county, "doorstep-event-log"):
                    self.append(county, 900, 30)
                    county.run("log", "cosign", "--once", expect=5)
                    self.assertIn("it has seen 100 events, this log holds 80", county.stderr)
                    found = county.json("log", "cosign", "--once", expect=5)
                    self.assertEqual((found["cosigned"], found["of"], len(found["problems"])), (0, 1, 1))
                    self.append(county, 930, 20)
                    county.run("log", "cosign", "--once", expect=5)
                    self.assertIn("409 for another root of 100 events. It has seen another history", county.stderr)
                    self.append(county, 950, 20)
                    county.run("log", "cosign", "--once", expect=5)
                    self.assertIn("another history", county.stderr)
                    county.run("log", "checkpoint", "--cosigned", expect=3)

    @staticmethod
    @contextlib.contextmanager
    def running(county, program, *arguments, data=None):
        with open(county.folder / f"{program}.log", "a") as log:
            child = subprocess.Popen([county.program(program), "--data", str(data or county.data), *arguments], stderr=log)
        county.children.append(child)
        try:
            yield
        finally:
            child.terminate()
            child.wait(30)

    @staticmethod
    def append(county, first, count):
        county.run("event", "append", "--ndjson", "-", input="".join(event(first + i) for i in range(count)))
        time.sleep(1.2)  # each second while there is traffic


if __name__ == "__main__":
    installation.main()
