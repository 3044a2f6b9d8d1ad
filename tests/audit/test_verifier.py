"""The offline verifier names whatever was done to an export, and says what it can't know."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.verifier import CHECKPOINT, Check, encode, signed
from tests.audit.trail import AT, KEY, KEYS, event, export, sealed

ROWS = sealed([event(n) for n in range(1, 9)])
LINES = export(ROWS, [event(n) for n in range(9, 12)])  # line 1 first, 2 to 9 sealed, 10 to 12 not, 13 last


def check(lines, keys=KEYS, checkpoints=()):
    return Check(keys, checkpoints).run(lines)


def checkpoint_of(seal):
    return signed(
        {"clearway": CHECKPOINT, "number": seal["number"], "hash": seal["hash"], "made_at": AT.format(0)},
        *KEY,
    )


@pytest.mark.parametrize("keys", [None, KEYS])
def test_an_export_as_it_was_made_has_nothing_wrong(keys):
    marks = [("c.json", checkpoint_of(ROWS[3][0])), ("d.json", checkpoint_of(ROWS[7][0]))]
    assert check(LINES, keys, marks) == []
    assert check(export([]), keys) == []
    rest = export(ROWS[3:], after=3, previous=ROWS[2][0]["hash"])
    assert check(rest, keys, [("c.json", checkpoint_of(ROWS[2][0]))]) == []


# -------------------------------------------------------------- any single change, wherever it is


def located(problems, line):
    """Whether a problem names the line, or the number that stood on it, alone or inside a range."""
    number = line - 1 if 2 <= line <= 9 else None
    words = " ".join(problems)
    if f"line {line}:" in words or (number and f"number {number} " in words):
        return True
    if number:
        ranges = [p.split() for p in problems if p.startswith("numbers ") and " to " in p]
        return any(int(r[1]) <= number <= int(r[3]) for r in ranges)
    return (line == 1 and "first line" in words) or (
        line > 9 and ("unsealed row" in words or "ends" in words)
    )


@pytest.mark.parametrize("keys", [None, KEYS])
@given(line=st.integers(0, len(LINES) - 1), data=st.data())
def test_a_changed_byte_is_reported_where_it_is(keys, line, data):
    old = LINES[line]
    place = data.draw(st.integers(0, len(old) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != old[place]))
    changed = b"".join([*LINES[:line], old[:place] + bytes([byte]) + old[place + 1 :], *LINES[line + 1 :]])
    problems = check(changed.splitlines(keepends=True) if byte != 13 else _lines(changed), keys)
    assert problems
    assert located(problems, line + 1), problems


def _lines(content):
    """Split as a binary file does: at \\n only."""
    parts = content.split(b"\n")
    return [part + b"\n" for part in parts[:-1]] + ([parts[-1]] if parts[-1] else [])


@pytest.mark.parametrize("keys", [None, KEYS])
@given(line=st.integers(0, len(LINES) - 1))
def test_a_line_that_is_gone_is_named(keys, line):
    problems = check([*LINES[:line], *LINES[line + 1 :]], keys)
    assert problems
    assert located(problems, line + 1), problems


@pytest.mark.parametrize("keys", [None, KEYS])
@given(line=st.integers(0, len(LINES) - 1), to=st.integers(0, len(LINES)))
def test_a_line_that_is_there_twice_is_named(keys, line, to):
    problems = check([*LINES[:to], LINES[line], *LINES[to:]], keys)
    assert problems
    words = " ".join(problems)
    assert any(f"line {near}:" in words for near in (to + 1, to + 2, line + 1, line + 2)), problems


@pytest.mark.parametrize("keys", [None, KEYS])
@given(order=st.permutations(range(len(LINES))).filter(lambda order: order != sorted(order)))
def test_another_order_is_noticed(keys, order):
    assert check([LINES[index] for index in order], keys)


@given(first=st.integers(1, 8), second=st.integers(1, 8))
def test_two_rows_that_changed_places_are_called_reordered(first, second):
    if first == second:
        return
    lines = list(LINES)
    lines[first], lines[second] = lines[second], lines[first]
    assert any("reordered" in problem for problem in check(lines))


@given(length=st.integers(0, sum(map(len, LINES)) - 1))
def test_a_file_that_was_cut_short_is_noticed(length):
    problems = check(_lines(b"".join(LINES)[:length]))
    assert problems


# -------------------------------------------------------------- what an owner of the database can do


def names_of(problems):
    return [problem.split(" (event")[0].split(": ", 1)[-1] for problem in problems]


def test_an_edited_event_and_a_deleted_row_are_told_apart():
    rows = list(ROWS)
    rows[2] = (rows[2][0], {**rows[2][1], "actor_id": None})
    rows[4] = (rows[4][0], None)
    del rows[6]
    problems = check(export(rows))
    assert any("number 3 " in p and "was altered" in p for p in problems)
    assert any("number 5 " in p and "lost its event" in p for p in problems)
    assert "number 7 is missing" in problems
    assert len(problems) == 3


def test_a_seal_made_without_the_key_is_found_with_the_key_only():
    """Without the key, a chain that was made anew from the first to the last seal looks right."""
    from audit.verifier import seal_hash

    def without_key(rows):
        previous, made = "0" * 64, []
        for seal, one in rows:
            from audit.verifier import event_digest

            new = {**seal, "digest": event_digest(one), "previous": previous, "mac": "a" * 64}
            previous = new["hash"] = seal_hash(new)
            made.append((new, one))
        return made

    rows = without_key([(ROWS[0][0], event(1, name="other.thing")), *ROWS[1:]])
    assert check(export(rows), keys=None) == []
    assert len(check(export(rows))) == len(rows)
    known = [("c.json", checkpoint_of(ROWS[7][0]))]
    assert any("replaced" in problem for problem in check(export(rows), None, known))


def test_a_tail_that_was_cut_off_before_the_export_needs_a_checkpoint():
    short = export(ROWS[:5])
    assert check(short) == []
    problems = check(short, KEYS, [("c.json", checkpoint_of(ROWS[7][0]))])
    assert problems == ["c.json: numbers 6 to 8 are missing: truncated after 5"]


def test_a_tail_that_was_replaced_is_not_the_one_of_the_checkpoint():
    other = sealed([event(20)], previous=ROWS[6][0]["hash"], first=8)
    problems = check(export([*ROWS[:7], *other]), KEYS, [("c.json", checkpoint_of(ROWS[7][0]))])
    assert problems == ["c.json: number 8 is another one now: it and what led to it were replaced"]


def test_a_checkpoint_that_was_edited_is_refused():
    forged = {**checkpoint_of(ROWS[7][0]), "number": 5}
    assert "altered" in check(LINES, KEYS, [("c.json", forged)])[0]


def test_a_key_that_is_not_in_the_key_file_is_a_problem_not_a_pass():
    assert check(LINES, {"other": b"x" * 32})


def test_the_format_is_pinned():
    """These bytes are permanent: an export of today must verify for as long as the records live."""
    seal = ROWS[0][0]
    assert encode({"b": 1, "a": ["ñ", None, True]}) == b'{"a":["\\u00f1",null,true],"b":1}'
    assert seal["digest"] == "38195532c229d197e7deb4651e9dd936ecf7d6f5e0081727df5bca833c4cc622"
    assert seal["mac"] == "fc0fbdb8e737d6a9d42f0cbe7c3d7a111e7a39006abc8dee31c74a142e856190"
    assert seal["hash"] == "0cac298a4af3752c7f3fd83346be0e54750c4debf0ad65b399da2f79b0135523"
    assert json.loads(LINES[0])["sum"] == "bd86cdbd53d2128846ee122e62fd2812dacd8afd76a01f49d7263ce22db8374a"
