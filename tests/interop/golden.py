"""The verifier on the files of tests/golden/log, and on those with one character changed."""

import pathlib
import unittest

import verify

GOLDEN = pathlib.Path(__file__).resolve().parent.parent / "golden" / "log"


def keys():
    """The policy beside the files names the log and its witness."""
    log, witnesses = None, []
    for line in (GOLDEN / "policy.txt").read_text().splitlines():
        words = line.split()
        if words[:1] == ["log"]:
            log = verify.Key(words[1])
        elif words[:1] == ["witness"]:
            witnesses.append(verify.Key(words[2]))
    return log, witnesses


class Golden(unittest.TestCase):
    def setUp(self):
        self.log, self.witnesses = keys()
        self.inclusion = (GOLDEN / "inclusion.tlog-proof").read_text()
        self.consistency = (GOLDEN / "consistency.txt").read_text()
        self.old = (GOLDEN / "old_checkpoint.txt").read_text()

    def test_the_signed_head_of_old_is_read(self):
        head = verify.Checkpoint((GOLDEN / "checkpoint.txt").read_text(), self.log)
        self.assertEqual((head.size, head.root), (4711, b"\xab" * 32))

    def test_a_record_is_proven_and_says_its_position(self):
        position, record, checkpoint = verify.verify_inclusion(self.inclusion, self.log, self.witnesses)
        self.assertEqual((position, checkpoint.size), (78, 200))
        self.assertEqual(verify.stamp_of(record), (78, 77, 1))

    def test_nothing_was_changed_between_two_sizes(self):
        old, new = verify.verify_consistency(self.old, self.consistency, self.log, self.witnesses)
        self.assertEqual((old.size, new.size), (123, 200))

    def test_a_changed_character_is_refused_wherever_it_is(self):
        def refused(check, text, end=None):
            for at in range(0, end or len(text), 7):
                other = "B" if text[at] != "B" else "C"
                with self.assertRaises(verify.Refused, msg=f"character {at}"):
                    check(text[:at] + other + text[at + 1:])

        # Slow where the signatures are reached: the curve in plain Python.
        refused(lambda text: verify.verify_inclusion(text, self.log, self.witnesses), self.inclusion)
        refused(lambda text: verify.verify_consistency(self.old, text, self.log, self.witnesses), self.consistency)
        # Who believed the old checkpoint before needs its witnesses no more.
        refused(lambda text: verify.verify_consistency(text, self.consistency, self.log), self.old,
                end=self.old.index("\u2014 witness"))

    def test_another_logs_key_and_a_missing_witness_are_refused(self):
        stranger = verify.Key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        with self.assertRaises(verify.Refused):
            verify.verify_inclusion(self.inclusion, stranger)
        with self.assertRaises(verify.Refused):
            verify.verify_inclusion(self.inclusion, self.log, [stranger])

    def test_the_published_example_of_a_note_holds(self):
        key = verify.Key("example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k")
        signature = verify.from_base64("Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu7"
                                       "2IneyaQM=")[4:]
        self.assertTrue(key.holds(b"This is an example message.\n", signature))
        self.assertFalse(key.holds(b"This is another message.\n", signature))


if __name__ == "__main__":
    unittest.main(verbosity=2)
