"""A case that the gate admits, and ways to admit: through the ORM and by SQL as the app's role."""

import re
import uuid
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, connection, transaction

from config import clock
from config.db import refusal_code
from programs.actions.follow_ups import plan_follow_ups
from programs.models import Admission, NextStep
from tests.factories.accounts import make_user
from tests.factories.care import make_bed, make_clearance, make_determination
from tests.factories.episodes import make_episode
from tests.factories.records import clinicians_join


@dataclass
class Case:
    """Everything an admission needs. Tests spoil one thing at a time."""

    ana: Any
    cole: Any
    dana: Any
    sam: Any
    episode: Any = None
    clearance: Any = None
    determination: Any = None
    bed: Any = None
    program: Any = None
    late: dict = field(default_factory=dict)
    admitted_at: Any = None

    @classmethod
    def good(cls, *, clearance=True, determination=True, **limits) -> "Case":
        """Build a case that is admitted, unless told to leave something out."""
        tag = uuid.uuid4().hex[:6]
        case = cls(
            *(make_user(r, f"{n}{tag}") for n, r in (("ana", "admissions"), ("cole", "clinician"))),
            *(make_user(r, f"{n}{tag}") for n, r in (("dana", "clinician"), ("sam", "supervisor"))),
        )
        case.episode = make_episode(case.ana)
        clinicians_join(case.episode.person, case.ana)
        case.bed = make_bed()
        case.program = case.bed.program
        if determination:
            case.determination = make_determination(case.episode, case.cole, detox_first=True)
        if clearance:
            case.clearance = make_clearance(
                case.episode,
                accepted_by=case.cole,
                verified_by=case.dana,
                recorded_by=case.ana,
                **limits,
            )
        return case

    def values(self) -> dict:
        """Return the admission's columns."""
        return {
            "id": uuid.uuid4(),
            "data_key_id": self.episode.person.data_key_id,
            "episode_id": self.episode.pk,
            "clearance_id": self.clearance.pk if self.clearance else None,
            "determination_id": self.determination.pk if self.determination else None,
            "program_id": self.program.pk if self.program else None,
            "bed_id": self.bed.pk if self.bed else None,
            "admitted_at": self.admitted_at or clock.now(),
            "admitted_by_id": self.ana.pk,
            "late_entry": False,
            **self.late,
        }


def by_orm(values: dict) -> None:
    """Insert with the ORM."""
    Admission.objects.create(**values)


def by_sql(values: dict) -> None:
    """Insert with hand-written SQL on the app's own connection."""
    row = {k: str(v) if isinstance(v, uuid.UUID) else v for k, v in values.items()}
    row["late_entry_reason"] = b"x" if row.get("late_entry_reason") else None
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO programs_admission ({', '.join(row)}) VALUES ({', '.join(['%s'] * len(row))})",
            list(row.values()),
        )


def admit(case: Case, how=by_orm) -> str | None:
    """Try to admit; return the code of the refusal, or None when it was admitted."""
    try:
        with transaction.atomic():
            how(case.values())
    except IntegrityError as error:
        return refusal_code(error)
    return None


def follows(stay: Admission, by: Any, *, called: bool = True) -> None:
    """Write what has to follow a stay with nights: a refusal of more, and unless told the calls after it."""
    NextStep.objects.create(
        admission=stay, data_key=stay.data_key, kind="refused", words="Not now", made_by=by
    )
    if called:
        plan_follow_ups(admission=stay, left_at=clock.now(), by=by)


_TRIGGERS = "SELECT p.proname FROM pg_trigger t JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal"
_SOURCES = "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'programs\\_%'"
_OF_UPDATES = frozenset(
    {"admission_is_fixed", "already_discharged", "discharge_at_once", "discharge_in_future"}
    | {"discharge_before_move", "no_next_step", "no_follow_up"}
)


def codes_of_the_gate() -> set[str]:
    """Return the codes that an admission is refused with."""
    return _codes() - _OF_UPDATES


def codes_of_updates() -> set[str]:
    """Return the codes that a change of an admission is refused with: no admission page is before it."""
    return _codes() & _OF_UPDATES


def _codes() -> set[str]:
    """The codes in every function that a trigger of the table runs, and in those that it calls."""
    with connection.cursor() as cursor:
        cursor.execute(f"{_TRIGGERS} AND t.tgrelid = 'programs_admission'::regclass")
        open_ones = {row[0] for row in cursor.fetchall()}
        cursor.execute(_SOURCES)
        sources = dict(cursor.fetchall())
    seen: set[str] = set()
    while open_ones := {one for one in open_ones & set(sources) if one not in seen}:
        seen |= open_ones
        open_ones = {name for one in open_ones for name in re.findall(r"programs_\w+", sources[one])}
    text = " ".join(sources[one] for one in seen)
    return set(re.findall(r"programs_refuse\('(\w+)'", text))
