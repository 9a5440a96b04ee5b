"""Bytes that nobody should send, at every socket. Each gets a clear answer or a closed connection, nothing dies, and
what was good stays."""

import ctypes
import ctypes.util
import http.client
import json
import os
import random
import re
import shutil
import socket
import unittest

import checks
import installation

SEED = int(os.environ.get("DOORSTEP_SEED", "20220323"))
ZMQ_DEALER, ZMQ_LINGER, ZMQ_RCVTIMEO, ZMQ_SNDTIMEO = 5, 17, 27, 28
ZMQ_CURVE_PUBLICKEY, ZMQ_CURVE_SECRETKEY, ZMQ_CURVE_SERVERKEY = 48, 49, 50


def key_pair(data, name):
    """Public and secret, in Z85."""
    return (data / "keys" / f"{name}.curve").read_text().split()


class Dealer:
    """A CURVE client on libzmq through ctypes: it may say what the programs never would."""

    zmq = ctypes.CDLL(ctypes.util.find_library("zmq") or "libzmq.so.5", use_errno=True)
    zmq.zmq_ctx_new.restype = ctypes.c_void_p
    zmq.zmq_socket.restype = ctypes.c_void_p

    def __init__(self, address, own, server):
        self.context = ctypes.c_void_p(self.zmq.zmq_ctx_new())
        self.socket = ctypes.c_void_p(self.zmq.zmq_socket(self.context, ZMQ_DEALER))
        for option, value in ((ZMQ_LINGER, 1000), (ZMQ_RCVTIMEO, 1500), (ZMQ_SNDTIMEO, 1500)):
            self.zmq.zmq_setsockopt(self.socket, option, ctypes.byref(ctypes.c_int(value)), 4)
        for option, key in ((ZMQ_CURVE_SERVERKEY, server), (ZMQ_CURVE_PUBLICKEY, own[0]), (ZMQ_CURVE_SECRETKEY, own[1])):
            assert self.zmq.zmq_setsockopt(self.socket, option, key.encode(), 40) == 0
        assert self.zmq.zmq_connect(self.socket, address.encode()) == 0

    def send(self, frame):
        return self.zmq.zmq_send(self.socket, frame, len(frame), 0)

    def receive(self):
        buffer = ctypes.create_string_buffer(65536)
        length = self.zmq.zmq_recv(self.socket, buffer, len(buffer), 0)
        return buffer.raw[:length] if length >= 0 else None

    def close(self):
        self.zmq.zmq_close(self.socket)
        self.zmq.zmq_ctx_term(self.context)


def hostile_bytes(random_bytes):
    zmtp = b"\xff" + bytes(8) + b"\x7f" + b"\x03\x00"
    yield random_bytes(4096)
    yield b"\xff" * 64
    yield zmtp + b"NULL".ljust(20, b"\0") + bytes(32) + b"\x04\x19\x05READY\x0bSocket-Type\x00\x00\x00\x06DEALER"
    yield zmtp + b"PLAIN".ljust(20, b"\0") + bytes(32) + b"\x04\x10\x05HELLO\x03abc\x03abc"
    yield zmtp + b"CURVE".ljust(20, b"\0") + bytes(32) + b"\x04\xc8\x05HELLO" + random_bytes(194)
    yield zmtp + b"CURVE".ljust(20, b"\0") + bytes(32) + b"\x06" + b"\x7f" + b"\xff" * 7 + random_bytes(512)
    yield b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
    yield zmtp[:5]


def hostile_http(random_bytes):
    yield random_bytes(2048)
    yield b"GET / HTTP/9.9\r\n\r\n"
    yield b"POST /v1/visits HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n{}"
    yield b"POST /v1/visits HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: -1\r\n\r\n{}"
    yield b"POST /v1/visits HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzzz"
    yield b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    yield b"GET /%00%ff/../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    yield b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 5000 + b"\r\n"
    yield b"POST /v1/imports/households HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/csv\r\nContent-Length: 4096\r\n\r\n" + random_bytes(4096)
    yield b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + random_bytes(500)


def throw(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.settimeout(0.3)
        try:
            connection.sendall(data)
            return connection.recv(65536)
        except OSError:
            return b""


class HostileBytes(unittest.TestCase):
    def test_no_bytes_bring_it_down_and_no_wrong_key_gets_in(self):
        chance = random.Random(SEED)
        print(f"seed {SEED}: repeat with DOORSTEP_SEED={SEED}")
        with installation.Installation(clock="start=2022-03-23T23:00+08:00,speed=1") as county:
            county.up()
            acks = county.folder / "acks"
            county.json("field", "simulate", "--households", "60", "--speed", "max", "--acks", str(acks))
            installation.wait_for("the board to settle", 60, county.settled)
            before = county.events()
            pids = {service: county.pid_of(service) for service in installation.SERVICES}

            for port in (county.port + 2, county.port + 3, county.port + 4):
                for data in hostile_bytes(chance.randbytes):
                    throw(port, data)
            for port in (county.port, county.port + 1):
                for data in hostile_http(chance.randbytes):
                    answer = throw(port, data)
                    # Busy, or a method or version that is not spoken here; never a fault of ours.
                    self.assertNotRegex(answer, rb"^HTTP/1.1 5(?!01|03|05)")
            self.authenticated_garbage(county, chance)
            self.wrong_keys(county)
            self.wrong_json(county)

            self.assertEqual({service: county.pid_of(service) for service in installation.SERVICES}, pids,
                             "a process died of what it was sent")
            self.assertTrue(county.healthy())
            self.assertEqual(county.events()[:len(before)], before)
            checks.check_log(self, county.events(), installation.acks_of(acks))
            county.json("field", "simulate", "--households", "30", "--speed", "max")
            checks.check_replay(self, county, "2022-03-23")

    def authenticated_garbage(self, county, chance):
        """Whoever has a key may still say nonsense."""
        for server, port in (("log-server", 2), ("log-server", 3), ("aggregation-server", 4)):
            dealer = Dealer(f"tcp://127.0.0.1:{county.port + port}", key_pair(county.data, "cli"), key_pair(county.data, server)[0])
            try:
                dealer.send(b"")
                for length in (1, 7, 8, 9, 64, 1000, 100_000):
                    self.assertGreaterEqual(dealer.send(chance.randbytes(length)), 0)
                for _ in range(200):
                    dealer.send(chance.randbytes(chance.randrange(1, 400)))
                dealer.receive()
            finally:
                dealer.close()

    def wrong_keys(self, county):
        """A key that nobody authorised, and a server that is not the one: neither gets an answer."""
        stranger = installation.Installation()
        try:
            stranger.port = county.port
            stranger.run("init", "--port", str(county.port))
            # The county's server keys, a stranger's own.
            for server in ("log-server", "aggregation-server"):
                shutil.copy(county.data / "keys" / f"{server}.curve", stranger.data / "keys")
            for command in (("event", "read"), ("coverage", "get", "--area", "431224")):
                stranger.run(*command, expect=5)
            # The right client key, and the stranger's idea of the server.
            stranger.run("init", "--port", str(county.port))
            shutil.copy(county.data / "keys" / "cli.curve", stranger.data / "keys")
            known = re.compile(r"(?<=\[cli\]\npublic_key = ').{40}")
            accounts = (stranger.data / "accounts.toml").read_text()
            ours = known.search((county.data / "accounts.toml").read_text()).group(0)
            (stranger.data / "accounts.toml").write_text(known.sub(lambda _: ours, accounts))
            for server in ("log-server", "aggregation-server"):
                shutil.copy(stranger.data / "keys" / "reporting.curve", stranger.data / "keys" / f"{server}.curve")
            stranger.run("event", "read", expect=5)
        finally:
            stranger.__exit__(None)

    def wrong_json(self, county):
        connection = http.client.HTTPConnection("127.0.0.1", county.port + 1, timeout=10)
        for body in ("", "{", "[]", "null", '{"id":1}', '{"id":"x","unknown":true}', "\x00", '{"a":' * 200, '"' + "x" * 60000 + '"'):
            connection.request("POST", "/v1/visits", body.encode(), {"content-type": "application/json"})
            answer = connection.getresponse()
            problem = json.loads(answer.read())
            self.assertIn(answer.status, (400, 413, 422), body[:40])
            self.assertTrue(problem["title"]["zh"] and problem["title"]["en"], problem)


if __name__ == "__main__":
    installation.main()
