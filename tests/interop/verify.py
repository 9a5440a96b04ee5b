#!/usr/bin/env python3
"""Checks a checkpoint, an inclusion and a consistency proof of a log, from the written formats alone
(docs/formats/checkpoint.md, docs/formats/proof.md and what they name: RFC 6962, RFC 8032, C2SP's notes).
Python's standard library only; nothing here is shared with the program that made them.

    verify.py checkpoint  --log VKEY [--witness VKEY]... CHECKPOINT
    verify.py inclusion   --log VKEY [--witness VKEY]... PROOF [--record FILE]
    verify.py consistency --log VKEY [--witness VKEY]... OLD-CHECKPOINT PROOF

`-` is standard input. Prints what was proven and exits 0, or says why not and exits 1."""

import argparse
import base64
import binascii
import hashlib
import sys


class Refused(Exception):
    """What was given does not prove what it says."""


# Ed25519 (RFC 8032 section 5.1), verification only: slow and plain.

P = 2 ** 255 - 19
ORDER = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def point_add(a, b):
    """Extended coordinates (X, Y, Z, T)."""
    left, right = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    c, d = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = right - left, d - c, d + c, right + left
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_times(number, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        number >>= 1
    return result


def same_point(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def recover_x(y, sign):
    if y >= P:
        raise Refused("no point of the curve")
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        if sign:
            raise Refused("no point of the curve")
        return 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P:
        raise Refused("no point of the curve")
    return P - x if (x & 1) != sign else x


def point_of(encoded):
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    x = recover_x(y, sign)
    return (x, y, 1, x * y % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y, 1, recover_x(BASE_Y, 0) * BASE_Y % P)


def ed25519_holds(key, message, signature):
    if len(key) != 32 or len(signature) != 64:
        return False
    try:
        public, commitment = point_of(key), point_of(signature[:32])
    except Refused:
        return False
    scalar = int.from_bytes(signature[32:], "little")
    if scalar >= ORDER:
        return False
    hashed = hashlib.sha512(signature[:32] + key + message).digest()
    challenge = int.from_bytes(hashed, "little") % ORDER
    return same_point(point_times(scalar, BASE), point_add(commitment, point_times(challenge, public)))


# Signed notes and checkpoints (c2sp.org/signed-note, tlog-checkpoint, tlog-cosignature).

def from_base64(text):
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Refused(f"not base64: {text[:40]!r}") from None
    if base64.b64encode(data).decode() != text:
        raise Refused(f"base64 has one form: {text[:40]!r}")
    return data


def from_decimal(text):
    if not text.isascii() or not text.isdigit() or str(int(text)) != text:
        raise Refused(f"not a number: {text[:40]!r}")
    return int(text)


class Key:
    """A verifier key: name+id+base64(type, key)."""

    def __init__(self, text):
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise Refused("not a verifier key")
        self.name, data = parts[0], from_base64(parts[2])
        self.type, self.key = data[0], data[1:]
        self.id = hashlib.sha256(self.name.encode() + b"\n" + data).digest()[:4]
        if self.id.hex() != parts[1]:
            raise Refused(f"the verifier key of {self.name} has another id than it says")
        if self.type not in (1, 4) or len(self.key) != 32:
            raise Refused(f"the verifier key of {self.name} is of an unknown kind")

    def holds(self, text, signature):
        if self.type == 1:
            return ed25519_holds(self.key, text, signature)
        time = int.from_bytes(signature[:8], "big")
        return ed25519_holds(self.key, b"cosignature/v1\ntime %d\n" % time + text, signature[8:])


class Checkpoint:
    """Opened with the log's key, and with those of the witnesses that must have cosigned it."""

    def __init__(self, note, log, witnesses=()):
        text, gap, lines = note.rpartition("\n\n")
        if not gap or not lines.endswith("\n"):
            raise Refused("not a signed note")
        text += "\n"
        head = text.split("\n")
        if len(head) < 4 or head[0] != log.name:
            raise Refused(f"not a checkpoint of {log.name}")
        self.note, self.origin = note, head[0]
        self.size, self.root = from_decimal(head[1]), from_base64(head[2])
        if len(self.root) != 32:
            raise Refused("the root is no SHA-256")
        signatures = [self.line(line) for line in lines[:-1].split("\n")]
        for key in (log, *witnesses):
            own = [signature for name, id, signature in signatures if (name, id) == (key.name, key.id)]
            if not own:
                raise Refused(f"not signed by {key.name}")
            if not all(key.holds(text.encode(), signature) for signature in own):
                raise Refused(f"the signature of {key.name} does not hold")

    @staticmethod
    def line(line):
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014":
            raise Refused("a line after the text is no signature")
        data = from_base64(words[2])
        return words[1], data[:4], data[4:]


# The tree (RFC 6962 section 2.1; the checks of RFC 9162 sections 2.1.3.2 and 2.1.4.2).

def leaf_hash(record):
    return hashlib.sha256(b"\0" + record).digest()


def node_hash(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def check_inclusion(leaf, index, size, hashes, root):
    if index >= size:
        raise Refused(f"index {index} is beyond a tree of {size}")
    at, last, result = index, size - 1, leaf
    for hash in hashes:
        if last == 0:
            raise Refused("more hashes than the tree is high")
        if at % 2 or at == last:
            result = node_hash(hash, result)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            result = node_hash(result, hash)
        at, last = at >> 1, last >> 1
    if last or result != root:
        raise Refused("the hashes do not lead from the record to the root")


def check_consistency(old_size, old_root, new_size, new_root, hashes):
    if old_size > new_size:
        raise Refused("the tree became smaller")
    if old_size == new_size or old_size == 0:
        empty = hashlib.sha256().digest()
        if hashes or old_root != (new_root if old_size else empty):
            raise Refused("the roots differ")
        return
    if not hashes:
        raise Refused("the proof is empty")
    hashes = list(hashes)
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old_root)
    at, last = old_size - 1, new_size - 1
    while at % 2:
        at, last = at >> 1, last >> 1
    old = new = hashes[0]
    for hash in hashes[1:]:
        if last == 0:
            raise Refused("more hashes than the tree is high")
        if at % 2 or at == last:
            old, new = node_hash(hash, old), node_hash(hash, new)
            while at % 2 == 0 and at:
                at, last = at >> 1, last >> 1
        else:
            new = node_hash(new, hash)
        at, last = at >> 1, last >> 1
    if last or old != old_root or new != new_root:
        raise Refused("the hashes do not lead from the old root to the new one")


# Proofs as text (c2sp.org/tlog-proof, and the body of c2sp.org/tlog-witness add-checkpoint).

def hashes_and_note(lines, most):
    """Lines of hashes, an empty line, and the note behind it."""
    if "" not in lines:
        raise Refused("the checkpoint is missing")
    end = lines.index("")
    hashes = [from_base64(line) for line in lines[:end]]
    if len(hashes) > most or any(len(hash) != 32 for hash in hashes):
        raise Refused("the hashes of the proof are not in form")
    return hashes, "\n".join(lines[end + 1:])


def verify_inclusion(text, log, witnesses=(), record=None):
    """(position, the record's bytes, the checkpoint)."""
    lines = text.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Refused("not a tlog-proof")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0)[len("extra "):])
    if not lines or not lines[0].startswith("index "):
        raise Refused("the index is missing")
    index = from_decimal(lines.pop(0)[len("index "):])
    hashes, note = hashes_and_note(lines, 64)
    record = extra if record is None else record
    if record is None:
        raise Refused("the record is missing")
    checkpoint = Checkpoint(note, log, witnesses)
    check_inclusion(leaf_hash(record), index, checkpoint.size, hashes, checkpoint.root)
    return index + 1, record, checkpoint


def verify_consistency(old_note, text, log, witnesses=()):
    """(the old checkpoint, the new one)."""
    lines = text.split("\n")
    if not lines[0].startswith("old "):
        raise Refused("the old size is missing")
    old_size = from_decimal(lines.pop(0)[len("old "):])
    hashes, note = hashes_and_note(lines, 63)
    old, new = Checkpoint(old_note, log), Checkpoint(note, log, witnesses)
    if old.size != old_size:
        raise Refused(f"the proof begins at {old_size}, the old checkpoint is of {old.size}")
    check_consistency(old.size, old.root, new.size, new.root, hashes)
    return old, new


# What a record says in its first 32 bytes (docs/formats/block.md).

def stamp_of(record):
    position, revision = (int.from_bytes(record[i:i + 8], "little") for i in (0, 8))
    recorded_at = int.from_bytes(record[16:24], "little", signed=True)
    return position, revision, recorded_at


def read(path, binary=False):
    data = sys.stdin.buffer.read() if path == "-" else open(path, "rb").read()
    if binary:
        return data
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise Refused(f"{path} is not UTF-8") from None


def run(arguments):
    log, witnesses = Key(arguments.log), [Key(key) for key in arguments.witness]
    if arguments.what == "checkpoint":
        checkpoint = Checkpoint(read(arguments.files[0]), log, witnesses)
        return f"{checkpoint.origin} holds {checkpoint.size} events"
    if arguments.what == "inclusion":
        record = read(arguments.record, binary=True) if arguments.record else None
        position, record, checkpoint = verify_inclusion(read(arguments.files[0]), log, witnesses, record)
        if stamp_of(record)[0] != position:
            raise Refused("the record says that it has another position")
        return f"{checkpoint.origin} holds this record at position {position} of {checkpoint.size}"
    old, new = verify_consistency(read(arguments.files[0]), read(arguments.files[1]), log, witnesses)
    return f"the {old.size} events of {old.origin} are the first of the {new.size} it holds now"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("checkpoint", "inclusion", "consistency"))
    parser.add_argument("files", nargs="+")
    parser.add_argument("--log", required=True, help="the log's verifier key")
    parser.add_argument("--witness", action="append", default=[], help="a witness's, who must have cosigned")
    parser.add_argument("--record", help="the record, where the proof does not carry it")
    arguments = parser.parse_args()
    if len(arguments.files) != (2 if arguments.what == "consistency" else 1):
        parser.error("consistency takes two files, the others one")
    try:
        print(run(arguments))
    except (Refused, OSError) as why:
        print(f"verify: {why}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
