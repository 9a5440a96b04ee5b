"""What must be true of a log after a day, however it went."""

from collections import Counter


def check_log(test, events, acks):
    """Everything acknowledged is there once, nothing is there twice, positions are dense, no task was opened twice."""
    positions = [event["position"] for event in events]
    test.assertEqual(positions, list(range(1, len(events) + 1)), "positions are dense from 1")
    ids = Counter(event["event"]["id"] for event in events)
    test.assertEqual([id for id, times in ids.items() if times > 1], [], "an id stands in the log twice")
    missing = [ack for ack in acks if ids[ack["id"]] != 1]
    test.assertEqual(missing, [], "acknowledged and not in the log once")
    by_id = {event["event"]["id"]: event["position"] for event in events}
    answers = {}
    for ack in acks:
        test.assertEqual(answers.setdefault(ack["id"], ack["position"]), ack["position"], "one id, two answers")
        test.assertLessEqual(by_id[ack["id"]], ack["position"])
    opened = [event["event"]["body"] for event in events if event["event"]["type"] == "taskOpened"]
    tasks = Counter(task["task"] for task in opened)
    test.assertEqual([task for task, times in tasks.items() if times > 1], [], "a task was opened twice")
    tries = Counter((task["household"], task["round"], task["ordinal"]) for task in opened)
    test.assertEqual([each for each, times in tries.items() if times > 1], [], "a try was opened twice")
    return opened


def check_coverage(test, coverage):
    """MODEL's identities."""
    attempted = sum(coverage["attempted"].values())
    test.assertEqual(coverage["roster"], coverage["screened"] + coverage["settled"] + coverage["partial"]
                     + attempted + coverage["untouched"])
    persons = coverage["persons"]
    test.assertEqual(persons["usual"], persons["verified"] + persons["notYetVerified"])


def check_replay(test, installation, day):
    replay = installation.json("day", "replay", day)
    test.assertTrue(replay["equal"], replay)
    return replay
