"""What the screens of one open episode share."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from audit.actions import record_view
from config import clock
from config.templatetags.ui import day
from intake.choices import AssessmentStatus, Screen
from intake.models import Assessment, Episode, PaperForm, Presence, SafetyCheck
from intake.picture import center_zone, facts_of
from intake.queries import (
    contact_began,
    current_assessment,
    episodes_for,
    last_edit,
    open_emergency,
    open_paper,
    others_here,
)
from intake.queries_review import QuestionLine, lines_of
from intake.questions import BY_KEY
from intake.rules.contact import asks_again
from intake.rules.derived import RARELY_DANGEROUS, Point, may_say_rarely_dangerous, points
from intake.rules.facts import Facts
from intake.rules.flags import Flag
from intake.rules.gaps import Gap, gaps
from intake.rules.instrument_flags import every_flag
from intake.rules.medicines import medicines_listed
from intake.rules.picture import build_picture
from intake.rules.progress import SectionProgress, percent_asked, progress
from intake.rules.screens import dangerous_withdrawal
from intake.substances import KRATOM
from intake.workflow import ASSESSMENT, EDITABLE
from records.minors import minor_path

CHIP = {
    AssessmentStatus.NOT_STARTED: "plain",
    AssessmentStatus.IN_PROGRESS: "info",
    AssessmentStatus.ON_HOLD: "attention",
    AssessmentStatus.READY_FOR_REVIEW: "info",
    AssessmentStatus.IN_REVIEW: "info",
    AssessmentStatus.NEEDS_ANSWERS: "attention",
    AssessmentStatus.DECIDED: "success",
    AssessmentStatus.DROPPED: "neutral",
}


@dataclass
class OpenRecord:
    """An episode that a user has opened, with what its screens read from it."""

    episode: Episode
    assessment: Assessment
    now: datetime
    user: Any
    section: str = ""  # the key of the section that is open

    @cached_property
    def paper(self) -> PaperForm | None:
        """The paper form that the user is entering on this episode."""
        return open_paper(self.episode, self.user)

    @cached_property
    def facts(self) -> Facts:
        """Everything the assessment knows."""
        return facts_of(self.assessment)

    @cached_property
    def gaps(self) -> tuple[Gap, ...]:
        """What blocks sending."""
        return gaps(self.facts)

    @cached_property
    def flags(self) -> tuple[Flag, ...]:
        """Safety flags of the present answers."""
        return every_flag(self.picture, self.facts)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """What the answers point to, with the evidence."""
        return points(self.facts)

    @cached_property
    def picture(self) -> dict[str, Any]:
        """The input of the detox rules."""
        return build_picture(self.facts, now=self.now, zone=center_zone())

    @property
    def danger(self) -> dict[str, Any] | None:
        """The answers that make stopping suddenly dangerous."""
        return dangerous_withdrawal(self.picture)

    @property
    def screen_due(self) -> bool:
        """Whether the words about stopping suddenly were not said yet for these answers."""
        if self.danger is None:
            return False
        said = self.episode.screens_confirmed.filter(screen=Screen.WITHDRAWAL).order_by("-at", "-id").first()
        return said is None or said.answers != self.danger

    @cached_property
    def sections(self) -> tuple[SectionProgress, ...]:
        """The progress of every section."""
        done = {section.key for section in self.assessment.sections.all() if section.completed}
        return progress(self.facts, self.gaps, done)

    @cached_property
    def questions(self) -> list[QuestionLine]:
        """What clinicians asked about this version, answered or not."""
        return lines_of(self.assessment)

    @property
    def editable(self) -> bool:
        """Whether answers may change now."""
        return self.assessment.status in EDITABLE and self.episode.status == "open"

    @cached_property
    def emergency(self) -> SafetyCheck | None:
        """An emergency that still waits for what was done."""
        return open_emergency(self.episode)

    @cached_property
    def safety_due(self) -> bool:
        """Whether the safety questions come first: not asked yet in this contact, or not today."""
        if self.paper:
            return not self.episode.safety_checks.filter(paper=self.paper).exists()
        asked = self.episode.safety_checks.aggregate(last=Max("asked_at"))["last"]
        return asks_again(asked, began=contact_began(self.assessment), now=self.now, zone=center_zone())

    @cached_property
    def last_edit(self) -> Presence | None:
        """Where the user was last, or whoever was there last."""
        return last_edit(self.assessment, self.user)

    @property
    def rows_on_list(self) -> list[str]:
        """The ids of the substance rows, in their order."""
        rows = self.assessment.substance_rows.filter(removed_at__isnull=True).order_by("position", "id")
        return [str(row_id) for row_id in rows.values_list("id", flat=True)]

    @property
    def presence(self) -> str:
        """Who else is here, and in which section."""
        return presence_words(others_here(self.assessment, self.user, self.now))

    def context(self) -> dict[str, Any]:
        """What every template of an open episode gets."""
        return {
            "episode": self.episode,
            "assessment": self.assessment,
            "now": self.now,
            "paper": self.paper,
            "identity": self._identity(),
            "status_family": CHIP[AssessmentStatus(self.assessment.status)],
        }

    def workspace(self) -> dict[str, Any]:
        """The context, with section navigation, gaps and flags."""
        return {
            **self.context(),
            "sections": self.sections,
            "percent": percent_asked(self.sections),
            "done_sections": sum(section.completed for section in self.sections),
            "gap_count": len(self.gaps),
            "flags": self.flags,
            "points": self.points,
            "kratom_reported": bool(KRATOM & set(self.picture.get("substances", {}))),
            "medicines_listed": medicines_listed(self.facts),
            "may_say": RARELY_DANGEROUS if may_say_rarely_dangerous(self.picture) else "",
            "questions": self.questions,
            "questions_open": any(one.is_open for one in self.questions),
            "editable": self.editable,
            "sendable": self.assessment.status in ASSESSMENT["submit"].sources,
        }

    def _identity(self) -> dict[str, Any]:
        person, born = self.episode.person, self.facts.date_of_birth
        address = [self.episode.pk]
        actions = [("Instruments", reverse("intake:instruments", args=address))]
        actions.append(("Coverage", reverse("intake:coverage", args=address)))
        holdable = self.assessment.status in ASSESSMENT["hold"].sources
        if holdable:
            actions.append(("Hold", reverse("intake:assessment-hold", args=address)))
        safety = reverse("intake:safety-check", args=address)
        return {
            "name": person.called,
            "born": day(born) if born else "",
            "reference": self.episode.reference,
            "minor": minor_path(person, self.now),
            "presence": self.presence,
            "safety": f"{safety}?back={self.section}" if self.section else safety,
            "drop": reverse("intake:call-dropped", args=address) if holdable else "",
            "actions": actions,
        }


def find_record(request: HttpRequest, episode_id: UUID) -> OpenRecord:
    """Find an episode that the user may see (404 otherwise), for an answer that shows nothing of it."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    assessment = current_assessment(episode)
    assessment.episode = episode
    return OpenRecord(episode, assessment, clock.now(), request.user)


def open_record(request: HttpRequest, episode_id: UUID, what: str) -> OpenRecord:
    """Open an episode that the user may see (404 otherwise), and record that they see `what` of it."""
    record = find_record(request, episode_id)
    record_view(by=request.user, person=record.episode.person_id, what=what, obj=record.episode)
    return record


def stop_first(record: OpenRecord) -> HttpResponse | None:
    """Lead everybody to an emergency about which nobody wrote yet what was done; None when there is none."""
    if record.emergency is None:
        return None
    return redirect("intake:safety-stop", episode_id=record.episode.pk, check_id=record.emergency.pk)


def presence_words(others: Iterable[Presence]) -> str:
    """Who is here and where, in a line."""
    return " · ".join(f"{one.user.display_name} is here: {section_title(one.section)}" for one in others)


def section_title(key: str) -> str:
    """The title of a section; the assessment itself for none."""
    return BY_KEY[key].title if key in BY_KEY else "Assessment"


def anchor(field: str) -> str:
    """The id of a field on its section's page, from its flat name."""
    return f"id_{field.replace(':', '-')}"


def safety_first(request: HttpRequest, record: OpenRecord, back: str = "") -> HttpResponse | None:
    """Return the way to the safety questions while they are due; `back`: the section to come back to."""
    if not record.editable or not record.safety_due:
        return None
    messages.info(request, "Ask the safety questions first.")
    check = reverse("intake:safety-check", args=[record.episode.pk])
    return redirect(f"{check}?back={back}" if back else check)


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, even when it is empty; None when the page was only opened."""
    return request.POST if request.method == "POST" else None
