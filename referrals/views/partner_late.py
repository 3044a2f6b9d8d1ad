"""What a partner still tells us after its request was closed: nothing is shown, nothing gets lost."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import link
from audit.actors import Actor
from config import clock
from config.errors import Refused
from config.methods import post_only
from outbox.submit import AlreadyDone
from referrals.actions.late import check_code, late_by_link
from referrals.actions.once import once
from referrals.actions.steps import LinkDead
from referrals.choices import LateKind
from referrals.forms.answers import AcceptForm, LateByCodeForm, LateForm
from referrals.models import PartnerLink
from referrals.queries import link_of
from referrals.rules.links import token_hash
from referrals.views.common import sent_data
from referrals.views.guessing import slowed, tries_left
from referrals.views.session import closed, dead_end, gone, has_ended, late_link


def closed_by_token(request: HttpRequest, token: str) -> HttpResponse:
    """Return the page of a dead token: closed when its request is, the one neutral page otherwise."""
    found = link_of(token_hash(token))
    if found is None or not has_ended(found):
        return gone(request)
    form = LateByCodeForm(initial={"token": token})
    return closed(request, found, form=form, action=reverse("partner:late-code"))


@link
@post_only
def late_code(request: HttpRequest) -> HttpResponse:
    """Keep what somebody with a closed link and its code tells us. Five wrong codes lock it."""
    form, digest = LateByCodeForm(request.POST), token_hash(request.POST.get("token", ""))
    if slowed(request, digest):
        return render(request, "429.html", status=429)
    found, now = link_of(digest), clock.now()
    if found is None or not has_ended(found):
        return gone(request)
    page: dict[str, Any] = {"form": form, "action": reverse("partner:late-code")}
    if not form.is_valid():
        return closed(request, found, **page)
    try:
        left = check_code(link_id=found.pk, code=form.cleaned_data["code"], now=now)
    except LinkDead:
        return gone(request)
    if left == 0:
        return gone(request)
    if left:
        form.add_error("code", tries_left(left))
        return closed(request, found, **page)
    return _keep(request, found, form, page)


@link
@require_http_methods(["GET", "HEAD", "POST"])
def late(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """The same for a browser that had opened the request with its code before it was closed."""
    found = late_link(request, offer_id)
    if found is None:
        return gone(request)
    form = LateForm(sent_data(request))
    page: dict[str, Any] = {"form": form, "action": request.path}
    if request.method != "POST" or not form.is_valid():
        return closed(request, found, **page)
    return _keep(request, found, form, page)


def _keep(request: HttpRequest, found: PartnerLink, form: LateForm, page: dict[str, Any]) -> HttpResponse:
    given = form.cleaned_data
    said = {"name": given["name"], "note": given["note"]}
    try:
        _once(request, found, given["submit_key"], given["kind"], said)
    except LinkDead:
        return gone(request)
    except Refused as refused:
        form.add_error(None, _(refused.message))
        return closed(request, found, **page)
    return closed(request, found, kept=True)


def _once(request: HttpRequest, found: PartnerLink, key: UUID, kind: str, said: dict[str, str]) -> None:
    try:
        once(
            key,
            scope="partner.late",
            by=Actor.partner(found.pk),
            url=request.path,
            action=lambda: late_by_link(link_id=found.pk, kind=kind, said=said, now=clock.now()),
        )
    except AlreadyDone:
        return


def overtaken(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """Answer a yes that was being typed while the request closed: it is kept as told, and staff decide."""
    found = late_link(request, offer_id)
    form = AcceptForm(sent_data(request), now=clock.now())
    if found is None or request.method != "POST" or not form.is_valid():
        return dead_end(request, offer_id)
    given = form.cleaned_data
    said = {
        "bed": given["bed_note"],
        "arrival_from": given["arrival_from"].isoformat(),
        "arrival_until": given["arrival_until"].isoformat(),
    }
    try:
        _once(request, found, given["submit_key"], LateKind.YES, said)
    except (LinkDead, Refused):
        return dead_end(request, offer_id)
    return closed(request, found, kept=True)
