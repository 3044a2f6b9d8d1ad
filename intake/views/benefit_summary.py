"""The benefit summary for the person: who asks, in which language, and the page to print or read out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config.errors import Conflict, Refused
from intake.actions.benefit_summary import SUBJECT, give_summary
from intake.benefit_summary import rows_of
from intake.coverage_words import TITLE, language_of
from intake.forms.benefit_summary import SummaryForm
from intake.views.common import open_record, posted
from intake.views.coverage import page_of
from records.choices import Category, Medium
from records.notices import statement
from records.queries.disclosed import packets_for


@staff("intake.coverage_write", fresh=True)
@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Read it first, check who asks, and give it through the door."""
    record = open_record(request, episode_id, "benefit summary")
    language = language_of(record.episode.person.language)
    form = SummaryForm(posted(request), initial={"language": language})
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            packet = give_summary(
                episode=record.episode, language=said["language"], medium=said["medium"], by=request.user,
                submit_key=said["submit_key"], **form.identity(),
            )  # fmt: skip
        except Refused as refused:
            form.add_refusal(refused)
        except Conflict as conflict:
            form.add_conflict(conflict)
        else:
            return redirect("intake:benefit-summary", episode_id=episode_id, disclosure_id=packet.id)
    rows = rows_of(record.episode, language, record.now)
    return page_of(record, form, "intake/coverage/summary.html", request, rows=rows, language=language)


@staff("intake.coverage_view")
@require_safe
def summary(request: HttpRequest, episode_id: UUID, disclosure_id: UUID) -> HttpResponse:
    """Show the summary as it left, to print or to read out."""
    record = open_record(request, episode_id, "benefit summary as given")
    mine = packets_for(request.user).filter(
        person=record.episode.person_id, subject__startswith=f"{SUBJECT}:"
    )
    row = get_object_or_404(mine, pk=disclosure_id)
    language = row.subject.split(":")[1]
    context = {
        **record.context(),
        "row": row,
        "rows": row.content["sections"][Category.INSURANCE],
        "language": language,
        "title": TITLE[language],
        "redisclosure": row.content["redisclosure"],
        "notice": statement(),
        "by_phone": row.medium == Medium.PHONE,
        "back": reverse("intake:coverage", args=[episode_id]),
    }
    return render(request, "intake/coverage/summary_print.html", context)
