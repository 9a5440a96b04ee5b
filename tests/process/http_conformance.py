"""RFC 9110 and 9112 as one table of bytes, sent to both servers: real processes, raw sockets."""

import re
import socket
import time
import unittest

import installation

HOST = "Host: localhost\r\n"
CLOSED, OPEN = "closed", "open"


def get(target="/healthz", more="", version="1.1", host=HOST, method="GET"):
    return f"{method} {target} HTTP/{version}\r\n{host}{more}\r\n"


def post(more, body="", target="/healthz"):
    return f"POST {target} HTTP/1.1\r\n{HOST}{more}\r\n{body}"


# What it is about; the bytes; the status; what else must hold: the connection afterwards, or lines of the head.
# {port} is the server's own. A refusal that leaves unclear where the next request begins closes.
TABLE = [
    # RFC 9110, 9.3.2 and 15.5.6: methods
    ("a GET", get(), 200, OPEN),
    ("a HEAD wherever a GET is", get(method="HEAD"), 200, OPEN),
    ("a HEAD of the metrics", get("/metrics", method="HEAD"), 200, OPEN),
    ("another method is told which there are", post("Content-Length: 0\r\n"), 405, r"Allow: GET, HEAD"),
    ("deleting is not for this", get(method="DELETE"), 405, r"Allow: GET, HEAD"),
    ("a method that nobody knows", get(method="BREW"), 501, CLOSED),
    ("methods have a case", get(method="get"), 501, CLOSED),
    ("a tunnel", f"CONNECT localhost:80 HTTP/1.1\r\n{HOST}\r\n", 501, CLOSED),
    # RFC 9112, 3.2: the four forms of a target
    ("absolute form", get("http://127.0.0.1:{port}/healthz"), 200, OPEN),
    ("absolute form, scheme and host in capitals", get("HTTP://LOCALHOST/healthz"), 200, OPEN),
    ("absolute form decides over Host", get("http://localhost/healthz", host="Host: elsewhere.example\r\n"), 200, OPEN),
    ("absolute form for another host", get("http://elsewhere.example/healthz"), 421, CLOSED),
    ("absolute form with another scheme", get("https://localhost/healthz"), 421, CLOSED),
    ("absolute form with a user", get("http://me@localhost/healthz"), 400, CLOSED),
    ("absolute form without a host", get("http:///healthz"), 400, CLOSED),
    ("absolute form still needs a Host", get("http://localhost/healthz", host=""), 400, CLOSED),
    ("asterisk form", get("*", method="OPTIONS"), 204, OPEN),
    ("asterisk form with another method", get("*"), 400, CLOSED),
    ("authority form with another method", get("localhost:{port}"), 400, CLOSED),
    ("a fragment is for the client", get("/healthz#top"), 400, CLOSED),
    ("a target that is no form", get("healthz"), 400, CLOSED),
    ("unreserved letters may be escaped", get("/%68%65alth%7A"), 200, OPEN),
    ("letters that are not escaped and can be read in one way", get("/v1/\u5362\u5cf0|"), 404, OPEN),
    ("a broken escape", get("/healthz%zz"), 400, CLOSED),
    # RFC 9112, 3.2 and RFC 9110, 7.2: Host
    ("no Host", get(host=""), 400, CLOSED),
    ("two Hosts", get(host=HOST + HOST), 400, CLOSED),
    ("two Hosts that differ", get(host=HOST + "Host: 127.0.0.1\r\n"), 400, CLOSED),
    ("an empty Host", get(host="Host:\r\n"), 400, CLOSED),
    ("a Host that is none", get(host="Host: local host\r\n"), 400, CLOSED),
    ("a Host with a path", get(host="Host: localhost/\r\n"), 400, CLOSED),
    ("a Host with a port that is none", get(host="Host: localhost:x\r\n"), 400, CLOSED),
    ("a Host in capitals with a port", get(host="hOsT:\tLOCALHOST:{port}  \r\n"), 200, OPEN),
    ("another Host", get(host="Host: elsewhere.example\r\n"), 421, CLOSED),
    # RFC 9112, 2.3 and RFC 9110, 2.5: versions
    ("HTTP/1.0 needs no Host", get(version="1.0", host=""), 200, CLOSED),
    ("HTTP/1.0 with a wrong one", get(version="1.0", host="Host: elsewhere.example\r\n"), 421, CLOSED),
    ("a later minor version", get(version="1.9"), 200, OPEN),
    ("another major version", get(version="2.0"), 505, CLOSED),
    ("no version", "GET /healthz\r\n\r\n", 400, CLOSED),
    ("a version in small letters", f"GET /healthz http/1.1\r\n{HOST}\r\n", 400, CLOSED),
    # RFC 9112, 2.2 and 5: lines and fields
    ("an empty line before", "\r\n" + get(), 200, OPEN),
    ("two blanks in the request line", f"GET  /healthz HTTP/1.1\r\n{HOST}\r\n", 400, CLOSED),
    ("a blank before the request line", " " + get(), 400, CLOSED),
    ("a blank before the colon", get(more="X-Some : 1\r\n"), 400, CLOSED),
    ("no colon", get(more="X-Some\r\n"), 400, CLOSED),
    ("no name", get(more=": 1\r\n"), 400, CLOSED),
    ("a folded line", get(more="X-Some: 1\r\n 2\r\n"), 400, CLOSED),
    ("lines that end with LF alone", "GET /healthz HTTP/1.1\nHost: localhost\n\n", 400, CLOSED),
    ("a HEAD of such lines", "HEAD /healthz HTTP/1.1\nHost: localhost\n\n", 400, CLOSED),
    ("a CR inside a line", get(more="X-Some: 1\r2\r\n"), 400, CLOSED),
    ("a zero in a value", get(more="X-Some: \0\r\n"), 400, CLOSED),
    ("bytes beyond ASCII in a value", get(more="X-Some: \u6e86\r\n"), 200, OPEN),
    ("a target that is too long", get("/" + "x" * 20_000), 414, CLOSED),
    ("a HEAD of one", get("/" + "x" * 20_000, method="HEAD"), 414, CLOSED),
    ("fields that are too long", get(more=f"X-Some: {'x' * 20_000}\r\n"), 431, CLOSED),
    ("a HEAD with them", "\r\n" + get(more=f"X-Some: {'x' * 20_000}\r\n", method="HEAD"), 431, CLOSED),
    # RFC 9112, 6: how long a body is
    ("a body with a GET is read and left", get(more="Content-Length: 3\r\n") + "abc", 200, OPEN),
    ("a chunked body", post("Transfer-Encoding: chunked\r\n", "3\r\nabc\r\n4;x=y\r\ndefg\r\n0\r\n\r\n"), 405, OPEN),
    ("a chunked body with trailers", post("Transfer-Encoding: Chunked\r\n", "1\r\na\r\n0\r\nHost: x\r\n\r\n"), 405, OPEN),
    ("both lengths", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"), 400, CLOSED),
    ("two lengths that differ", post("Content-Length: 1\r\nContent-Length: 2\r\n", "ab"), 400, CLOSED),
    ("a list of lengths", post("Content-Length: 1, 1\r\n", "a"), 400, CLOSED),
    ("a length with a sign", post("Content-Length: +1\r\n", "a"), 400, CLOSED),
    ("a length that is none", post("Content-Length: 1a\r\n", "a"), 400, CLOSED),
    ("a length beyond all", post(f"Content-Length: {'9' * 40}\r\n"), 413, CLOSED),
    ("a coding that is not known", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501, CLOSED),
    ("a coding that does not end", post("Transfer-Encoding: gzip\r\n"), 400, CLOSED),
    ("chunked before another", post("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n"), 400, CLOSED),
    ("chunked twice", post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), 400, CLOSED),
    ("chunked by HTTP/1.0", "POST /healthz HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400, CLOSED),
    ("a chunk whose size is none", post("Transfer-Encoding: chunked\r\n", "x\r\na\r\n0\r\n\r\n"), 400, CLOSED),
    ("a chunk that is longer than its size", post("Transfer-Encoding: chunked\r\n", "1\r\nab\r\n0\r\n\r\n"), 400, CLOSED),
    # RFC 9110, 10.1.1 and 8.4: expectations, codings of content
    ("an expectation that is not known", get(more="Expect: miracles\r\n"), 417, CLOSED),
    ("HTTP/1.0 expects nothing", get(version="1.0", more="Expect: 100-continue\r\n"), 200, CLOSED),
    ("content that is packed", post("Content-Encoding: gzip\r\nContent-Length: 1\r\n", "a"), 415, r"Accept-Encoding: identity"),
    # RFC 9112, 9: connections
    ("a connection is kept", get(more="Connection: keep-alive\r\n"), 200, OPEN),
    ("a connection is closed where that is wished", get(more="Connection: x, Close\r\n"), 200, CLOSED),
    # RFC 9110, 6.6.1, 8.6: what each answer has
    ("a date", get(), 200, r"Date: (Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT"),
    ("a date with a refusal too", get(method="BREW"), 501, r"Date: .* GMT"),
    ("whether it may be stored", get(), 200, r"Cache-Control: no-store"),
    ("a length", get(), 200, r"Content-Length: [1-9]\d*"),
    ("a type", get(), 200, r"Content-Type: application/json"),
    ("a HEAD says the length that a GET would have", get(method="HEAD"), 200, r"Content-Length: [1-9]\d*"),
]

# RFC 9110, 13.1.2. Each is sent to the board's page with its tag in place of @; 304 where it names it.
TAGS = [("@", True), ("W/@", True), ('"x", @', True), ('"x,y",W/@ ', True), ("*", True), (', , @,', True),
        ('"x"', False), ('"x@', False), ("x, @", False), ('*, @', False), ("@ @", False), ("'@'", False), ("", False)]

# RFC 9110, 8.3: sent with a visit that is no JSON and a list without a heading. 415: the type was not understood.
TYPES = [("/v1/visits", "application/json", 400), ("/v1/visits", "Application/JSON", 400),
         ("/v1/visits", "application/json ; Charset=\"UTF-8\"", 400), ("/v1/visits", "application/json;charset=gbk", 415),
         ("/v1/visits", "application/jsonx", 415), ("/v1/visits", "text/plain; x=application/json", 415),
         ("/v1/visits", "application/json, text/csv", 415), ("/v1/visits", "application/json; charset", 415),
         ("/v1/imports/areas", "TEXT/CSV; header=present", 422), ("/v1/imports/areas", "text/csvs", 415),
         ("/v1/imports/areas", "text/csv; charset=GBK", 422), ("/v1/imports/areas", "text/csv; charset=big5", 415),
         ("/v1/imports/areas?encoding=utf-8", "text/csv; charset=gb18030", 422)]


class Answer:
    def __init__(self, connection, is_head=False, received=b""):
        while b"\r\n\r\n" not in received:
            more = connection.recv(65536)
            if not more:
                raise AssertionError(f"closed after {received!r}")
            received += more
        head, self.body = received.split(b"\r\n\r\n", 1)
        self.head = head.decode()
        self.status = int(self.head.split(" ", 2)[1])
        length = re.search(r"\r\nContent-Length: (\d+)", self.head)
        size = int(length.group(1)) if length and not is_head else 0
        while len(self.body) < size:
            more = connection.recv(65536)
            if not more:
                raise AssertionError("closed within the body")
            self.body += more
        self.body, self.rest = self.body[:size], self.body[size:]


def ask(port, text, is_head=None):
    """The answer, and the connection."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(text.replace("{port}", str(port)).encode())
    return Answer(connection, text.strip().startswith("HEAD ") if is_head is None else is_head), connection


def is_open(connection):
    """Whether another request is answered on it."""
    try:
        connection.sendall(get().encode())
        return Answer(connection).status == 200
    except (AssertionError, OSError):
        return False


class HttpConformance(unittest.TestCase):
    def setUp(self):
        self.county = installation.Installation()
        self.addCleanup(self.county.__exit__, None)
        self.county.up()
        self.servers = {"reporting": self.county.port, "intake": self.county.port + 1}

    def test_both_servers_keep_the_standard(self):
        for server, port in self.servers.items():
            for what, text, status, more in TABLE:
                with self.subTest(server=server, what=what):
                    answer, connection = ask(port, text)
                    with connection:
                        self.assertEqual(answer.status, status, answer.head)
                        if more in (OPEN, CLOSED):
                            self.assertEqual(is_open(connection), more == OPEN, answer.head)
                        else:
                            self.assertRegex(answer.head + "\r\n", rf"\r\n{more}\r\n")
                        if text.strip().startswith("HEAD ") or answer.status == 204:
                            self.assertEqual(answer.body + answer.rest, b"")
                            if more == CLOSED:
                                self.assertEqual(connection.recv(1), b"", "a body after all")

    def test_a_request_that_asks_first_is_told_to_go_on_before_its_body_is_sent(self):
        for server, port in self.servers.items():
            with self.subTest(server=server):
                answer, connection = ask(port, post("Content-Length: 2\r\nExpect: 100-Continue\r\n"))
                with connection:
                    self.assertEqual(answer.status, 100)
                    connection.sendall(b"ab")
                    self.assertEqual(Answer(connection).status, 405)
                self.assertEqual(ask(port, post(f"Content-Length: {10 ** 9}\r\nExpect: 100-continue\r\n"))[0].status, 413)

    def test_a_body_is_no_request_and_the_next_request_is_answered_however_they_are_cut(self):
        hidden = "GET /metrics HTTP/1.1\r\n\r\n"
        both = (post(f"Content-Length: {len(hidden)}\r\n", hidden) + get()).encode()
        for server, port in self.servers.items():
            for step in (1, 7, len(both)):
                with self.subTest(server=server, step=step), socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    for at in range(0, len(both), step):
                        connection.sendall(both[at:at + step])
                    first = Answer(connection)
                    second = Answer(connection, received=first.rest)
                    self.assertEqual((first.status, second.status, second.rest), (405, 200, b""))
                    self.assertIn(b'"status"', second.body)

    def test_methods_of_addresses_that_only_one_of_them_has(self):
        for port, method, target, allowed in [(self.county.port, "POST", "/v1/rounds", "GET, HEAD"),
                                              (self.county.port, "PUT", "/", "GET, HEAD"),
                                              (self.county.port + 1, "GET", "/v1/visits", "POST"),
                                              (self.county.port + 1, "HEAD", "/v1/imports/areas", "POST")]:
            with self.subTest(method=method, target=target):
                answer, connection = ask(port, get(target, method=method))
                connection.close()
                self.assertEqual(answer.status, 405)
                self.assertIn(f"\r\nAllow: {allowed}\r\n", answer.head + "\r\n")
        for target in ("/", "/v1/rounds", "/areas/431224"):
            with self.subTest(target=target):
                self.assertEqual(ask(self.county.port, get(target, method="HEAD"))[0].status, 200)

    def test_tags_are_compared_as_lists_of_tags(self):
        tag = re.search(r"\r\nETag: (\S+)", ask(self.county.port, get("/v1/rounds"))[0].head).group(1)
        for text, is_named in TAGS:
            with self.subTest(text=text):
                answer, connection = ask(self.county.port, get("/v1/rounds", f"If-None-Match: {text.replace('@', tag)}\r\n"))
                with connection:
                    self.assertEqual(answer.status, 304 if is_named else 200)
                    if is_named:
                        self.assertEqual(answer.body + answer.rest, b"")
                        self.assertIn(f"\r\nETag: {tag}", answer.head)
                    self.assertTrue(is_open(connection))
        both = f'If-None-Match: "x"\r\nIf-None-Match: {tag}\r\n'
        self.assertEqual(ask(self.county.port, get("/v1/rounds", both))[0].status, 304)

    def test_types_are_compared_without_regard_to_case(self):
        for target, text, status in TYPES:
            with self.subTest(target=target, type=text):
                answer, connection = ask(self.county.port + 1, post(f"Content-Type: {text}\r\nContent-Length: 1\r\n", "x", target))
                connection.close()
                self.assertEqual(answer.status, status, answer.body)

    def test_a_stream_has_a_head_without_a_stream(self):
        started = time.monotonic()
        answer, connection = ask(self.county.port, get("/v1/stream?area=431224", method="HEAD"))
        with connection:
            self.assertEqual(answer.status, 200)
            self.assertIn("\r\nContent-Type: text/event-stream", answer.head)
            self.assertEqual(connection.recv(1), b"")
        self.assertLess(time.monotonic() - started, 5)


if __name__ == "__main__":
    installation.main()
