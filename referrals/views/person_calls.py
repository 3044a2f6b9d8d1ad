"""Calling a person who waits for a partner: what to ask, what to say, how it went."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict
from intake.contact_rows import rows_of
from referrals.actions.person_calls import log_person_call
from referrals.choices import PersonCallOutcome
from referrals.forms.person_call import PersonCallForm
from referrals.queries import referrals_for
from referrals.views.common import sent_data, take


@staff("referrals.offer_record")
@require_http_methods(["GET", "HEAD", "POST"])
def person_call(request: HttpRequest, referral_id: UUID) -> HttpResponse:
    """Call the person, and write down how it went. Anything new leads to the safety questions."""
    referral = get_object_or_404(referrals_for(request.user), pk=referral_id)
    episode, now = referral.episode, clock.now()
    record_view(by=request.user, person=episode.person, what="person_call", obj=referral)
    due = referral.person_call_at.isoformat() if referral.person_call_at else ""
    form = PersonCallForm(sent_data(request), initial={"shown": due})

    def act(given: dict) -> None:
        try:
            log_person_call(referral_id=referral.pk, by=request.user, now=now, **given)
        except Conflict:
            form.show(shown=due)
            raise

    back = reverse("referrals:referral", args=[referral.pk])
    news = request.POST.get("outcome") == PersonCallOutcome.NEWS
    asked = rows_of([episode.contact_request], request.user, now) if episode.contact_request else []
    page = {
        "referral": referral,
        "person": episode.person,
        "calls": referral.person_calls.select_related("by", "data_key").order_by("-at", "-id")[:20],
        "rules": asked[0].rules if asked else "",
        "back": back,
        "now": now,
    }
    return take(
        request,
        form=form,
        template="referrals/person_call.html",
        page=page,
        scope="referral.person_call",
        url=reverse("intake:safety-check", args=[episode.pk]) if news else back,
        action=act,
    )
