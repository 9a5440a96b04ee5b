"""Starting and stopping: what `doorstep up` says when it cannot, and that it stops cleanly."""

import json
import os
import signal
import socket
import subprocess
import unittest

import installation


class UpAndDown(unittest.TestCase):
    def up_fails(self, county, *arguments):
        done = subprocess.run([county.program("doorstep"), "up", "--data", str(county.data), *arguments],
                              capture_output=True, text=True, timeout=60)
        self.assertEqual(done.stdout, "")
        return done.returncode, done.stderr

    def test_ctrl_c_drains_and_stops_with_0(self):
        with installation.Installation() as county:
            url = county.up()
            self.assertEqual(url, f"http://127.0.0.1:{county.port}/")
            self.assertEqual(county.down(signal.SIGINT), 0)
            self.assertEqual(list((county.data / "run").glob("*.pid")), [])
            status = json.loads(county.run("status", "--json", expect=5))
            self.assertEqual({service["state"] for service in status["services"]}, {"stopped"})
            self.assertIsNone(status["supervisor"])

    def test_a_second_start_on_the_folder_says_so(self):
        with installation.Installation() as county:
            county.up()
            code, words = self.up_fails(county)
            self.assertEqual(code, 4)
            self.assertIn(f"process {county.supervisor.pid}", words)
            self.assertTrue(county.healthy())

    def test_a_busy_port_is_named(self):
        with installation.Installation() as county:
            for offset in range(5):
                with socket.socket() as other:
                    other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                    other.bind(("127.0.0.1", county.port + offset))
                    other.listen()
                    code, words = self.up_fails(county, "--port", str(county.port))
                    self.assertEqual(code, 5, words)
                    self.assertIn(f"port {county.port + offset} ", words)

    def test_the_clock_goes_on_and_cannot_be_changed(self):
        with installation.Installation(clock="start=2022-03-23T08:00+08:00,speed=60") as county:
            county.up()
            first = json.loads(county.run("status", "--json"))["clock"]
            self.assertEqual((first["starts"], first["speed"]), ("2022-03-23T08:00:00.000+08:00", 60))
            county.down()
            code, words = self.up_fails(county, "--clock", "start=2022-03-24T08:00+08:00,speed=60")
            self.assertEqual(code, 4)
            self.assertIn("simulated clock start=2022-03-23T08:00", words)
            county.clock = None  # left out: it goes on
            county.up()
            again = json.loads(county.run("status", "--json"))["clock"]
            self.assertEqual(again["starts"], first["starts"])
            self.assertGreater(again["now"], first["now"])

    def test_a_log_in_real_time_takes_no_simulated_clock(self):
        with installation.Installation() as county:
            county.up()
            county.down()
            code, words = self.up_fails(county, "--clock", "start=2022-03-24T08:00+08:00,speed=60")
            self.assertEqual(code, 4)
            self.assertIn("real clock", words)

    def test_a_clock_that_is_none_is_a_usage_error(self):
        with installation.Installation() as county:
            for clock in ("speed=60", "start=yesterday,speed=60", "start=2022-03-24T08:00+08:00,speed=0", "x=1"):
                self.assertEqual(self.up_fails(county, "--clock", clock)[0], 2, clock)

    def test_a_damaged_log_stops_it_with_words(self):
        with installation.Installation() as county:
            county.up()
            line = json.dumps({"id": "01900000-0000-7000-9000-000000000001", "type": "householdWithdrawn",
                               "area": "431224100001001", "happenedAt": "2022-03-23T09:00:00+08:00",
                               "body": {"household": "01900000-0000-7000-8000-000000000001", "reason": "duplicate"}})
            county.run("event", "append", "--ndjson", "-", input=line)
            county.down()
            # The log loses what its signed head has promised.
            for file in sorted((county.data / "log").rglob("*"), reverse=True):
                file.rmdir() if file.is_dir() else file.unlink()
            done = subprocess.run([county.program("doorstep"), "up", "--data", str(county.data)],
                                  capture_output=True, text=True, timeout=60)
            self.assertEqual(done.returncode, 6, done.stderr)
            self.assertIn("event-log", done.stderr)

    def test_a_service_that_dies_is_started_again(self):
        with installation.Installation() as county:
            county.up()
            for service in installation.SERVICES:
                old = county.pid_of(service)
                os.kill(old, signal.SIGKILL)
                installation.wait_for(service, 20, lambda: county.pid_of(service) != old)
            installation.wait_for("all to be well", 30, county.healthy)


if __name__ == "__main__":
    installation.main()
