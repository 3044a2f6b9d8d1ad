"""Adding a facility outside the network for one person; the consent that names it comes next."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Refused
from config.forms import render_form
from intake.queries import episodes_for
from referrals.actions.offers import consent_address
from referrals.actions.once import once
from referrals.actions.outside import add_outside
from referrals.forms.outside import OutsideForm
from referrals.need import card_of, suggested_need
from referrals.queries import open_referral_of
from referrals.rules.need import ALL
from referrals.views.common import refuse, sent_data

TEMPLATE = "referrals/outside.html"


@staff("referrals.offer_send")
@require_http_methods(["GET", "HEAD", "POST"])
def outside(request: HttpRequest, episode_id: UUID) -> HttpResponse:
    """Ask for what is known of another facility; then lead to the consent that has to name it."""
    episode = get_object_or_404(episodes_for(request.user), pk=episode_id)
    record_view(by=request.user, person=episode.person, what="referral_outside", obj=episode)
    now = clock.now()
    referral = open_referral_of(request.user, episode)
    need = referral.need if referral is not None else suggested_need(episode, now)
    form = OutsideForm(sent_data(request))
    back = reverse("referrals:match", args=[episode.pk])
    page: dict[str, Any] = {
        "episode": episode, "person": episode.person, "referral": referral, "card": card_of(need, ALL),
        "back": back, "now": now,
    }  # fmt: skip
    if request.method != "POST" or not form.is_valid():
        return render_form(request, TEMPLATE, page, form)
    given = {key: value for key, value in form.cleaned_data.items() if key not in {"submit_key", "can"}}
    try:
        made = once(
            form.cleaned_data["submit_key"],
            scope="facility.outside",
            by=request.user,
            url=back,
            action=lambda: add_outside(episode=episode, need=need, by=request.user, **given),
        )
    except Refused as refused:
        return refuse(request, form, refused, TEMPLATE, page)
    return redirect(consent_address(episode.person, made, back))
