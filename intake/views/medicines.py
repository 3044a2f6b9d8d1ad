"""The medicines of one person, checked against the list: cautions for the prescriber."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from accounts.access import staff
from intake.rules.medicines import LIST, QUESTIONS, check_medicines
from intake.views.common import open_record


@staff("intake.assessment_view")
@require_safe
def medicines(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """What the check found, with severity, evidence and why, and what it did not know."""
    record = open_record(request, episode_id, "medicines")
    labels = {"medicines": "Medicines", "psychiatric_medicines": "Medicines for mental health"}
    links = [
        (labels[name], f"{reverse('intake:assessment-section', args=[episode_id, section])}#id_{name}")
        for section, name in QUESTIONS
    ]
    context = {
        **record.context(),
        "check": check_medicines(record.facts),
        "links": links,
        "source": LIST.source,
        "count": len(LIST.medicines),
    }
    return render(request, "intake/medicines.html", context)
