"""Limits on sharing that a person asks for, for staff: list, ask, decide, end, and what waits."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.errors import Conflict
from config.methods import post_only
from records.actions import restrictions
from records.choices import RecipientKind
from records.choices_door import RestrictionStatus
from records.display import category_labels
from records.display_rights import LIMIT_CHIP
from records.forms.restrictions import DeclineForm, EndLimitForm, LimitForm
from records.models import Restriction
from records.queries import same_person
from records.queries.consents import people_with_consents_for
from records.queries.recipients import names_of_ids
from records.queries.restrictions import restrictions_for, undecided_restrictions
from records.views.door_pages import form_page
from records.views.ways import sent


def _shown(row: Restriction) -> dict[str, Any]:
    kinds = [str(RecipientKind(one).label) for one in row.kinds]
    return {
        "row": row,
        "what": category_labels(row.categories) or ["Everything"],
        "whom": [*kinds, *names_of_ids(row.recipients)] or ["Everybody"],
        "family": LIMIT_CHIP[RestrictionStatus(row.status)],
    }


@staff("records.restriction_read")
@require_GET
def limit_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show what one person asked to limit, and what became of it."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="limits")
    rows = [
        _shown(one) for one in restrictions_for(request.user).filter(person__in=same_person(person))[:100]
    ]
    context = {"person": person, "rows": rows, "now": clock.now()}
    return render(request, "records/limits.html", context)


@staff("records.restriction_read")
@require_http_methods(["GET", "POST"])
def limit_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Write down what a person asks for."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    form = LimitForm(sent(request), person=person, now=clock.now())

    def act(given: dict) -> str:
        row = restrictions.ask(person=person, by=request.user, **given)
        return reverse("records:limit", args=[row.pk])

    record_view(by=request.user, person=person, what="limit form")
    page = {
        "person": person,
        "title": "The person asks for a limit",
        "lead": "A limit on who learns what, also where a consent allows it.",
        "button": "Write it down",
        "back_url": reverse("records:limit-list", args=[person.pk]),
        "back": "Limits",
    }
    return form_page(request, form, page, act)


@staff("records.restriction_read")
@require_GET
def limit(request: HttpRequest, limit_id: UUID) -> HttpResponse:
    """Show one request or limit, with what can be done about it."""
    row = _found(request, limit_id)
    record_view(by=request.user, person=row.person_id, what="limit", obj=row)
    context = {
        **_shown(row),
        "person": row.person,
        "waits": row.status == RestrictionStatus.ASKED,
        "in_force": row.status == RestrictionStatus.AGREED,
        "now": clock.now(),
    }
    return render(request, "records/limit.html", context)


@staff("records.restriction_decide")
@post_only
def limit_agree(request: HttpRequest, limit_id: UUID) -> HttpResponse:
    """Agree: the limit binds the door from now on."""
    row = _found(request, limit_id)
    back = reverse("records:limit", args=[row.pk])
    try:
        restrictions.decide(restriction=row, agree=True, by=request.user)
    except Conflict as conflict:
        return render(request, "409.html", {"message": conflict.message, "back_url": back}, status=409)
    return redirect(back)


@staff("records.restriction_decide")
@require_http_methods(["GET", "POST"])
def limit_decline(request: HttpRequest, limit_id: UUID) -> HttpResponse:
    """Decline with a reason; what was paid in full can't be."""
    row = _found(request, limit_id)
    record_view(by=request.user, person=row.person_id, what="limit", obj=row)

    def act(given: dict) -> str:
        restrictions.decide(restriction=row, agree=False, reason=given["reason"], by=request.user)
        return reverse("records:limit", args=[row.pk])

    page = _page(row, "Decline the limit", "The person keeps every other right.", "Decline")
    return form_page(request, DeclineForm(sent(request)), page, act)


@staff("records.restriction_decide")
@require_http_methods(["GET", "POST"])
def limit_end(request: HttpRequest, limit_id: UUID) -> HttpResponse:
    """End an agreed limit, by agreement or with notice."""
    row = _found(request, limit_id)
    record_view(by=request.user, person=row.person_id, what="limit", obj=row)

    def act(given: dict) -> str:
        restrictions.end(restriction=row, how=given["how"], note=given["note"], by=request.user)
        return reverse("records:limit", args=[row.pk])

    lead = "After a notice, what was recorded before stays limited until the person signs a new consent."
    page = _page(row, "End the limit", lead, "End it")
    return form_page(request, EndLimitForm(sent(request), paid_in_full=row.paid_in_full), page, act)


@staff("records.restriction_decide")
@require_GET
def limit_waiting(request: HttpRequest) -> HttpResponse:
    """List the requests that wait for a decision, what is due first on top."""
    rows = list(undecided_restrictions(request.user)[:200])
    record_list(by=request.user, what="undecided limits", shown=rows)
    return render(request, "records/limits_waiting.html", {"rows": rows, "now": clock.now()})


def _page(row: Restriction, title: str, lead: str, button: str) -> dict[str, Any]:
    return {
        "person": row.person, "title": title, "lead": lead, "button": button, "back": "Limit",
        "back_url": reverse("records:limit", args=[row.pk]),
    }  # fmt: skip


def _found(request: HttpRequest, limit_id: UUID) -> Restriction:
    return get_object_or_404(restrictions_for(request.user), pk=limit_id)
