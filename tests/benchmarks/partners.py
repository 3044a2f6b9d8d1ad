"""How long a directory of 20,000 partners takes: loading it, matching against it, and paging through it.

Matching is held against SQL written by hand for the same need, in turn on the same rows: one query for who
fits (capability array, then distance), and one for who comes nearest where nobody does.
A measurement and no test, so the suite leaves it out: `python -m pytest tests/benchmarks/partners.py -s`.
"""

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import clock
from referrals.actions import directory_import as imports
from referrals.models import Facility, ZipCentroid
from referrals.queries_matching import find_partners
from referrals.rules.matching import Need, match
from referrals.sql import BIT
from tests.database import owner
from tests.factories.directory import directory_file
from tests.factories.referrals import make_referral

pytestmark = pytest.mark.django_db(transaction=True)
PARTNERS, ROUNDS = 20_000, 20
NEEDS = {
    "easy": Need(payer="medicaid", age=31, sex="male", pregnant="no"),
    "rare": Need(
        withdrawal=frozenset({"alcohol", "benzo", "opioid", "kratom"}),
        medications=frozenset({"methadone"}),
        payer="medicaid",
        pregnant="yes",
        age=31,
        sex="female",
        max_miles=20,
    ),
    "none": Need(level="evaluation", withdrawal=frozenset({"kratom"}), payer="medicaid", age=31),
}
BY_HAND = """
    SELECT f.id, 2 * 3958.8 * asin(sqrt(sin(radians(z.latitude - h.latitude) / 2) ^ 2
           + cos(radians(h.latitude)) * cos(radians(z.latitude))
           * sin(radians(z.longitude - h.longitude) / 2) ^ 2)) AS miles
    FROM referrals_facility f JOIN referrals_zipcentroid z ON z.zip = f.zip
    JOIN referrals_zipcentroid h ON h.zip = '23220'
    WHERE f.levels @> %s::varchar[] AND f.can_bits & %s = %s ORDER BY miles LIMIT 20"""

NEAREST_BY_HAND = """
    SELECT f.id, bit_count((%s & ~f.can_bits)::bit(64)) AS lacks,
           2 * 3958.8 * asin(sqrt(sin(radians(z.latitude - h.latitude) / 2) ^ 2
           + cos(radians(h.latitude)) * cos(radians(z.latitude))
           * sin(radians(z.longitude - h.longitude) / 2) ^ 2)) AS miles, count(*) OVER () AS all_of_them
    FROM referrals_facility f JOIN records_recipient r ON r.id = f.recipient_id AND r.active
    JOIN referrals_zipcentroid z ON z.zip = f.zip JOIN referrals_zipcentroid h ON h.zip = '23220'
    WHERE f.can_bits & %s <> %s ORDER BY lacks, miles LIMIT 50"""


def in_turn(rounds: int, *acts: Callable[[], object]) -> list[tuple[float, float]]:
    """Run the acts in turn, so that a busy moment falls on all; return median and p95 of each in ms."""
    took: list[list[float]] = [[] for _ in acts]
    for _ in range(rounds):
        for act, mine in zip(acts, took, strict=True):
            begun = time.perf_counter()
            act()
            mine.append(1000 * (time.perf_counter() - begun))
    return [(statistics.median(one), sorted(one)[int(0.95 * (rounds - 1))]) for one in took]


def timed(act: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds."""
    took = []
    for _ in range(rounds):
        begun = time.perf_counter()
        act()
        took.append(1000 * (time.perf_counter() - begun))
    return statistics.median(took), sorted(took)[int(0.95 * (rounds - 1))]


def say(words: str) -> None:
    """Write a line of the measurement."""
    sys.stdout.write(f"\n{words}")


def load(sam, content: bytes) -> tuple[float, imports.DirectoryImport]:
    """Load a file and return how many seconds that took, with what came of it."""
    begun = time.perf_counter()
    asked = imports.request_import(filename="x", content=content, dry_run=False, by=sam, queued=False)
    *_, asked = imports.load_all(import_id=asked.pk)
    return time.perf_counter() - begun, asked


def test_twenty_thousand_partners(client, as_user, sam):
    """Load, load again, change every row, match three needs, open the pages."""
    zips = [*ZipCentroid.objects.order_by("zip").values_list("zip", flat=True)]
    content = directory_file(PARTNERS, zips, bad=1000)
    for name, text in (
        ("new", content),
        ("again", content),
        ("all changed", content.replace(b"804-", b"703-")),
    ):
        seconds, asked = load(sam, text)
        found = f"{asked.added} new, {asked.changed} changed, {asked.same} same, {asked.error_count} errors"
        say(f"load {name}: {seconds:.1f} s ({found})")
    assert Facility.objects.count() == PARTNERS - PARTNERS // 1000
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE referrals_facility")
    with closing(owner()) as session, session.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE referrals_facility")  # what autovacuum does within a minute
    now = clock.now()
    for name, need in NEEDS.items():
        measure(sam, name, need, now)
    as_user(sam)
    referral = make_referral(sam, payer="medicaid", zip="23220")
    for path in (
        reverse("referrals:match", args=[referral.episode_id]),
        reverse("referrals:partner-list"),
        reverse("referrals:partner-list") + "?q=House 0123",
        reverse("referrals:partner-export"),
    ):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            page = client.get(path)
        middle, worst = timed(lambda path=path: client.get(path), 5)
        size = len(page.content) // 1024
        say(f"{path}: {len(captured)} queries, {middle:.0f} ms (p95 {worst:.0f}), {size} KiB")


def measure(sam, name: str, need: Need, now) -> None:
    """Time one need, by hand and by the product, and compare what is found with the pure rules."""
    found = find_partners(sam, need, "23220", now)
    with CaptureQueriesContext(connection) as captured:
        find_partners(sam, need, "23220", now)
    codes = [f"level:{need.level}", *(f"withdrawal:{one}" for one in need.withdrawal)]
    codes += [f"medication:{one}" for one in need.medications] + [f"payer:{need.payer}"]
    bits = sum(BIT[code] for code in codes)

    def ask(sql: str, values: list) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, values)
            cursor.fetchall()

    hand, nearest, product = in_turn(
        ROUNDS,
        lambda: ask(BY_HAND, [[need.level], bits, bits]),
        lambda: ask(NEAREST_BY_HAND, [bits, bits, bits]),
        lambda: find_partners(sam, need, "23220", now),
    )
    say(
        f"{name}: {found.fits_count} fit; by hand {hand[0]:.1f} ms (p95 {hand[1]:.1f}), the nearest by hand "
        f"{nearest[0]:.1f} ms (p95 {nearest[1]:.1f}); both, counts and words: {len(captured)} queries, "
        f"{product[0]:.1f} ms (p95 {product[1]:.1f}), {product[0] / (hand[0] + nearest[0]):.2f} times by hand"
    )
    for query in captured:
        say(f"    {float(query['time']) * 1000:.0f} ms {query['sql'][:60]!r}")
    assert found.fits == [one for one in match(need, found.candidates, now) if one.fits]
