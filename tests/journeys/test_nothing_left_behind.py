"""After a working day, nothing that the product leaves on a disk tells who it was about.

The dump that a backup makes, the database's files and log, our own logs, the queue's memory and the mail:
none holds a name, a number, a day of birth or a sentence that somebody said, in any usual writing.
"""

import base64
import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from config.embedded import postgres_programs
from tests.journeys import walk
from tests.journeys.product import ROOT

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

CALLED, NAME, PHONE = "Wilhelmina", "Wilhelmina Quaye", "804 555 0187"
KNOWN = ("Jordan Lee", "+18045550171", "1988-06-21", NAME, CALLED, "Barnabas Tull", "To sleep again")
SHORT = 7
LEFT = "He took sixty grams of it on Tuesday"


def writings(word: str) -> list[str]:
    """Return the usual ways to write a word: a number, a day, or a text."""
    digits = re.sub(r"\D", "", word)[-10:]
    if re.fullmatch(r"\+?[\d ().-]{10,}", word) and len(digits) == 10:
        parts = digits[:3], digits[3:6], digits[6:]
        return [digits, *(sign.join(parts) for sign in "-. "), f"({parts[0]}) {parts[1]}-{parts[2]}"]
    if re.fullmatch(r"\d{4}-\d\d-\d\d", word):
        day = date.fromisoformat(word)
        us = f"{day.month}/{day.day}/{day.year}"
        written = [f"{day:%B} {day.day}, {day.year}", f"{day:%b} {day.day}, {day.year}"]
        return [word, us, f"{day:%m/%d/%Y}", f"{day:%d.%m.%Y}", f"{day:%Y%m%d}", *written]
    return [word]


def needles(words: list[str]) -> list[bytes]:
    """Return what to look for in lower-case content: as text, as a dump writes bytes, and in base64."""
    found = set()
    for word in (one for given in words for one in writings(given)):
        raw = word.encode()
        found |= {raw.lower(), word.lower().encode()}
        if len(raw) >= 6:
            found |= {raw.hex().encode(), base64.b64encode(raw[: len(raw) // 3 * 3]).lower()}
    return [one for one in found if len(one) >= 4]


def address_of(product) -> str:
    """Return the superuser's address of the product's database."""
    told = dict(line.split("=", 1) for line in (product.state / "runtime.env").read_text().splitlines())
    return told["DATABASE_ADMIN_URL"].strip("'\"").replace("/postgres?", "/clearway?")


def dump(product) -> bytes:
    """Return what pg_dump of the embedded server writes, as the superuser."""
    done = subprocess.run(
        [postgres_programs() / "pg_dump", "--inserts", address_of(product)], capture_output=True, timeout=120
    )
    assert done.returncode == 0, done.stderr[-500:]
    return done.stdout


def run_sql(product, sql: str) -> None:
    done = subprocess.run(
        [postgres_programs() / "psql", "-qc", sql, address_of(product)], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr


def files_of(product) -> list[Path]:
    """Return every file that the product keeps, but for styles and scripts."""
    static = product.state / "static"
    return [one for one in product.state.rglob("*") if one.is_file() and static not in one.parents]


def found_in(product, words: list[str]) -> dict[str, list[bytes]]:
    """Return where words are found, and in which writing; the world is invented, so they may be told.

    The database's own files are searched for what names somebody; the dump and all others for everything.
    """
    wanted, short = needles(words), needles([word for word in words if len(word.split()) <= 2])
    places = {"pg_dump": there(dump(product), wanted)}
    for path in files_of(product):
        try:
            content = path.read_bytes()
        except OSError:
            continue
        name = path.relative_to(product.state)
        places[str(name)] = there(content, short if "postgres" in name.parts else wanted)
    return {name: found for name, found in places.items() if found}


def there(content: bytes, wanted: list[bytes]) -> list[bytes]:
    """Return which of the writings stand in a content; a short one as a word, for a token may spell it."""
    lower = content.lower()
    return [one for one in wanted if one in lower and (len(one) >= SHORT or alone(one, lower))]


def alone(one: bytes, lower: bytes) -> bool:
    """Whether a writing stands anywhere as a word of its own."""
    return re.search(rb"(?<![a-z0-9+/_-])" + re.escape(one) + rb"(?![a-z0-9+/=_-])", lower) is not None


@pytest.fixture
def worked(product, open_browser, sign_in):
    """A request, information that a relative left, a call, and an assessment sent to a clinician."""
    family = open_browser(javascript=False)
    walk.ask_for_a_call(family, CALLED, PHONE)
    family.goto("/request/information/")
    walk.pick(family, "Is anyone in danger right now?", "No")
    family.get_by_label("Who is it about?").fill("Barnabas Tull")
    family.get_by_label("What would you like us to know?").fill(LEFT)
    family.wait_for_timeout(3500)
    with family.expect_navigation():
        family.locator("main form button[type=submit]").last.click()
    ana = sign_in("ana", javascript=False)
    walk.call_back(ana, CALLED)
    walk.begin_episode(ana, NAME)
    walk.answer_no_to_all(ana)
    walk.assess_kratom_caller(ana)
    ana.goto(f"/staff/people/?name={NAME.replace(' ', '+')}")
    ana.goto("/staff/nowhere/?name=Wilhelmina")
    ana.goto("/accounts/login/")
    return product


def test_nothing_on_the_disk_tells_who_it_was_about(worked):
    done = subprocess.run(
        [sys.executable, "-m", "tests.journeys.sealed_words"],
        cwd=ROOT,
        env={**worked.env, "DJANGO_SETTINGS_MODULE": "config.settings"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    words = json.loads(done.stdout)
    for known in KNOWN:
        assert known in words, "the list of what is sealed is made from the world itself"
    for path in files_of(worked):
        name = str(path.relative_to(worked.state)).lower().encode()
        assert not any(one in name for one in needles(words)), "a file's name tells"
    assert found_in(worked, words) == {}

    # The search can fail: in the database in any column, and in any file.
    run_sql(worked, "CREATE TABLE planted AS SELECT '804.555.0171' AS a, convert_to('Jordan Lee', 'utf8')")
    line = worked.state / "log" / "planted.log"
    line.write_text("born June 21, 1988\n")
    try:
        for word in ("+18045550171", "Jordan Lee"):
            assert "pg_dump" in found_in(worked, [word])
        assert list(found_in(worked, ["1988-06-21"])) == ["log/planted.log"]
    finally:
        line.unlink()
        run_sql(worked, "DROP TABLE planted")
