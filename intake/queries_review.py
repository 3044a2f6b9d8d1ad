"""Reads of clinicians' questions: what waits for answers, and those of one version as pages show them."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.urls import reverse

from intake.models import Assessment, Episode, ReviewQuestion
from intake.queries import episodes_for
from intake.questions import BY_KEY, REPEATABLE, SAFETY
from intake.versions import label_of

WHOLE = "The assessment as a whole"


def questions_of(episode: Episode) -> QuerySet[ReviewQuestion]:
    """Every question about an episode that was opened, in each of its versions."""
    return ReviewQuestion.objects.filter(assessment__episode=episode).select_related(
        "data_key", "assessment__data_key", "asked_by", "answered_by"
    )


def with_open_questions(user: Any) -> QuerySet[Assessment]:
    """Versions with open questions (`waiting` of them, the first due at `due_at`), soonest first."""
    return (
        Assessment.objects.filter(
            episode__in=episodes_for(user).filter(status="open"),
            review_questions__answered_at__isnull=True,
            review_questions__isnull=False,
        )
        .exclude(status__in=["decided", "dropped"])
        .annotate(waiting=Count("review_questions"), due_at=Min("review_questions__due_at"))
        .select_related("data_key", "episode__person__data_key")
        .order_by("due_at", "id")
    )


@dataclass(frozen=True)
class QuestionLine:
    """A question with what it is about in words, and where that is answered (`anchor`: the control's id)."""

    row: ReviewQuestion
    about: str
    url: str
    anchor: str

    @property
    def is_open(self) -> bool:
        """Whether it still waits for an answer."""
        return self.row.is_open


def lines_of(assessment: Assessment) -> list[QuestionLine]:
    """Every question of a version, the oldest first; two queries, one where nothing was asked."""
    asked = list(
        assessment.review_questions.select_related("data_key", "asked_by", "answered_by").order_by(
            "asked_at", "id"
        )
    )
    places = places_of(assessment) if any(":" in one.field for one in asked) else {}
    return [line_of(one, assessment, places) for one in asked]


def places_of(assessment: Assessment) -> dict[str, int]:
    """The number that each substance row on the list has on its page."""
    rows = assessment.substance_rows.filter(removed_at__isnull=True).order_by("position", "id")
    return {str(pk): place for place, pk in enumerate(rows.values_list("pk", flat=True), start=1)}


def line_of(row: ReviewQuestion, assessment: Assessment, places: dict[str, int]) -> QuestionLine:
    """One question with what it is about."""
    about, url, anchor = about_field(assessment, row.section, row.field, places)
    return QuestionLine(row, about, url, anchor)


def about_field(
    assessment: Assessment, section: str, field: str, places: dict[str, int]
) -> tuple[str, str, str]:
    """What a section and field are in words, the address of the answer, and the id of its control."""
    episode = assessment.episode_id
    if not section:
        return WHOLE, reverse("intake:assessment", args=[episode]), ""
    if section == SAFETY.key:
        question = next((one for one in SAFETY.questions if one.name == field), None)
        return (
            question.label if question else SAFETY.title,
            reverse("intake:safety-check", args=[episode]),
            "",
        )
    url = reverse("intake:assessment-section", args=[episode, section])
    if not field:
        return BY_KEY[section].title if section in BY_KEY else section, url, ""
    row_id = field.rpartition(":")[0]
    anchor = f"id_{field.replace(':', '-')}"
    if row_id and row_id not in places:
        label = label_of(REPEATABLE, field)
        return f"{label} (a substance taken off the list)", url, ""
    return label_of(section, field, places.get(row_id)), f"{url}#{anchor}", anchor
