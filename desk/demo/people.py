"""Three people of the demo world. Each comes in through the product's own actions, at an earlier time.

Ana and Ben share Jordan Lee; Riley Park is Ben's alone and Casey Moon is Ana's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from accounts.models import User
from config import clock
from desk.demo.clock import shift_by
from intake.actions.assessments import submit
from intake.actions.episodes import close_episode, start_episode
from intake.actions.safety import record_safety_check
from intake.actions.sections import save_section
from intake.models import Assessment, Episode
from intake.queries import current_assessment
from intake.questions import SAFETY
from programs.actions.admissions import admit, discharge
from programs.actions.clearances import accept, receive, verify
from programs.actions.determinations import Choice, sign
from programs.actions.recommendations import recommend
from programs.choices import Level
from programs.models import Bed, MedicalClearance
from records.actions.care_team import add_colleague

QUIET = {"F1": 0, "F2": 1, "F3": 2, "F4": 3, "F5": 1, "sud": "moderate"}
ANSWERS: dict[str, dict[str, Any]] = {
    "substances": {"substance_list_complete": "yes"},
    "withdrawal": {
        "prior_complicated_withdrawal": "no",
        "prior_severe_opioid_kratom_withdrawal": "no",
        "cows": 2,
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
    "social": {"lives_with": "alone", "safe_home_support": "no", "payer": "aetna"},
    "goals": {"goal_words": "To sleep again without it.", "goal_kind": "stop"},
}


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


def assessed(by: str, **person: Any) -> Assessment:
    """Take somebody's call and send their assessment to a clinician."""
    caller = staff(by)
    episode = start_episode(by=caller, new_person=person)
    no = _value({question.name: "no" for question in SAFETY.questions})
    record_safety_check(by=caller, episode=episode, answers=no)
    assessment = current_assessment(episode)
    if assessment is None:
        raise RuntimeError("an episode begins with an assessment")
    for key, answers in ANSWERS.items():
        section = assessment.sections.get(key=key)
        save_section(
            by=caller,
            assessment=assessment,
            key=key,
            base_version=section.version,
            answers=_value(answers),
            completed=True,
        )
    return submit(by=caller, assessment=assessment)


def decided(assessment: Assessment, level: str) -> Episode:
    """Let the clinician sign for `level`."""
    cole = staff("cole")
    made = recommend(assessment=assessment, ratings=QUIET, by=cole)
    reason = "The home is not safe to be in, and earlier day care did not hold."
    if made.suggested_level == level and not made.detox_first:
        choice = Choice("agree", detox_first=False)
    else:
        choice = Choice("other", level=level, detox_first=False, reason=reason)
    sign(recommendation=made, choice=choice, typed_name=cole.display_name, seen=None, by=cole)
    return assessment.episode


def clearance_content(now: datetime) -> dict[str, Any]:
    """Return a complete clearance of an examination two hours ago."""
    return {
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
    paper = receive(episode=episode, content=clearance_content(clock.now()), by=episode.owner)
    paper = accept(clearance=paper, by=staff("cole"), gaps_note="Read with the examiner by phone.")
    return verify(
        clearance=paper,
        by=staff("dana"),
        number_called="(804) 555-0160",
        number_from="directory",
        spoke_with="Front desk",
    )


def admitted(episode: Episode, bed_label: str) -> None:
    """Admit to a bed."""
    bed = Bed.objects.select_related("program").get(label=bed_label)
    admit(episode=episode, program=bed.program, bed=bed, by=episode.owner)


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
        discharge(admission=episode.admissions.get(), by=episode.owner)
        close_episode(by=episode.owner, episode=episode, reason="completed")


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
