"""The start page of the privacy officer: what waits, what is due, where everything is."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.access import staff
from audit.actions import record_list
from config import clock
from config.clock import center_day
from records.display_rights import duty_rows, rights_rows
from records.queries.complaints import complaints_for
from records.queries.incidents import due_duties, undecided_incidents
from records.queries.notices import current_notice
from records.queries.restrictions import undecided_restrictions
from records.queries.reviews import open_reviews
from records.queries.rights_requests import open_rights_requests

MOST = 100
SHOWN = 20
SOON = timedelta(days=30)


def count(rows: object) -> str:
    """Return how many rows there are, as text: "100+" beyond a hundred."""
    number = len(rows[: MOST + 1])  # type: ignore[index]
    return f"{MOST}+" if number > MOST else str(number)


@staff("records.privacy_desk")
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """Show counts that lead on, and the reports and requests that are due, the earliest first."""
    user, now = request.user, clock.now()
    asked = list(open_rights_requests(user)[:SHOWN])
    limits = list(undecided_restrictions(user)[:SHOWN])
    record_list(by=user, what="open requests", shown=[*asked, *limits])
    waiting = sorted(rights_rows(asked, limits, center_day(now)), key=lambda row: row["due"])
    context = {
        "reviews": count(open_reviews(user).values_list("pk", flat=True)),
        "incidents": count(undecided_incidents(user).values_list("pk", flat=True)),
        "complaints": count(complaints_for(user).filter(status="new").values_list("pk", flat=True)),
        "duties": duty_rows(due_duties(user)[:SHOWN], now),
        "asked": waiting,
        "notice": current_notice(center_day(now)),
        "now": now,
    }
    return render(request, "records/privacy.html", context)
