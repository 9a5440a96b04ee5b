"""A position is not an identity: after a restore, or with another folder on the same port, every reader that kept
something of the log before gets a whole new answer."""

import json
import shutil
import time
import unittest
import urllib.error
import urllib.request

import installation


def fetch(county, path, **headers):
    """Status, headers and body, whatever the status."""
    request = urllib.request.Request(f"http://127.0.0.1:{county.port}{path}",
                                     headers={name.replace("_", "-"): value for name, value in headers.items()})
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def first_frame(county, path, **headers):
    """The name, id and data of the first frame; a heartbeat where there is nothing to send."""
    request = urllib.request.Request(f"http://127.0.0.1:{county.port}{path}",
                                     headers={name.replace("_", "-"): value for name, value in headers.items()})
    frame = {}
    with urllib.request.urlopen(request, timeout=20) as stream:
        for line in stream:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            if not name and frame:
                return frame["event"], frame.get("id"), json.loads(frame["data"])
            frame[name] = value


def whole(county):
    """The id and data of a whole frame, once reporting has heard of all that is in the log."""
    def settled():
        event, seen, data = first_frame(county, "/v1/stream?area=431224")
        return (seen, data) if event == "areas" and data["asOf"] == data["head"] else None
    return installation.wait_for("the stream", 20, settled)


def grow(county, names):
    """Areas whose names tell one log from another."""
    rows = ["code,name,level", "431224,Xupu,county"] + [f"4312241{n:02},{name},township" for n, name in enumerate(names)]
    path = county.folder / "areas.csv"
    path.write_text("\n".join(rows) + "\n")
    county.run("area", "import", str(path))
    installation.wait_for("the board", 60, county.settled)


READS = ["/v1/areas/431224", "/v1/areas/431224/children", "/v1/areas/431224/households", "/v1/tasks", "/v1/rounds"]


class Editions(unittest.TestCase):
    def kept(self, county):
        """What a browser would hold: the tag of each read, the id of the stream's frame, the positions."""
        tags = {}
        for path in READS:
            status, headers, body = fetch(county, path)
            self.assertEqual(status, 200, body)
            tags[path] = headers["ETag"]
            self.assertEqual(fetch(county, path, If_None_Match=tags[path])[0], 304)
        seen, data = whole(county)
        self.assertEqual(seen, f"{data['edition']}.{data['asOf']}")
        # Intake counts nothing: log and epoch are all that it can name.
        with urllib.request.urlopen(f"http://127.0.0.1:{county.port + 1}/healthz", timeout=10) as answer:
            self.assertTrue(data["edition"].startswith(json.load(answer)["edition"] + "-"))
        # Who has seen it all gets nothing but heartbeats, once reporting knows of all changes since.
        def heartbeat():
            event, _, said = first_frame(county, "/v1/stream?area=431224", Last_Event_ID=seen)
            return said if event == "heartbeat" else None
        said = installation.wait_for("a heartbeat", 30, heartbeat)
        self.assertEqual((said["edition"], said["asOf"]), (data["edition"], data["asOf"]))
        return tags, seen, data

    def expect_everything_new(self, county, tags, seen, before):
        for path, tag in tags.items():
            status, headers, body = fetch(county, path, If_None_Match=tag)
            self.assertEqual(status, 200, path)
            self.assertNotEqual(headers["ETag"], tag)
            self.assertNotEqual(json.loads(body)["edition"], before["edition"])
        for headers, query in (({"Last_Event_ID": seen}, ""), ({}, f"&since={seen}")):
            event, now, data = first_frame(county, f"/v1/stream?area=431224{query}", **headers)
            self.assertEqual(event, "areas")
            self.assertEqual([area["code"] for area in data["areas"]], ["431224"])
            self.assertNotEqual(now, seen)
        for path in ("/v1/tasks?after=", "/v1/areas/431224/households?after="):
            cursor = f"{before['edition']}.01900000-0000-7000-8000-000000000001" if "households" in path else f"{before['edition']}.1"
            status, headers, body = fetch(county, path + cursor)
            self.assertEqual(status, 410, body)
            self.assertEqual(json.loads(body)["code"], "cursorOutdated")

    def test_after_a_restore_nothing_of_the_lost_epoch_is_taken_for_the_same(self):
        with installation.Installation() as county:
            county.up()
            grow(county, ["One"])
            backup = county.folder / "backup"
            county.json("log", "backup", str(backup))
            grow(county, ["One", "Lost", "LostToo"])  # the restore's own event takes a position as well
            tags, seen, before = self.kept(county)
            county.down()
            shutil.rmtree(county.data / "log")
            (county.data / "log").mkdir()
            county.json("log", "restore", str(backup))
            county.up()
            grow(county, ["One", "Kept"])
            self.assertEqual(whole(county)[1]["asOf"], before["asOf"], "the same position")
            self.expect_everything_new(county, tags, seen, before)
            self.assertNotIn(b"Lost", fetch(county, "/v1/areas/431224/children", If_None_Match=tags["/v1/areas/431224/children"])[2])

    def test_a_reader_of_the_log_does_not_go_on_in_another_epoch(self):
        with installation.Installation() as county:
            county.up()
            grow(county, ["One"])
            backup = county.folder / "backup"
            county.json("log", "backup", str(backup))
            output, errors = county.folder / "tail.out", county.folder / "tail.err"
            tail = county.start("event", "tail", "--ndjson", "--from", "1", stdout=open(output, "w"), stderr=open(errors, "w"))
            installation.wait_for("the tail", 20, lambda: output.read_text().count("\n") >= 2)
            time.sleep(1.5)  # a batch without events comes each second, with what the log has signed
            county.down()
            shutil.rmtree(county.data / "log")
            (county.data / "log").mkdir()
            county.json("log", "restore", str(backup))
            county.up()
            grow(county, ["One", "Kept"])
            installation.wait_for("the tail's end", 30, lambda: tail.poll() is not None)
            self.assertNotEqual(tail.returncode, 0)
            self.assertIn("epoch", errors.read_text())
            self.assertNotIn("Kept", output.read_text())

    def test_another_folder_on_the_same_port_is_another_log(self):
        with installation.Installation() as county:
            county.up()
            grow(county, ["One"])
            tags, seen, before = self.kept(county)
            county.down()
            shutil.rmtree(county.data)
            county.up()
            grow(county, ["Two"])
            self.assertEqual(whole(county)[1]["asOf"], before["asOf"], "the same position")
            self.expect_everything_new(county, tags, seen, before)

    def test_a_restart_alone_changes_nothing(self):
        with installation.Installation() as county:
            county.up()
            grow(county, ["One"])
            tags, seen, before = self.kept(county)
            county.down()
            county.up()
            installation.wait_for("the board", 60, county.settled)
            for path, tag in tags.items():
                self.assertEqual(fetch(county, path, If_None_Match=tag)[0], 304, path)
            self.assertEqual(whole(county)[0], seen)


if __name__ == "__main__":
    installation.main()
