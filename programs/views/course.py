"""The typical course of withdrawal for one person, as a picture with its table; to print as well."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import staff
from intake.picture import center_zone, facts_of
from intake.rules.picture import build_picture
from programs.course import course_context
from programs.views.common import assessment_of, open_episode


@staff("programs.review_read")
@require_safe
def course(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Onset, peak, end and tail on the calendar, with now, the earliest return, and a bed that is held."""
    opened = open_episode(request, episode_id, "withdrawal course")
    facts = facts_of(assessment_of(opened))
    picture = build_picture(facts, now=opened.now, zone=center_zone())
    context = opened.context(**course_context(facts, picture, opened.now, opened.held))
    return render(request, "programs/course.html", context)
