"""Lists as counties have them, by the command line and by HTTP: one reader, one set of rules, the same report."""

import http.client
import json
import os
import signal
import unittest
import urllib.parse

import checks
import installation

GRID = "431224100001001"
AREAS = f"code,name\n431224,溆浦县\n431224100,卢峰镇\n431224100001,警予社区\n{GRID},一网格\n"
HOUSEHOLDS = "key,area,kind,registered,usual\n"


class Lists(unittest.TestCase):
    def setUp(self):
        self.county = installation.Installation()
        self.addCleanup(self.county.__exit__, None)
        self.county.up()
        self.county.run("area", "import", "-", input=AREAS)

    def file(self, content, name="list.csv"):
        path = self.county.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    def imported(self, noun, content, *options, expect=0):
        return self.county.json(noun, "import", self.file(content), *options, expect=expect)

    def posted(self, what, content, **query):
        connection = http.client.HTTPConnection("127.0.0.1", self.county.port + 1, timeout=60)
        connection.request("POST", f"/v1/imports/{what}?{urllib.parse.urlencode(query)}",
                           content if isinstance(content, bytes) else content.encode(), {"content-type": "text/csv"})
        response = connection.getresponse()
        return response.status, json.loads(response.read())

    def codes(self, report):
        return [(error["row"], error["code"]) for error in report["errors"]]

    def of_type(self, event_type):
        return [event["event"]["body"] for event in self.county.events("--type", event_type)]

    def test_both_ways_in_give_the_same_report(self):
        mixed = (HOUSEHOLDS + f"石坪甲,{GRID},family,4,3\n").encode() + f"石坪乙,{GRID},family,4,3\n".encode("gb18030") + \
            (f"石坪丙,{GRID},family,4,3,9\n石坪丁,{GRID}00,family,4,3\n\"戊\n己\",{GRID},family,4,3\n"
             f"庚\u200b,{GRID},家庭户,４,3\n石坪庚\",{GRID},family,4,3\n").encode()
        rejected = [(2, "otherEncoding"), (3, "tooManyCells"), (4, "maybeCut"), (5, "invisibleLetter"), (7, "malformedRow")]
        first = self.imported("household", mixed, expect=1)
        self.assertEqual((first["landed"], self.codes(first)), (2, rejected))
        status, second = self.posted("households", mixed)
        self.assertEqual((status, second["unchanged"], self.codes(second)), (200, 2, rejected))
        self.assertEqual(second["errors"], first["errors"])
        self.county.run("household", "import", self.file(mixed), expect=1)
        self.assertIn("row 5", self.county.stderr)
        self.assertIn("/ 含有看不见的字符", self.county.stderr)

    def test_the_encoding_is_the_whole_files(self):
        rows = "".join(f"双溪{i:06d},gridWorker,{GRID}\n" for i in range(30_000))
        large = ("key,kind,home\n" + rows).encode("gb18030") + f"双溪尾,gridWorker,{GRID}\n".encode()
        report = self.imported("worker", large, expect=1)
        self.assertEqual((report["landed"], report["encoding"], self.codes(report)), (30_000, "gb18030", [(30_001, "otherEncoding")]))
        self.assertEqual(self.imported("worker", "key,kind,home\n" + rows)["unchanged"], 30_000, "the same keys in UTF-8")
        self.county.run("area", "import", self.file("code,name\n431224100001009,é\n431224100001008,桥头\n".encode() +
                                                    "431224100001007,桥头\n".encode("gb18030")), "--encoding", "klingon", expect=2)

    def test_what_is_wrong_with_a_list_as_a_whole_lands_nothing(self):
        self.imported("worker", f"key,kind,home\n0012,clerk,{GRID}\n")
        stripped = self.file(f"key,kind,home\n12,clerk,{GRID}\n13,clerk,{GRID}\n")
        self.county.run("worker", "import", stripped, expect=1)
        self.assertIn("--keys-are-new", self.county.stderr)
        self.assertEqual(len(self.of_type("workerRegistered")), 1)
        self.assertEqual(self.county.json("worker", "import", stripped, "--keys-are-new")["landed"], 2)
        self.assertEqual(self.county.json("worker", "import", stripped)["unchanged"], 2)
        for content, said in (("code\tname\n431224,溆浦县\n", "tabs"), ("code,name\nx,y\n", "notAnAreaCode"), ("", "missing")):
            self.county.run("area", "import", self.file(content), "--json", expect=1)
            self.assertTrue(said in self.county.stderr or said in json.dumps(self.posted("areas", content)), content)

    def test_a_title_a_broken_heading_and_days_of_a_spreadsheet_are_taken(self):
        self.imported("worker", f"key,kind,home\nW1,gridWorker,{GRID}\n")
        listed = "责任一览表,,,,,,\n责任编号,区划代码,责任层级,责任角色,\"工作人员\n编号\",依据,开始时间\n" \
                 f"R1,{GRID},包网格,牵头责任人,W1,县里安排,2026/1/5\nR2,{GRID},包网格,共同责任人,W1,县里安排,2026年1月5日\n" \
                 f"R3,{GRID},包网格,共同责任人,W1,县里安排,1/5/2026\n"
        report = self.imported("responsibility", listed.encode("gb18030"), expect=1)
        self.assertEqual((report["landed"], report["titleRows"], self.codes(report)), (2, 1, [(3, "notATime")]))
        self.assertEqual({taken["from"] for taken in self.of_type("responsibilityTaken")}, {"2026-01-05T00:00:00.000+08:00"})

    def test_a_withdrawn_household_comes_back_when_that_is_said(self):
        listed = HOUSEHOLDS + f"H1,{GRID},family,4,3\n"
        self.imported("household", listed)
        household = self.of_type("householdRegistered")[0]["household"]
        connection = http.client.HTTPConnection("127.0.0.1", self.county.port + 1, timeout=10)
        connection.request("POST", f"/v1/households/{household}/withdraw",
                           json.dumps({"id": "01900000-0000-7000-8000-000000000001", "reason": "movedAway",
                                       "happenedAt": "2026-01-05T08:00:00+08:00"}), {"content-type": "application/json"})
        self.assertEqual(connection.getresponse().status, 200)
        told = self.imported("household", listed, expect=1)
        self.assertEqual(self.codes(told), [(1, "withdrawn")])
        self.assertIn("doorstep household import FILE --returned", told["errors"][0]["detail"]["en"])
        self.assertEqual(self.imported("household", listed, "--returned")["landed"], 1)
        self.assertEqual(self.imported("household", listed)["unchanged"], 1)

    def test_a_new_log_is_bound_to_no_county_by_one_wrong_row(self):
        with installation.Installation() as other:
            other.up()
            path = self.file("code,name\n431225,会同县\n" + AREAS.split("\n", 1)[1])
            other.run("area", "import", path, expect=1)
            self.assertIn("431225", other.stderr)
            self.assertEqual(other.json("area", "import", self.file(AREAS))["landed"], 4)

    def test_intake_that_dies_while_a_list_lands_takes_the_rest_when_it_is_back(self):
        rows = HOUSEHOLDS + "".join(f"K{i},{GRID},family,3,2\n" for i in range(60_000))
        importing = self.county.start("household", "import", self.file(rows), "--json", stdout=-1, stderr=-1)
        installation.wait_for("rows to land", 60, lambda: json.loads(self.county.run("status", "--json"))["head"] > 20_000)
        os.kill(self.county.pid_of("intake"), signal.SIGKILL)
        out, err = importing.communicate(timeout=180)
        self.assertEqual(importing.returncode, 0, err)
        report = json.loads(out)
        self.assertEqual((report["rows"], report["rejected"]), (60_000, 0))
        self.assertGreater(report["unchanged"], 0)
        events = self.county.events()
        checks.check_log(self, events, [])
        self.assertEqual(sum(event["event"]["type"] == "householdRegistered" for event in events), 60_000)


if __name__ == "__main__":
    installation.main()
