"""Episodes and assessments in situations that tests ask for."""

from datetime import timedelta

from config import clock
from intake.actions.assessments import add_substance, save_section
from intake.actions.episodes import start_episode
from intake.actions.instruments import Given, record_instrument
from intake.actions.safety import record_safety_check
from intake.models import Assessment, Episode, Pause, ReviewQuestion, SafetyCheck, SubstanceUse
from intake.queries import current_assessment
from intake.questions import SAFETY


def said(**values):
    """Answers with a value each."""
    return {name: {"value": value} for name, value in values.items()}


def safety_answers(**yes_or_no):
    """A complete safety check: no to everything except what is given."""
    return said(**{question.name: "no" for question in SAFETY.questions} | yes_or_no)


def make_episode(by, name: str = "Jordan Lee", **person) -> Episode:
    """Start an episode for a new person."""
    given = {"phone": "+18045550123", "date_of_birth": "1990-03-03", **person}
    return start_episode(by=by, new_person={"name": name, **given})


def make_assessment(by, **person) -> Assessment:
    """Start an episode and return its empty assessment."""
    return current_assessment(make_episode(by, **person))


def ask_safety(by, episode, **yes_or_no):
    """Ask the safety questions; everything is no except what is given."""
    return record_safety_check(by=by, episode=episode, answers=safety_answers(**yes_or_no))


def make_safety(episode, by, at, emergency=True) -> SafetyCheck:
    """Put an asking of the safety questions at a time of its own straight into the database."""
    return SafetyCheck.objects.create(
        episode=episode, data_key=episode.person.data_key, asked_at=at, asked_by=by, answers={},
        emergency=emergency, unsure=False, complete=True,
    )  # fmt: skip


def save(by, assessment, key, *, base=None, **values):
    """Save values of one section, from its present version unless `base` says otherwise."""
    section = assessment.sections.get(key=key)
    return save_section(
        by=by,
        assessment=assessment,
        key=key,
        bases=section.version if base is None else base,
        answers=said(**values),
    )


def add_row(by, assessment, **values) -> SubstanceUse:
    """Add a substance row and fill it."""
    row = add_substance(by=by, assessment=assessment)
    version = assessment.sections.get(key="substances").version
    answers = {f"{row.id}:{name}": {"value": value} for name, value in values.items()}
    save_section(by=by, assessment=assessment, key="substances", bases=version, answers=answers)
    row.refresh_from_db()
    return row


def make_sendable(by, **person) -> Assessment:
    """An assessment with everything asked that a clinician needs: kratom, 32 g a day, last use today."""
    assessment = make_assessment(by, **person)
    ask_safety(by, assessment.episode)
    add_row(
        by,
        assessment,
        substance="kratom_leaf",
        product_form="powder",
        amount=8,
        unit="g",
        times_a_day=4,
        days_per_week=7,
        duration_months=14,
        last_use="today",
    )
    save(by, assessment, "substances", substance_list_complete="yes")
    save(by, assessment, "withdrawal", prior_complicated_withdrawal="no", withdrawal_if_skipped="yes")
    save(by, assessment, "health", pregnant="no")
    save(by, assessment, "mental", suicidality="none", anxiety="yes")
    assessment.refresh_from_db()
    return assessment


def make_instrument(by, episode, total=11, **parts):
    """A PHQ-9 total from elsewhere; with thoughts of death unless told otherwise, which opens a follow-up."""
    given = Given(
        "phq9",
        outside=True,
        total=total,
        answers={"phq9_9": 1, **parts},
        measured_by="Nurse Imani Reyes",
        where="Easton Family Medicine",
    )
    return record_instrument(by=by, episode=episode, given=given)


def fill_rows(assessment, count: int) -> None:
    """Many filled substance rows at once, for pages that must not grow with them."""
    SubstanceUse.objects.bulk_create(
        SubstanceUse(
            assessment=assessment,
            data_key=assessment.data_key,
            position=10 + number,
            details=said(substance="kratom_leaf", amount=number, unit="g", last_use="over_a_week"),
        )
        for number in range(count)
    )


def make_question(assessment, by, text="Since when?", section="mental", field="anxiety") -> ReviewQuestion:
    """A clinician's open question, without sending the assessment back."""
    return ReviewQuestion.objects.create(
        assessment=assessment,
        data_key=assessment.data_key,
        section=section,
        field=field,
        text=text,
        asked_by=by,
        due_at=clock.now() + timedelta(hours=2),
    )


def make_pause(episode, by, **values) -> Pause:
    """A pause that is over, unless told otherwise."""
    said = {"words": "Not now.", "safe_contact": "", "naloxone": "has", "told_tolerance": True}
    given = {"ended_at": clock.now(), **values}
    return Pause.objects.create(
        episode=episode, data_key=episode.person.data_key, said=said, made_by=by, **given
    )
