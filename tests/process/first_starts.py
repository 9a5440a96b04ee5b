"""Several commands change one data folder at once: one does it, the others say who does. And keys that the accounts do
not know are said where a person reads it."""

import json
import re
import shutil
import signal
import subprocess
import unittest

import installation

AT_ONCE = 4
TRIES = 10


def keys_fit(data):
    """Each key file holds the key that its account is known by, and nothing half-made lies about."""
    accounts = (data / "accounts.toml").read_text()
    for name, key in re.findall(r"^\[([\w-]+)\]\npublic_key = '(.{40})'", accounts, re.M):
        if (data / "keys" / f"{name}.curve").read_text().split("\n")[0] != key:
            return False
    return not [*data.rglob("*.tmp")]


class FirstStarts(unittest.TestCase):
    def all_at_once(self, county, *commands):
        """Exit codes and words of commands that were started together."""
        started = [subprocess.Popen([county.program("doorstep"), *command, "--data", str(county.data)],
                                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for command in commands]
        county.children += started
        return [(child.wait(60), child.stderr.read()) for child in started]

    def test_of_several_first_inits_each_leaves_a_whole_folder_or_says_who_makes_it(self):
        refused = 0
        with installation.Installation() as county:
            for _ in range(TRIES):
                shutil.rmtree(county.data, ignore_errors=True)
                ends = self.all_at_once(county, *[("init", "--port", str(county.port))] * AT_ONCE)
                self.assertIn(0, [code for code, _ in ends])
                for code, words in ends:
                    self.assertIn(code, (0, 4), words)
                    if code == 4:
                        refused += 1
                        self.assertIn("`doorstep init` is changing", words)
                self.assertTrue(keys_fit(county.data))
                county.run("init")
                self.assertTrue(keys_fit(county.data))
        self.assertGreater(refused, 0, "they never met: this has tested nothing")

    def test_of_several_first_starts_one_serves_and_the_others_say_which(self):
        with installation.Installation() as county:
            for _ in range(3):
                shutil.rmtree(county.data, ignore_errors=True)
                started = [subprocess.Popen([county.program("doorstep"), "up", "--data", str(county.data), "--port",
                                             str(county.port)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                           for _ in range(AT_ONCE)]
                county.children += started

                def others_ended():
                    return sum(child.poll() is not None for child in started) == AT_ONCE - 1

                installation.wait_for("all but one to end", 30, others_ended)
                serving = [child for child in started if child.poll() is None][0]
                for child in started:
                    if child is serving:
                        continue
                    self.assertEqual(child.returncode, 4)
                    self.assertIn(f"process {serving.pid}", child.stderr.read())
                self.assertTrue(serving.stdout.readline().startswith("http://127.0.0.1:"))
                self.assertTrue(keys_fit(county.data))
                serving.send_signal(signal.SIGTERM)
                self.assertEqual(serving.wait(60), 0)

    def test_nothing_changes_the_folder_of_a_running_installation(self):
        with installation.Installation() as county:
            county.up()
            before = {path: path.read_bytes() for path in county.data.glob("*") if path.is_file()}
            for command in (("init", "--port", str(county.port + 5)), ("init", "--port", str(county.port)), ("init",),
                            ("up", "--port", str(county.port + 5))):
                county.run(*command, expect=4)
                self.assertIn(f"process {county.supervisor.pid}", county.stderr)
            self.assertEqual({path: path.read_bytes() for path in before}, before)
            self.assertTrue(county.healthy())
            county.down()
            county.run("init", "--port", str(county.port))  # stopped, and the same port

    def test_looking_at_a_folder_keeps_nobody_from_starting_on_it(self):
        with installation.Installation() as county:
            county.run("init", "--port", str(county.port))
            looking = [county.start("status", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) for _ in range(20)]
            for _ in range(20):
                county.run("init")
            for each in looking:
                each.wait(30)

    def test_a_key_that_the_accounts_do_not_know_ends_the_start_with_both_files(self):
        with installation.Installation() as county, installation.Installation() as other:
            for each in (county, other):
                each.run("init", "--port", str(county.port))
            for name in ("intake", "aggregation", "cli"):
                kept = (county.data / "keys" / f"{name}.curve").read_bytes()
                shutil.copy(other.data / "keys" / f"{name}.curve", county.data / "keys")
                county.run("up", expect=4, seconds=30)
                self.assertIn(str(county.data / "keys" / f"{name}.curve"), county.stderr)
                self.assertIn(str(county.data / "accounts.toml"), county.stderr)
                (county.data / "keys" / f"{name}.curve").write_bytes(kept)
            county.up()

    def test_a_peer_with_an_unknown_key_is_said_once_with_the_beginning_of_the_key(self):
        with installation.Installation() as county, installation.Installation() as other:
            county.up()
            other.run("init", "--port", str(county.port))
            for server in ("log-server", "aggregation-server"):
                shutil.copy(county.data / "keys" / f"{server}.curve", other.data / "keys")
            for _ in range(3):
                other.run("event", "read", expect=5)
            key = (other.data / "keys" / "cli.curve").read_text()[:8]
            said = (county.data / "logs" / "event-log.log").read_text()
            self.assertEqual(said.count(f"log-cmd turned away a peer whose key begins with {key}"), 1, said)
            self.assertIn("accounts.toml", said)

    def test_what_a_dead_writer_left_beside_the_clocks_file_is_gone_after_the_next_start(self):
        with installation.Installation() as county:
            county.run("init", "--port", str(county.port))
            dead = subprocess.Popen(["true"])
            dead.wait()
            left = county.data / "log-head" / f"clock.{dead.pid}-0123456789abcdef.tmp"
            left.write_text("{")
            county.up()
            self.assertFalse(left.exists())

    def test_a_witness_that_runs_prints_its_key_again(self):
        with installation.Installation() as county:
            data = str(county.folder / "witness")

            def init(*more):
                done = subprocess.run([county.program("doorstep-witness"), "init", "--data", data, *more],
                                      capture_output=True, text=True, timeout=30)
                return done.returncode, done.stdout

            self.assertNotEqual(init("--name", "no name")[0], 0)
            self.assertFalse((county.folder / "witness").exists(), "a wrong name makes nothing")
            made = init("--name", "county.example/witness")
            self.assertEqual(made[0], 0)
            county.children.append(subprocess.Popen([county.program("doorstep-witness"), "--data", data, "--port",
                                                     str(county.port)], stderr=subprocess.PIPE, text=True))
            self.assertIn("listening", county.children[-1].stderr.readline())
            self.assertEqual(init(), made)
            self.assertEqual(init("--name", "another.example/witness"), (4, ""))


if __name__ == "__main__":
    installation.main()
