"""More clients than files may be open: each is told so, and the log says a word, for both servers."""

import resource
import socket
import subprocess
import time
import unittest

import installation

HARD_LIMIT = 256
CLIENTS = 300


def many_streams(port):
    """Sockets that each hold one connection of the server; what the last ones are told is read."""
    sockets, answers = [], []
    for _ in range(CLIENTS):
        client = socket.create_connection(("127.0.0.1", port), timeout=10)
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        sockets.append(client)
        try:
            answers.append(client.recv(65536).split(b" ", 2)[1])
        except (OSError, IndexError):
            answers.append(b"none")
    return sockets, answers


class Crowds(unittest.TestCase):
    def setUp(self):
        resource.setrlimit(resource.RLIMIT_NOFILE, (4096, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))

    def test_at_the_limit_of_open_files_each_client_is_told_and_so_is_the_log(self):
        with installation.Installation() as county:
            # A low soft limit alone is raised; the hard one stands.
            command = ["prlimit", f"--nofile=64:{HARD_LIMIT}", county.program("doorstep"), "up", "--data", str(county.data),
                       "--port", str(county.port)]
            county.supervisor = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(county.folder / "up.log", "a"), text=True)
            self.assertTrue(county.supervisor.stdout.readline().startswith("http://127.0.0.1:"))
            for service, port in (("reporting", county.port), ("intake", county.port + 1)):
                with self.subTest(service=service):
                    log = county.data / "logs" / f"{service}.log"
                    self.assertIn(f"only {HARD_LIMIT} files may be open at once", log.read_text())
                    started = time.monotonic()
                    sockets, answers = many_streams(port)
                    self.assertLess(time.monotonic() - started, 10, "nobody waits until another one hangs up")
                    taken = answers.count(b"200")
                    self.assertGreater(taken, 60, "the soft limit was raised")
                    self.assertEqual(set(answers[:taken]), {b"200"}, answers)
                    self.assertGreater(len(answers) - taken, 100, "more than are told at leisure")
                    self.assertEqual(set(answers[taken:]), {b"503"}, answers)
                    self.assertIn("clients were told so (503)", log.read_text())
                    self.assertEqual(log.read_text().count("clients were told so"), 1, "one word, not one a client")
                    for client in sockets:
                        client.close()
                    def is_served():
                        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
                            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            return client.recv(65536).startswith(b"HTTP/1.1 200")
                    installation.wait_for("a place", 20, is_served)
            self.assertEqual(county.down(), 0)


if __name__ == "__main__":
    installation.main()
