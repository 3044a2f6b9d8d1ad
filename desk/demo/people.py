"""Three people of the demo world. Each comes in through the product's own actions, at an earlier time.

Ana and Ben share Jordan Lee; Riley Park is Ben's alone and Casey Moon is Ana's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from accounts.models import User
from config import clock
from desk.demo.clock import shift_by
from intake.actions.assessments import submit
from intake.actions.episodes import close_episode, start_episode
from intake.actions.instruments import Given, record_instrument
from intake.actions.safety import record_safety_check
from intake.actions.sections import save_section
from intake.actions.substance_rows import add_substance
from intake.models import Assessment, Episode
from intake.queries import current_assessment
from intake.questions import SAFETY
from programs.actions.admissions import admit, discharge
from programs.actions.beds import release
from programs.actions.clearances import accept, receive, verify
from programs.actions.determinations import Choice, sign
from programs.actions.next_steps import Plan
from programs.actions.recommendations import recommend
from programs.choices import Level, UseKind
from programs.models import Bed, BedUse, MedicalClearance
from records.actions.care_team import add_colleague
from records.models import Person

QUIET = {"F1": 0, "F2": 1, "F3": 2, "F4": 3, "F5": 1, "sud": "moderate"}
ANSWERS: dict[str, dict[str, Any]] = {
    "substances": {
        "asked_by_name": ["kratom_leaf"],
        "substance_list_complete": "yes",
        "reasons": ["anxiety", "sleep"],
        "psychiatric_evaluation": "never",
        "opioid_history": "no",
        "naloxone_at_home": "yes",
        "naloxone_trained": "no",
    },
    "withdrawal": {
        "prior_complicated_withdrawal": "no",
        "prior_severe_opioid_kratom_withdrawal": "no",
        "quit_attempts": 3,
        "quit_method": ["all_at_once"],
        "longest_without": 12,
        "withdrawal_if_skipped": "yes",
        "symptoms_now": ["sleep", "cravings"],
        "severity_sleep": "mild",
        "severity_cravings": "mild",
    },
    "health": {
        "pregnant": "no",
        "liver": "none",
        "cardiac": "none",
        "respiratory": "none",
        "seizure_disorder": "none",
        "renal_or_other": "none",
        "jaundice_or_dark_urine": "no",
        "major_interaction": "no",
        "unexpected_drug_screen": "no",
        "hr": 72,
        "sbp": 118,
        "dbp": 76,
        "rr": 14,
        "spo2": 98,
        "temp_c": 36.8,
    },
    "mental": {"suicidality": "none", "anxiety": "yes"},
    "signs": {
        "screen_cannot_stop": "yes",
        "screen_coping": "yes",
        "signs_core": ["more_needed", "withdrawal"],
        "tolerance_confirmed": "yes",
        "own_control": "little",
    },
    "social": {"lives_with": "alone", "safe_home_support": "no", "payer": "aetna"},
    "goals": {"goal_words": "To sleep again without it.", "goal_kind": "stop", "readiness": 6},
}
# Kratom until twelve days before the call: withdrawal has passed.
USE: dict[str, Any] = {
    "substance": "kratom_leaf",
    "product_form": "powder",
    "enhanced": "no",
    "amount": 6,
    "unit": "g",
    "times_a_day": 4,
    "days_per_week": 7,
    "duration_months": 20,
    "start_amount": 3,
    "start_times": 1,
    "on_waking": "yes",
    "last_use": "exact",
    "last_use_exactness": "exact",
}
WHY = "The home is not safe to be in, and earlier day care did not hold."


@contextmanager
def at(ago: timedelta) -> Iterator[None]:
    """Let things happen `ago` before now, by the demo clock."""
    shift_by(-ago)
    try:
        yield
    finally:
        shift_by(ago)


def staff(name: str) -> User:
    """Return a demo sign-in's user."""
    return User.objects.get(email=f"{name}@demo.example")


def _value(answers: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {name: {"value": value} for name, value in answers.items()}


def assessed(by: str, wishes: dict[str, Any] | None = None, **person: Any) -> Assessment:
    """Take somebody's call and send their assessment to a clinician. `wishes`: more answers on goals."""
    caller = staff(by)
    episode = start_episode(by=caller, new_person=person)
    no = _value({question.name: "no" for question in SAFETY.questions})
    record_safety_check(by=caller, episode=episode, answers=no)
    assessment = current_assessment(episode)
    if assessment is None:
        raise RuntimeError("an episode begins with an assessment")
    row = add_substance(by=caller, assessment=assessment)
    last_use = (clock.now() - timedelta(days=12)).isoformat()
    said = {f"{row.pk}:{name}": one for name, one in _value(USE | {"last_use_at": last_use}).items()}
    more = {"substances": said, "goals": _value(wishes or {})}
    for key, answers in ANSWERS.items():
        section = assessment.sections.get(key=key)
        save_section(
            by=caller,
            assessment=assessment,
            key=key,
            bases=section.version,
            answers=_value(answers) | more.get(key, {}),
            completed=True,
        )
    measured = Given(
        "cows",
        outside=True,
        total=2,
        measured_by="Nurse Imani Reyes",
        where="Easton Family Medicine",
    )
    record_instrument(by=caller, episode=episode, given=measured)
    return submit(by=caller, assessment=assessment)


def decided(assessment: Assessment, level: str, reason: str = WHY) -> Episode:
    """Let the clinician sign for `level`, for a `reason` where the rules suggest another."""
    cole = staff("cole")
    made = recommend(assessment=assessment, ratings=QUIET, by=cole)
    if made.suggested_level == level and not made.detox_first:
        choice = Choice("agree", detox_first=False)
    else:
        choice = Choice("other", level=level, detox_first=False, reason=reason)
    sign(recommendation=made, choice=choice, typed_name=cole.display_name, seen=None, by=cole)
    return assessment.episode


def clearance_content(person: Person, now: datetime) -> dict[str, Any]:
    """Return a complete clearance of an examination two hours ago."""
    return {
        "person_name": person.name,
        "person_born": date.fromisoformat(person.date_of_birth),
        "decision": "cleared",
        "stable": True,
        "examined_at": now - timedelta(hours=2),
        "signed_at": now - timedelta(hours=1),
        "examiner_name": "Dr. Imani Blue",
        "credential": "MD",
        "licence": "VA 0101-555010",
        "npi": "1234567893",
        "facility": "Easton Family Medicine",
        "callback_phone": "(804) 555-0160",
        "medicines": "None",
        "allergies": "None known",
        "hr": 72,
        "sbp": 118,
        "dbp": 76,
        "rr": 14,
        "spo2": 98,
        "temp_c": 36.8,
        "cows": 1,
        "limits": [],
    }


def cleared(episode: Episode) -> MedicalClearance:
    """Take a clearance in from paper, accept it, and have somebody else verify it."""
    paper = receive(episode=episode, content=clearance_content(episode.person, clock.now()), by=episode.owner)
    paper = accept(clearance=paper, by=staff("cole"), gaps_note="Read with the examiner by phone.")
    return verify(
        clearance=paper,
        by=staff("dana"),
        number_called="(804) 555-0199",
        number_from="directory",
        spoke_with="Front desk",
    )


def admitted(episode: Episode, bed_label: str) -> None:
    """Admit to a bed."""
    bed = Bed.objects.select_related("program").get(label=bed_label)
    admit(
        episode=episode,
        program=bed.program,
        bed=bed,
        by=episode.owner,
        left_open="Came at night; the day team goes on.",
    )


def load_jordan() -> None:
    """Jordan Lee came nine days ago and is in bed R1; Ana asked Ben to work with her."""
    with at(timedelta(days=9)):
        waiting = assessed(
            "ana",
            name="Jordan Lee",
            phone="+18045550171",
            date_of_birth="1988-06-21",
            language="en",
            sex="male",
        )
        episode = decided(waiting, Level.RESIDENTIAL)
        cleared(episode)
        add_colleague(person=episode.person, user=staff("ben"), by=staff("ana"))
        admitted(episode, "R1")


def load_riley() -> None:
    """Riley Park was here a year ago, for three weeks."""
    with at(timedelta(days=380)):
        waiting = assessed(
            "ben",
            name="Riley Park",
            phone="+18045550172",
            date_of_birth="1979-11-02",
            language="en",
            sex="female",
        )
        episode = decided(waiting, Level.RESIDENTIAL)
        cleared(episode)
        admitted(episode, "R2")
    with at(timedelta(days=359)):
        follows = Plan(
            "elsewhere",
            review_on=clock.center_day(clock.now()) + timedelta(days=7),
            words="A clinic near home.",
        )
        discharge(admission=episode.admissions.get(), by=episode.owner, plan=follows)
        close_episode(by=episode.owner, episode=episode, reason="completed")
    with at(timedelta(days=359) - timedelta(minutes=40)):
        release(use=BedUse.objects.get(bed__label="R2", kind=UseKind.CLEANING), by=episode.owner)


def load_casey() -> None:
    """Casey Moon was decided yesterday and waits for clearance and a place."""
    with at(timedelta(days=1)):
        decided(
            assessed(
                "ana",
                name="Casey Moon",
                phone="+18045550173",
                date_of_birth="1995-02-14",
                language="es",
                sex="female",
            ),
            Level.RESIDENTIAL,
        )
