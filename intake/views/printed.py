"""The assessment on paper, for use inside the program."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import staff
from intake.display import words
from intake.emergencies import emergencies_of
from intake.instrument_display import NOT_A_DIAGNOSIS, latest_results
from intake.questions import SAFETY
from intake.views.assessment import answers_in_words
from intake.views.common import open_record


@staff("intake.assessment_view")
@require_safe
def assessment(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Every answer in words, with what was not asked, to print. Stays inside the program: it is audited."""
    record = open_record(request, episode_id, "assessment print")
    latest = record.episode.safety_checks.select_related("asked_by").order_by("-asked_at").first()
    context = {
        **record.context(),
        "answers": answers_in_words(record),
        "safety": latest,
        "safety_answers": [(q.label, words(q, latest.answers.get(q.name))) for q in SAFETY.questions]
        if latest
        else [],
        "emergencies": emergencies_of([record.episode]),
        "flags": record.flags,
        "results": latest_results(record.facts.readings),
        "screening": NOT_A_DIAGNOSIS,
    }
    return render(request, "intake/assessment_print.html", context)
