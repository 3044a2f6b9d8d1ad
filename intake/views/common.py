"""What the screens of one open episode share."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse

from audit.actions import record_view
from config import clock
from config.errors import Conflict
from config.templatetags.ui import day
from intake.choices import AssessmentStatus
from intake.models import Assessment, Episode
from intake.picture import center_zone, facts_of
from intake.queries import current_assessment, episodes_for
from intake.rules.facts import Facts
from intake.rules.flags import Flag, flags
from intake.rules.gaps import Gap, gaps
from intake.rules.picture import build_picture
from intake.rules.progress import SectionProgress, progress
from intake.workflow import ASSESSMENT, EDITABLE

CONFLICT = "conflict"
CHIP = {
    AssessmentStatus.NOT_STARTED: "plain",
    AssessmentStatus.IN_PROGRESS: "info",
    AssessmentStatus.ON_HOLD: "attention",
    AssessmentStatus.READY_FOR_REVIEW: "info",
    AssessmentStatus.IN_REVIEW: "info",
    AssessmentStatus.NEEDS_ANSWERS: "attention",
    AssessmentStatus.DECIDED: "success",
}


@dataclass
class OpenRecord:
    """An episode that a user has opened, with what its screens read from it."""

    episode: Episode
    assessment: Assessment
    now: datetime

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
        return flags(build_picture(self.facts, now=self.now, zone=center_zone()))

    @cached_property
    def sections(self) -> tuple[SectionProgress, ...]:
        """The progress of every section."""
        done = {section.key for section in self.assessment.sections.all() if section.completed}
        return progress(self.facts, self.gaps, done)

    @property
    def editable(self) -> bool:
        """Whether answers may change now."""
        return self.assessment.status in EDITABLE and self.episode.status == "open"

    @property
    def safety_due(self) -> bool:
        """Whether the safety questions come first: never asked, or not since the work was resumed."""
        checks = self.episode.safety_checks.all()
        if self.assessment.resumed_at is not None:
            checks = checks.filter(asked_at__gte=self.assessment.resumed_at)
        return not checks.exists()

    def context(self) -> dict[str, Any]:
        """What every template of an open episode gets."""
        return {
            "episode": self.episode,
            "assessment": self.assessment,
            "now": self.now,
            "identity": self._identity(),
            "status_family": CHIP[AssessmentStatus(self.assessment.status)],
        }

    def workspace(self) -> dict[str, Any]:
        """The context, with section navigation, gaps and flags."""
        return {
            **self.context(),
            "sections": self.sections,
            "gap_count": len(self.gaps),
            "flags": self.flags,
            "editable": self.editable,
            "sendable": self.assessment.status in ASSESSMENT["submit"].sources,
        }

    def _identity(self) -> dict[str, Any]:
        person, born = self.episode.person, self.facts.date_of_birth
        actions = [("Safety check", reverse("intake:safety-check", args=[self.episode.pk]))]
        if self.assessment.status in ASSESSMENT["hold"].sources:
            actions.append(("Hold", reverse("intake:assessment-hold", args=[self.episode.pk])))
        return {
            "name": person.called,
            "born": day(born) if born else "",
            "reference": self.episode.reference,
            "actions": actions,
        }


def open_record(request: HttpRequest, episode_id: UUID, what: str) -> OpenRecord:
    """Open an episode that the user may see (404 otherwise), and record that they see `what` of it."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    assessment = current_assessment(episode)
    assessment.episode = episode
    record_view(by=request.user, person=episode.person_id, what=what, obj=episode)
    return OpenRecord(episode, assessment, clock.now())


def posted(request: HttpRequest) -> QueryDict | None:
    """What was posted, even when it is empty; None when the page was only opened."""
    return request.POST if request.method == "POST" else None


def as_conflict(form: BaseForm, page: HttpResponse) -> HttpResponse:
    """Answer 409 when the form carries the words of a conflict."""
    if form.has_error(NON_FIELD_ERRORS, CONFLICT):
        page.status_code = 409
    return page


def add_conflict(form: BaseForm, conflict: Conflict) -> None:
    """Put the words of a conflict on a form; what was typed stays."""
    form.add_error(None, ValidationError(conflict.message, code=CONFLICT))
