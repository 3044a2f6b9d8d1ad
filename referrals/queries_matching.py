"""Matching over the whole directory: PostgreSQL filters and ranks, the pure rules say why.

One look at an index says how many partners lack what: PostgreSQL groups the whole directory by the bits of
`Facility.can_bits` that the need asks for. From that follow all counts, and which partners have to be ranked
at all: those that fit, and of the others only the nearest. The distance is computed for what is left, as the
great circle between the middles of two ZIP areas. The order here and that of `referrals.rules.matching` are
the same, which a test compares on random directories.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from math import pi, sin
from typing import Any
from uuid import UUID

from django.db import connection

from referrals.choices import Payer
from referrals.models import Facility, ZipCentroid
from referrals.queries import candidate, facilities_for
from referrals.rules.matching import FAR, FRESH, STALE, Candidate, Match, Need, match
from referrals.sql import BIT

SHOWN, MISSES = 20, 50
NOBODYS = UUID(int=0)
"""Stands for no episode."""


@dataclass(frozen=True)
class InTheWay:
    """One criterion: how many partners it rules out, and how many of them nothing else stands against."""

    criterion: str
    ruled_out: int
    alone: int


@dataclass(frozen=True)
class Found:
    """What matching says now. `candidates` are those that were judged one by one and are shown.

    `fits_count` and `misses_count` are of the whole directory. `measured`: the person's ZIP is known.
    """

    need: Need
    now: datetime
    candidates: list[Candidate]
    facilities: dict[str, Facility]
    fits: list[Match]
    misses: list[Match]
    fits_count: int
    misses_count: int
    in_the_way: list[InTheWay]
    measured: bool


def find_partners(
    user: Any, need: Need, zip_code: str, now: datetime, shown: int = SHOWN, episode: UUID | None = None
) -> Found:
    """Match a need against every partner in use; `zip_code` is where the person is, "" when not known.

    One from outside the network counts for the `episode` that it was added for, and for nobody else.
    """
    asked = _Asked(need, zip_code, now, episode)
    miles: dict[str, int | None] = {}
    tally = Tally([])
    if user.has_perm("referrals.directory_view"):
        tally = asked.tally()
        miles = {**asked.fits(tally, shown), **asked.misses(tally, MISSES)}
    facilities = {str(one.pk): one for one in facilities_for(user).filter(pk__in=list(miles)).order_by()}
    candidates = [replace(candidate(one), miles=miles[key]) for key, one in facilities.items()]
    results = match(need, candidates, now)
    return Found(
        need=need,
        now=now,
        candidates=candidates,
        facilities=facilities,
        fits=[one for one in results if one.fits],
        misses=[one for one in results if not one.fits],
        fits_count=tally.fits,
        misses_count=tally.misses,
        in_the_way=tally.in_the_way(),
        measured=asked.measured,
    )


@dataclass(frozen=True)
class Tally:
    """The whole directory in groups: which hard criteria they lack, and how many partners each group has."""

    groups: list[tuple[frozenset[str], int]]

    @property
    def fits(self) -> int:
        """Return how many partners nothing stands against."""
        return sum(number for lacks, number in self.groups if not lacks)

    @property
    def misses(self) -> int:
        """Return how many partners something stands against."""
        return sum(number for lacks, number in self.groups if lacks)

    def at_most(self, wanted: int) -> int:
        """Return how many criteria the nearest `wanted` partners that don't fit may lack."""
        found = Counter[int]()
        for lacks, number in self.groups:
            found[len(lacks)] += number
        total = 0
        for short in sorted(found.keys() - {0}):
            total += found[short]
            if total >= wanted:
                return short
        return max(found, default=0)

    def in_the_way(self) -> list[InTheWay]:
        """Return each criterion with how many it rules out, the easiest to change first."""
        out, alone = Counter[str](), Counter[str]()
        for lacks, number in self.groups:
            out.update(dict.fromkeys(lacks, number))
            if len(lacks) == 1:
                alone.update(dict.fromkeys(lacks, number))
        found = [InTheWay(one, number, alone[one]) for one, number in out.items()]
        return sorted(found, key=lambda one: (-one.alone, -one.ruled_out, one.criterion))


# The chord between two places on the unit sphere gives the great circle; 3958.8 miles is the earth's radius.
RADIUS = 3958.8
_CHORD = "((f.x - %(x)s) * (f.x - %(x)s) + (f.y - %(y)s) * (f.y - %(y)s) + (f.z - %(z)s) * (f.z - %(z)s))"
_MILES = f"2 * {RADIUS} * asin(least(1, sqrt({_CHORD}) / 2))"

_NOT_THEIRS = """f.outside AND NOT EXISTS (
    SELECT FROM referrals_outsideuse o WHERE o.facility_id = f.id AND o.episode_id = %(episode)s)"""


def _square_of_chord(miles: float) -> float:
    """Return the square of the chord of so many miles and a half: what is nearer rounds to fewer."""
    return (2 * sin(min((miles + 0.5) / (2 * RADIUS), pi / 2))) ** 2


Put = Callable[[str], str]


class _Asked:
    """One need as SQL: hard criteria as (criterion, condition that it is met), and the parts of the rank."""

    def __init__(self, need: Need, zip_code: str, now: datetime, episode: UUID | None) -> None:
        self.need = need
        here = ZipCentroid.objects.filter(pk=zip_code).first() if zip_code else None
        self.measured = here is not None
        self.codes = _codes(need)
        self.values: dict[str, Any] = {
            "level": [need.level],
            "bits": sum(BIT[code] for code in self.codes.values()),
            "age": need.age,
            "near": None if need.max_miles is None else _square_of_chord(need.max_miles),
            "fresh": now - FRESH,
            "stale": now - STALE,
            "episode": episode or NOBODYS,
            **({"x": here.x, "y": here.y, "z": here.z} if here else {}),
        }
        # least() passes over NULL, so a ZIP without a centroid needs a case of its own.
        self.miles = f"CASE WHEN f.x IS NOT NULL THEN round({_MILES})::int END" if here else "NULL::int"

    def put(self, value: str) -> str:
        """Take a value of the query and return the place for it."""
        name = f"v{len(self.values)}"
        self.values[name] = value
        return f"%({name})s"

    def others(self) -> dict[str, str]:
        """Return the criteria that no bit answers, with the SQL that is true when a partner may meet it."""
        found = {}
        if self.need.age is not None:
            found["age"] = "coalesce(f.age_min <= %(age)s, true) AND coalesce(f.age_max >= %(age)s, true)"
        if self.need.max_miles is not None:
            found["distance"] = f"coalesce({_CHORD} <= %(near)s, true)" if self.measured else "true"
        return found

    def met(self) -> str:
        """Return the condition that nothing stands against a partner."""
        bits = "f.can_bits & %(bits)s = %(bits)s"
        return " AND ".join([bits, *(f"({sql})" for sql in self.others().values())])

    def short(self) -> str:
        """Return how many hard criteria a partner does not meet, as SQL."""
        missing = "bit_count((%(bits)s & ~f.can_bits)::bit(64))"
        return " + ".join([missing, *(f"(NOT ({sql}))::int" for sql in self.others().values())])

    def rank(self) -> list[str]:
        """Return the parts of `Match.rank` as SQL."""
        closed = {"female": "coalesce(f.beds_men, 0)", "male": "coalesce(f.beds_women, 0)"}
        beds = f"""CASE WHEN f.beds_at IS NULL OR f.beds_at < %(stale)s THEN 2
            WHEN f.beds_open - {closed.get(self.need.sex, "0")} <= 0 THEN 3
            WHEN f.beds_at >= %(fresh)s THEN 0 ELSE 1 END"""
        need = self.need if self.measured else replace(self.need, max_miles=None)
        less, check = (self.total(of(need, self.put)) for of in (_less, _to_check))
        return [beds, less, check]

    @staticmethod
    def total(conditions: list[str]) -> str:
        """Return how many of the conditions hold, as SQL that names no column by number."""
        return " + ".join(["0::int", *(f"coalesce(({sql})::int, 0)" for sql in conditions)])

    def tally(self) -> Tally:
        """Group the partners in use by the hard criteria that they lack.

        All are counted from the index, then those out of use and those from outside are taken off: that is
        less than to look up each partner's recipient.
        """
        others = self.others()
        names = ["lack", *(f"o{number}" for number in range(len(others)))]
        parts = ["%(bits)s & ~f.can_bits AS lack"]
        parts += [f"NOT ({sql}) AS o{number}" for number, sql in enumerate(others.values())]
        group = ", ".join(names)

        def counted(sign: str, only: str) -> str:
            rows = f"(SELECT {', '.join(parts)} FROM referrals_facility f {only}) each_one"  # noqa: S608
            return f"SELECT {group}, {sign}count(*) AS n FROM {rows} GROUP BY {group}"  # noqa: S608 - ours

        used = "JOIN records_recipient r ON r.id = f.recipient_id AND"
        gone, outside = f"{used} NOT r.active", f"{used} r.active WHERE {_NOT_THEIRS}"
        both = f"{counted('', '')} UNION ALL {counted('-', gone)} UNION ALL {counted('-', outside)}"
        found: Counter[frozenset[str]] = Counter()
        for lack, *rest in self.run(f"SELECT {group}, n FROM ({both}) counted"):  # noqa: S608 - our own names
            *unmet, number = rest
            lacks = {name for name, code in self.codes.items() if lack & BIT[code]}
            lacks |= {name for name, out in zip(others, unmet, strict=True) if out}
            found[frozenset(lacks)] += number
        return Tally([(lacks, number) for lacks, number in found.items() if number])

    def fits(self, tally: Tally, limit: int) -> dict[str, int | None]:
        """Return the best `limit` partners that fit, each with its distance."""
        if not tally.fits:
            return {}
        return self.rows(f"f.levels @> %(level)s::varchar[] AND {self.met()}", self.rank(), limit)

    def misses(self, tally: Tally, limit: int) -> dict[str, int | None]:
        """Return the nearest `limit` that do not fit: only those are ranked that may be among them."""
        if not tally.misses:
            return {}
        most = tally.at_most(limit)
        masks = {
            sum(BIT[self.codes[name]] for name in lacks if name in self.codes)
            for lacks, _ in tally.groups
            if lacks and len(lacks) <= most
        }
        self.values["masks"] = [*masks]
        where = f"(%(bits)s & ~f.can_bits) = ANY (%(masks)s::bigint[]) AND NOT ({self.met()})"
        return self.rows(where, [self.short(), *self.rank()], limit)

    def rows(self, where: str, order: list[str], limit: int) -> dict[str, int | None]:
        """Return the first `limit` partners in use of this condition and order, each with its distance.

        Names are looked up only for those that the order alone can't tell apart.
        """
        keys = ", ".join(f"k{number}" for number in range(len(order)))
        parts = ", ".join(f"{sql} AS k{number}" for number, sql in enumerate(order))
        miles = f"coalesce(miles, {FAR})"
        sql = f"""SELECT one.id, one.miles FROM (
                SELECT * FROM (SELECT f.id, f.recipient_id, {self.miles} AS miles, {parts}
                    FROM referrals_facility f WHERE {where}
                        AND NOT ({_NOT_THEIRS}) AND f.recipient_id <> ALL (
                        ARRAY(SELECT id FROM records_recipient WHERE NOT active))) each_one
                ORDER BY {keys}, {miles} FETCH FIRST {limit:d} ROWS WITH TIES) one
            JOIN records_recipient r ON r.id = one.recipient_id
            ORDER BY {keys}, {miles}, r.name COLLATE "C", one.id::text COLLATE "C"
            LIMIT {limit:d}"""  # noqa: S608 - our own names, values by `put`
        return {str(UUID(str(key))): miles for key, miles in self.run(sql)}

    def run(self, sql: str) -> list[tuple]:
        """Run one query with the values of the need."""
        with connection.cursor() as cursor:
            cursor.execute(sql, self.values)
            return cursor.fetchall()


def _codes(need: Need) -> dict[str, str]:
    """Return the hard criteria that `Facility.can_bits` answers, each with its code."""
    found = {"level": f"level:{need.level}"}
    found |= {f"withdrawal_{code}": f"withdrawal:{code}" for code in sorted(need.withdrawal)}
    found |= {f"medication_{code}": f"medication:{code}" for code in sorted(need.medications)}
    if need.payer in Payer.values:
        found["payer"] = f"payer:{need.payer}"
    if need.pregnant in {"yes", "possible"}:
        found["pregnancy"] = "pregnant"
    if need.sex in {"female", "male"}:
        found["unit"] = f"sex:{need.sex}"
    return found


def _less(need: Need, put: Put) -> list[str]:
    """Return what makes a wish not met, as SQL."""
    found = []
    if need.at_night:
        found.append("NOT f.hours_24 AND f.admits_from IS NOT NULL")
    if need.language != "en":
        found.append(f"cardinality(f.languages) > 0 AND NOT {put(need.language)} = ANY (f.languages)")
    if need.co_occurring:
        found.append("f.co_occurring = 'no'")
    return found


def _to_check(need: Need, put: Put) -> list[str]:
    """Return what has to be asked by phone, as SQL; what is asked of every partner alike is left out."""
    found = [
        f"NOT {put(code)} = ANY (f.withdrawal_yes) AND NOT {put(code)} = ANY (f.withdrawal_no)"
        for code in sorted(need.withdrawal)
    ]
    found += [
        f"NOT {put(code)} = ANY (f.medications) AND f.can_bits & {BIT[f'medication:{code}']} <> 0"
        for code in sorted(need.medications)
    ]
    if need.payer in Payer.values:
        payer = str(need.payer)
        found.append(f"NOT {put(payer)} = ANY (f.payers) AND f.can_bits & {BIT[f'payer:{payer}']} <> 0")
    if need.pregnant in {"yes", "possible"}:
        found.append("f.pregnancy = 'unknown'")
    elif need.pregnant != "no" and need.sex != "male":
        found.append("f.pregnancy = 'no'")
    return found + _wishes_to_check(need, put)


def _wishes_to_check(need: Need, put: Put) -> list[str]:
    found = [f"NOT {put(code)} = ANY (f.access)" for code in sorted(need.access)]
    conditions = (
        (need.age is not None, "f.age_min IS NULL AND f.age_max IS NULL"),
        (need.sex not in {"female", "male"}, "f.unit <> 'any'"),
        (need.max_miles is not None, "f.x IS NULL"),
        (need.at_night, "NOT f.hours_24 AND f.admits_from IS NULL"),
        (need.language != "en", "cardinality(f.languages) = 0"),
        (need.co_occurring, "f.co_occurring = 'unknown'"),
    )
    return found + [sql for asked, sql in conditions if asked]
