#!/usr/bin/env -S python3 -I
"""How the trail is written down, sealed and checked; as a program, the offline verifier `bin/verify-audit`.

Standard library only and one file, so that a copy of it checks an export on any machine, without the product.
The sealer and the watch import the same functions. docs/audit.md describes the format; it is permanent.

usage: verify-audit FILE [--checkpoint FILE]... [--key-file FILE]
exit:  0 nothing wrong, 1 something is, 2 a file could not be read
"""

import argparse
import base64
import hashlib
import hmac
import json
import re
import sys

EXPORT, CHECKPOINT = "audit export 1", "audit checkpoint 1"
FIRST_PREVIOUS = "0" * 64
SEAL_FIELDS = ("number", "event", "digest", "previous", "key", "sealed_at")
HEX = re.compile(r"[0-9a-f]{64}")


# ------------------------------------------------------------------ the format


def encode(value):
    """Return the one way in which JSON is written here: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode("ascii")


def event_digest(event):
    """Return the fingerprint of an event (a dict of its columns as JSON), as 64 hex digits."""
    return hashlib.sha256(b"clearway event 1\n" + encode(event)).hexdigest()


def _seal_body(seal):
    return b"clearway seal 1\n" + encode({name: seal[name] for name in SEAL_FIELDS})


def seal_mac(seal, key):
    """Return the keyed code of a seal: only who holds `key` (bytes) can make it."""
    return hmac.new(key, _seal_body(seal), hashlib.sha256).hexdigest()


def seal_hash(seal):
    """Return the fingerprint of a seal with its keyed code: the next seal names it as `previous`."""
    return hashlib.sha256(_seal_body(seal) + b"\n" + seal["mac"].encode("ascii")).hexdigest()


def make_seal(number, event, previous, sealed_at, key_id, key):
    """Return the seal of `event` after the seal whose fingerprint is `previous`."""
    seal = {
        "number": number,
        "event": event["id"],
        "digest": event_digest(event),
        "previous": previous,
        "key": key_id,
        "sealed_at": sealed_at,
    }
    seal["mac"] = seal_mac(seal, key)
    seal["hash"] = seal_hash(seal)
    return seal


def signed(body, key_id, key):
    """Return `body` with a checksum and a keyed code of its own: first and last lines, checkpoints."""
    whole = dict(body, key=key_id)
    whole["mac"] = hmac.new(key, b"clearway note 1\n" + encode(whole), hashlib.sha256).hexdigest()
    whole["sum"] = hashlib.sha256(encode(whole)).hexdigest()
    return whole


def note_problem(note, keys):
    """Return what is wrong with something `signed`, or ""; `keys` is None when there are none."""
    if not isinstance(note, dict) or not isinstance(note.get("mac"), str):
        return "is not written as this product writes it"
    rest = {name: value for name, value in note.items() if name != "sum"}
    if note.get("sum") != hashlib.sha256(encode(rest)).hexdigest():
        return "was altered"
    if keys is None:
        return ""
    key = keys.get(note.get("key"))
    if key is None:
        return "names a key that is not in the key file"
    rest.pop("mac")
    expected = hmac.new(key, b"clearway note 1\n" + encode(rest), hashlib.sha256).hexdigest()
    return "" if hmac.compare_digest(expected, note["mac"]) else "was altered: its keyed code does not fit"


def row_problems(seal, event, keys):
    """Return what is wrong with one sealed event by itself: a list of sentences, each beginning with a verb.

    `event` is None when its row is gone; `keys` maps key ids to bytes, None leaves keyed codes unchecked.
    """
    if not _is_seal(seal):
        return ["has a seal that can't be read: it was altered"]
    found = []
    if event is None:
        found.append("has lost its event: the event's row was deleted")
    elif not isinstance(event, dict) or event.get("id") != seal["event"]:
        found.append("holds another event than the one that was sealed")
    elif event_digest(event) != seal["digest"]:
        found.append("was altered: the event is not as it was sealed")
    if seal_hash(seal) != seal["hash"]:
        found.append("was altered: the seal does not fit its own fingerprint")
    elif keys is not None and seal["key"] not in keys:
        found.append("is sealed with a key that is not in the key file")
    elif keys is not None and not hmac.compare_digest(seal_mac(seal, keys[seal["key"]]), seal["mac"]):
        found.append("was replaced: its keyed code was not made with the key")
    return found


def _is_seal(seal):
    if not isinstance(seal, dict) or set(seal) != {*SEAL_FIELDS, "mac", "hash"}:
        return False
    texts = all(isinstance(seal[name], str) for name in ("event", "key", "sealed_at"))
    hexes = all(
        isinstance(seal[name], str) and HEX.fullmatch(seal[name])
        for name in ("digest", "previous", "mac", "hash")
    )
    return texts and hexes and type(seal["number"]) is int and seal["number"] > 0


# ------------------------------------------------------------------ checking an export


class Check:
    """Reads an export line by line, in constant memory, and collects what is wrong in `problems`."""

    def __init__(self, keys=None, checkpoints=()):
        self.keys, self.problems = keys, []
        self.checkpoints = {}
        for name, checkpoint in checkpoints:
            self._take_checkpoint(name, checkpoint)
        self.header = self.end = None
        self.first = self.last = 0  # the numbers at both ends; `last` is the highest so far
        self.last_hash = ""  # fingerprint of number `last`, "" when not known
        self.sealed = self.waiting = 0
        self.gaps = []  # ranges of numbers not met yet
        self._bytes = hashlib.sha256()
        self._line = 0

    def run(self, lines):
        """Check all lines (bytes, each with its line break); return the problems as sentences."""
        for line in lines:
            self._line += 1
            self._read(line)
        self._finish()
        return self.problems

    def say(self, text):
        """Note a problem."""
        self.problems.append(text)

    def _read(self, line):
        try:
            row = json.loads(line)
            exact = encode(row) + b"\n" == line
        except (ValueError, RecursionError):
            row, exact = None, False
        if not exact:
            self.say(f"line {self._line}: {self._near(row)}is not as it was written: altered or inserted")
        if not isinstance(row, dict):
            self._bytes.update(line)
            return
        if "end" in row and self.end is None:
            self._take_end(row["end"])
            return
        self._bytes.update(line)
        if self.end is not None:
            self.say(f"line {self._line}: stands after the end of the export: inserted or reordered")
        if "clearway" in row:
            self._take_header(row)
        elif "seal" in row:
            self._take_sealed(row)
        elif "waiting" in row:
            self._take_waiting(row)
        elif exact:
            self.say(f"line {self._line}: is of no known kind: altered or inserted")

    def _near(self, row):
        seal = row.get("seal") if isinstance(row, dict) else None
        number = seal.get("number") if isinstance(seal, dict) else None
        if type(number) is int:
            return f"number {number} "
        return f"the row after number {self.last} " if self.last else ""

    def _take_header(self, row):
        if self._line != 1:
            self.say(f"line {self._line}: a first line in the wrong place: duplicated or reordered")
            return
        problem = note_problem(row, self.keys)
        if problem or row.get("clearway") != EXPORT:
            self.say(f"line 1: the first line {problem or 'is of another format'}")
            return
        self.header = row
        self.last = row["after"]
        self.last_hash = row["previous"]
        if self.last in self.checkpoints:
            self._compare(self.last, self.last_hash)

    def _take_sealed(self, row):
        seal, event = row["seal"], row.get("event")
        self.sealed += 1
        number = seal.get("number") if isinstance(seal, dict) else None
        name = f"number {number}" if type(number) is int else f"the row after number {self.last}"
        event_id = seal.get("event") if isinstance(seal, dict) else None
        where = f"line {self._line}: {name} (event {event_id})"
        if self.waiting:
            self.say(f"{where} stands after rows that are not sealed: reordered or inserted")
        for problem in row_problems(seal, event, self.keys):
            self.say(f"{where} {problem}")
        if not _is_seal(seal):
            return
        if number <= self.last:
            self._met_late(number, where)
            return
        if number > self.last + 1 and (self.header or self.last):
            self.gaps.append((self.last + 1, number - 1))
        elif self.last_hash and seal["previous"] != self.last_hash:
            self.say(f"{where} does not follow number {self.last}: one of the two was replaced")
        self.first = self.first or number
        self.last, self.last_hash = number, seal_hash(seal)
        self._compare(number, self.last_hash)

    def _met_late(self, number, where):
        """A number that is not above the last one: out of its place, or there twice."""
        for index, (low, high) in enumerate(self.gaps):
            if low <= number <= high:
                pieces = [(low, number - 1), (number + 1, high)]
                self.gaps[index : index + 1] = [piece for piece in pieces if piece[0] <= piece[1]]
                self.say(f"{where} stands after number {self.last}: reordered")
                return
        self.say(f"{where} is there a second time: duplicated or inserted")

    def _take_waiting(self, row):
        self.waiting += 1
        event, place = row.get("event"), row["waiting"]
        event_id = event.get("id") if isinstance(event, dict) else None
        where = f"line {self._line}: unsealed row {place} (event {event_id})"
        if not isinstance(event, dict) or event_digest(event) != row.get("digest"):
            self.say(f"{where} was altered")
        if place != self.waiting:
            self.say(f"{where} stands where row {self.waiting} belongs: missing, reordered or duplicated")
            self.waiting = place if type(place) is int else self.waiting

    def _take_end(self, end):
        self.end = end if isinstance(end, dict) else {}
        problem = note_problem(end, self.keys)
        if problem:
            self.say(f"line {self._line}: the last line {problem}")
            return
        if end["last"] > self.last:
            self.gaps.append((self.last + 1, end["last"]))
        elif end["last"] < self.last:
            self.say(f"numbers after {end['last']} were inserted: the export ended there when it was made")
        elif end["hash"] != self.last_hash and not self.problems:
            self.say(f"number {self.last} is not the one that the export ended with: replaced")
        if end["waiting"] > self.waiting:
            self.say(f"unsealed rows {self.waiting + 1} to {end['waiting']} are missing: truncated")
        elif end["waiting"] < self.waiting:
            self.say(f"unsealed rows after {end['waiting']} were inserted")
        if end["sha256"] != self._bytes.hexdigest() and not self.problems and not self.gaps:
            self.say("the lines are not those that the export was made with")

    def _finish(self):
        if self.header is None and not any(text.startswith("line 1: the first") for text in self.problems):
            self.say("line 1: the first line is missing")
        for low, high in self.gaps:
            self.say(f"number {low} is missing" if low == high else f"numbers {low} to {high} are missing")
        if self.end is None:
            self.say(f"the file ends after number {self.last} without its last line: truncated there")
        for number, (_, name) in sorted(self.checkpoints.items()):
            if number > self.last:
                self.say(
                    f"{name}: numbers {self.last + 1} to {number} are missing: truncated after {self.last}"
                )

    def _take_checkpoint(self, name, checkpoint):
        problem = note_problem(checkpoint, self.keys)
        if problem or checkpoint.get("clearway") != CHECKPOINT:
            self.say(f"{name}: the checkpoint {problem or 'is of another format'}")
            return
        known = self.checkpoints.get(checkpoint["number"])
        if known and known[0] != checkpoint["hash"]:
            self.say(f"{name}: disagrees with {known[1]} about number {checkpoint['number']}")
            return
        self.checkpoints[checkpoint["number"]] = (checkpoint["hash"], name)

    def _compare(self, number, fingerprint):
        known = self.checkpoints.get(number)
        if known and known[0] != fingerprint:
            self.say(f"{known[1]}: number {number} is another one now: it and what led to it were replaced")

    def unchecked(self):
        """Return sentences about what could not be checked with what was given."""
        found = []
        if self.keys is None:
            found.append(
                "The keyed codes were not checked, because no key file was given. Somebody who can write to "
                "the database could have made a new chain; a key, or a checkpoint from elsewhere, tells."
            )
        if not self.checkpoints:
            found.append(
                "Without a checkpoint from elsewhere, events that were cut off the end before the export was "
                "made are not noticed."
            )
        after = (self.header or {}).get("after", 0)
        if after:
            found.append(f"The export begins after number {after}; what is before it is not in the file.")
        early = sorted(number for number in self.checkpoints if number < after)
        if early:
            found.append(f"The checkpoint of number {early[-1]} lies before this export.")
        return found


def read_keys(text):
    """Return {key id: bytes} of a key ring or of its "audit" part, as JSON. Raises ValueError or KeyError."""
    ring = json.loads(text)
    ring = ring.get("audit", ring)
    return {name: base64.b64decode(value, validate=True) for name, value in ring["keys"].items()}


def main(arguments=None):
    """Check one export and say what was found; return the exit code."""
    parser = argparse.ArgumentParser(prog="verify-audit", description="Checks an export of the audit trail.")
    parser.add_argument("file", metavar="FILE", help="what manage.py export_audit wrote")
    parser.add_argument("--checkpoint", action="append", default=[], metavar="FILE", help="may be repeated")
    parser.add_argument("--key-file", metavar="FILE", help="the key ring, or its audit part")
    given = parser.parse_args(arguments)
    say = sys.stdout.write
    try:
        keys = None
        if given.key_file:
            with open(given.key_file, encoding="utf-8") as file:  # noqa: PTH123 - fewer imports
                keys = read_keys(file.read())
        checkpoints = []
        for name in given.checkpoint:
            with open(name, encoding="utf-8") as file:  # noqa: PTH123
                checkpoints.append((name, json.load(file)))
        check = Check(keys, checkpoints)
        with open(given.file, "rb") as file:  # noqa: PTH123
            problems = check.run(file)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        say(f"Could not be read: {type(error).__name__}: {error}\n")
        return 2
    for problem in problems:
        say(f"PROBLEM {problem}\n")
    span = f"numbers {check.first} to {check.last}" if check.sealed else "no sealed event"
    say(f"{check.sealed} sealed events ({span}), {check.waiting} not sealed yet.\n")
    for sentence in check.unchecked():
        say(f"NOTE {sentence}\n")
    say(f"{len(problems)} problems found.\n" if problems else "Nothing is wrong with what was checked.\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
