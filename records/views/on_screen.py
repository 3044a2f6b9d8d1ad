"""Signing with staff present, and inviting a person to sign on their own phone."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from records.actions import consents, signing
from records.choices import ConsentStatus, InvitationOutcome
from records.consent_seal import fingerprint_of_texts, text_to_choose_from, texts_of
from records.consent_texts import blocks
from records.display import invitation_state, names_of
from records.forms.signing import ChooseForm, SignForm
from records.models import Consent
from records.queries import consents_for, drafts_for
from records.queries.consents import latest_invitation
from records.views.consents import conflict_page
from records.views.ways import go, next_of, sent, way

# How letters are read out on a phone line.
SPELLING = {
    "c": "Charlie", "d": "Delta", "f": "Foxtrot", "g": "Golf", "h": "Hotel", "j": "Juliet", "k": "Kilo",
    "m": "Mike", "n": "November", "p": "Papa", "q": "Quebec", "r": "Romeo",
    "t": "Tango", "v": "Victor", "w": "Whiskey", "x": "X-ray", "y": "Yankee",
}  # fmt: skip


def in_their_language(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Fetch the draft and show the page in the language of the person who signs it."""

    @wraps(view)
    def shown(request: HttpRequest, consent_id: UUID, **kwargs: Any) -> HttpResponse:
        consent = get_object_or_404(consents_for(request.user), pk=consent_id)
        if consent.status != ConsentStatus.DRAFT:
            return go(request, "records:consent-detail", consent.pk)
        with translation.override(consent.language):
            return view(request, consent, **kwargs)

    return shown


@staff("records.consent_sign")
@require_http_methods(["GET", "POST"])
@in_their_language
def consent_sign(request: HttpRequest, consent: Consent) -> HttpResponse:
    """First page for the person at our screen: read, and choose what may be shared."""
    form = ChooseForm(sent(request), consent=consent, language=consent.language)
    if request.method == "POST" and form.is_valid():
        try:
            consents.choose(consent=consent, categories=form.cleaned_data["categories"], by=request.user)
        except Conflict as conflict:
            return conflict_page(request, consent, conflict)
        return go(request, "records:consent-sign-confirm", consent.pk)
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    context = {
        "blocks": blocks(text_to_choose_from(consent, consent.language)),
        "back": way(request, "records:consent-detail", consent.pk),
    }
    return render_form(request, "records/sign_choose.html", context, form)


@staff("records.consent_sign")
@require_http_methods(["GET", "POST"])
@in_their_language
def consent_sign_confirm(request: HttpRequest, consent: Consent) -> HttpResponse:
    """Second page for the person at our screen: the text as it will be frozen, the typed name, "I sign"."""
    if not consent.categories:
        return go(request, "records:consent-sign", consent.pk)
    texts = texts_of(consent, consent.categories)
    seen = fingerprint_of_texts(texts)
    form = SignForm(sent(request), initial={"seen": seen})
    status = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            consents.sign_on_screen(
                consent=consent, typed_name=given["typed_name"], language=consent.language,
                seen=given["seen"], by=request.user, submit_key=given["submit_key"],
            )  # fmt: skip
            return go(request, "records:consent-detail", consent.pk)
        except Conflict as conflict:
            return conflict_page(request, consent, conflict)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    context = {
        "blocks": blocks(texts[consent.language]),
        "change_url": way(request, "records:consent-sign", consent.pk),
        "back": way(request, "records:consent-detail", consent.pk),
    }
    page = render_form(request, "records/sign_confirm.html", context, form)
    page.status_code = status or page.status_code
    return page


@staff("records.consent_sign")
@require_http_methods(["GET", "POST"])
def consent_sign_second(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Page for a parent or guardian at our screen: the text that the minor signed, and "I sign"."""
    consent = get_object_or_404(consents_for(request.user), pk=consent_id)
    if consent.status != ConsentStatus.INCOMPLETE:
        return go(request, "records:consent-detail", consent.pk)
    with translation.override(consent.language):
        form = SignForm(sent(request))
        status = None
        if request.method == "POST" and form.is_valid():
            given = form.cleaned_data
            try:
                consents.sign_second(
                    consent=consent, typed_name=given["typed_name"], by=request.user,
                    submit_key=given["submit_key"],
                )  # fmt: skip
                return go(request, "records:consent-detail", consent.pk)
            except Conflict as conflict:
                return conflict_page(request, consent, conflict)
            except Refused as refused:
                form.add_refusal(refused)
                status = 422
        if request.method == "GET":
            record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
        text = consent.text_es if consent.language == "es" else consent.text_en
        context = {"blocks": blocks(text), "back": way(request, "records:consent-detail", consent.pk)}
        page = render_form(request, "records/sign_second.html", context, form)
        page.status_code = status or page.status_code
        return page


@staff("records.consent_sign")
@require_GET
def consent_invite(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show the address and the code to read out, and what became of the invitation."""
    consent = get_object_or_404(consents_for(request.user), pk=consent_id)
    record_view(by=request.user, person=consent.person_id, what="signing invitation", obj=consent)
    now = clock.now()
    invitation = latest_invitation(consent)
    waiting = invitation is not None and _waits(invitation, now)
    said = signing.spoken(invitation) if waiting else None
    context = {
        "consent": consent,
        "person": consent.person,
        "names": names_of(consent),
        "invitation": invitation,
        "state": invitation_state(invitation, now) if invitation else None,
        "draft": consent.status == ConsentStatus.DRAFT,
        "address": request.get_host() + ("/es/sign" if consent.language == "es" else "/sign"),
        "word": f"{said.word[:4]} {said.word[4:]}" if said else "",
        "spelled": [(letter, SPELLING.get(letter, "")) for letter in said.word] if said else [],
        "code": f"{said.code[:3]} {said.code[3:]}" if said else "",
        "next": next_of(request),
        "detail_url": way(request, "records:consent-detail", consent.pk),
        "now": now,
    }
    return render(request, "records/consent_invite.html", context)


def _waits(invitation: Any, now: Any) -> bool:
    """Say whether word and code still work, so that they are shown."""
    open_ = invitation.outcome == InvitationOutcome.OPEN and now < invitation.expires_at
    return open_ and not invitation.opened_at and not invitation.locked


@staff("records.consent_sign")
@post_only
def consent_invite_new(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Make an invitation; an earlier one that is open stops working."""
    consent = get_object_or_404(drafts_for(request.user), pk=consent_id)
    try:
        signing.invite(consent=consent, by=request.user)
    except Conflict as conflict:
        return conflict_page(request, consent, conflict)
    return go(request, "records:consent-invite", consent.pk)


@staff("records.consent_sign")
@post_only
def consent_invite_cancel(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Close the open invitation."""
    consent = get_object_or_404(consents_for(request.user), pk=consent_id)
    signing.cancel(consent=consent, by=request.user)
    return go(request, "records:consent-invite", consent.pk)
