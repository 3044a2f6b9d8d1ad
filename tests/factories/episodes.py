"""Episodes and assessments in situations that tests ask for."""

from intake.actions.assessments import add_substance, save_section
from intake.actions.episodes import start_episode
from intake.actions.safety import record_safety_check
from intake.models import Assessment, Episode, SubstanceUse
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


def save(by, assessment, key, *, base=None, **values):
    """Save values of one section, from its present version unless `base` says otherwise."""
    section = assessment.sections.get(key=key)
    return save_section(
        by=by,
        assessment=assessment,
        key=key,
        base_version=section.version if base is None else base,
        answers=said(**values),
    )


def add_row(by, assessment, **values) -> SubstanceUse:
    """Add a substance row and fill it."""
    row = add_substance(by=by, assessment=assessment)
    version = assessment.sections.get(key="substances").version
    answers = {f"{row.id}:{name}": {"value": value} for name, value in values.items()}
    save_section(by=by, assessment=assessment, key="substances", base_version=version, answers=answers)
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
