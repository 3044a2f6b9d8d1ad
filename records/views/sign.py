"""Signing at a distance: the pages on the person's own phone, without account or JavaScript.

Who has opened an invitation is known by one cookie, which the first page sets. Unknown, used and over look
the same: they lead to the first page. GET changes nothing.
"""

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import link
from accounts.throttle import address_of, allow
from audit.actions import record_view
from audit.actors import Actor
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from records.actions import signing
from records.choices import InvitationOutcome, Language
from records.consent_seal import fingerprint_of_texts, text_to_choose_from, texts_of
from records.consent_texts import blocks
from records.forms.signing import ChooseForm, CodeForm, SignForm
from records.models import SigningInvitation
from records.views.ways import sent

COOKIE = f"{settings.HOST_COOKIE}page"
COOKIE_SECONDS = 2 * 3600
TRIES_PER_ADDRESS, TRIES_PER_WORD = (30, 600), (10, 1800)

WRONG = gettext_noop(
    "That word and code do not match, or they are no longer open. Check both, or ask us for new ones."
)


def _browser(request: HttpRequest) -> str:
    return request.COOKIES.get(COOKIE, "")[:100]


def _language() -> str:
    return Language.SPANISH if (translation.get_language() or "").startswith("es") else Language.ENGLISH


def _other_language(request: HttpRequest, name: str, *args: str) -> dict[str, str]:
    """Return the link to the same page in the other language."""
    other = Language.ENGLISH if _language() == Language.SPANISH else Language.SPANISH
    with translation.override(other):
        url = reverse(f"sign:{name}", args=args)
    return {"url": url, "code": other, "words": "English" if other == Language.ENGLISH else "Español"}


@link
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, word: str = "") -> HttpResponse:
    """Ask for the word and the code. The page is the same for every word, known or not."""
    form = CodeForm(sent(request), initial={"word": word})
    args = [word] if word else []
    context = {"other": _other_language(request, "word" if word else "start", *args)}
    if request.method == "POST" and form.is_valid():
        if not _may_try(request, form.cleaned_data["word"]):
            form.add_error(None, _("Too many tries. Wait 10 minutes, or call us."))
            return _with_status(render_form(request, "records/sign_start.html", context, form), 429)
        opened = _browser(request) and signing.enter_code(
            word=form.cleaned_data["word"], code=form.cleaned_data["code"], browser=_browser(request)
        )
        if opened:
            return redirect("sign:read")
        form.add_error(
            None,
            _(WRONG),
        )
    page = render_form(request, "records/sign_start.html", context, form)
    if not _browser(request):
        page.set_cookie(
            COOKIE, secrets.token_urlsafe(32), max_age=COOKIE_SECONDS, httponly=True, samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE, path="/",
        )  # fmt: skip
    return page


def _may_try(request: HttpRequest, word: str) -> bool:
    by_address = allow("signing address", address_of(request), *TRIES_PER_ADDRESS)
    return allow("signing word", signing.plain_word(word), *TRIES_PER_WORD) and by_address


def _with_status(page: HttpResponse, status: int) -> HttpResponse:
    page.status_code = status
    return page


def holding(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give the view the invitation that this browser opened and that is still open; else begin again."""

    @wraps(view)
    def shown(request: HttpRequest) -> HttpResponse:
        invitation = signing.held_by(_browser(request), clock.now())
        if invitation is None:
            return redirect("sign:start")
        if invitation.outcome == InvitationOutcome.SIGNED:
            return redirect("sign:done")
        try:
            return view(request, invitation)
        except Refused as refused:
            if refused.code != "signing_over":
                raise
            return redirect("sign:start")

    return shown


@link
@require_http_methods(["GET", "POST"])
@holding
def read(request: HttpRequest, invitation: SigningInvitation) -> HttpResponse:
    """Show the whole text and let the person choose what may be shared."""
    consent, language = invitation.consent, _language()
    form = ChooseForm(sent(request), consent=consent, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            signing.choose(
                invitation=invitation, browser=_browser(request), categories=form.cleaned_data["categories"]
            )
        except Conflict:
            return redirect("sign:start")
        return redirect("sign:confirm")
    _seen(invitation)
    context = {
        "blocks": blocks(text_to_choose_from(consent, language)),
        "other": _other_language(request, "read"),
        "at_distance": True,
    }
    return render_form(request, "records/sign_choose_public.html", context, form)


def _seen(invitation: SigningInvitation) -> None:
    consent = invitation.consent
    record_view(by=Actor.signer(invitation.pk), person=consent.person_id, what="own consent", obj=consent)


@link
@require_http_methods(["GET", "POST"])
@holding
def confirm(request: HttpRequest, invitation: SigningInvitation) -> HttpResponse:
    """Show the text as it will be frozen, and take the typed name and "I sign"."""
    consent, language = invitation.consent, _language()
    if not consent.categories:
        return redirect("sign:read")
    texts = texts_of(consent, consent.categories)
    seen = fingerprint_of_texts(texts)
    form = SignForm(sent(request), initial={"seen": seen})
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            signing.sign_at_distance(
                invitation=invitation, browser=_browser(request), typed_name=form.cleaned_data["typed_name"],
                language=language, seen=form.cleaned_data["seen"],
            )  # fmt: skip
            return redirect("sign:done")
        except Conflict:
            form = SignForm(initial={"seen": seen})
            status = 409
        except Refused as refused:
            if refused.code == "signing_over":
                raise
            form.add_refusal(refused)
    _seen(invitation)
    context = {
        "blocks": blocks(texts[language]),
        "change_url": reverse("sign:read"),
        "other": _other_language(request, "confirm"),
        "changed": status == 409,
        "at_distance": True,
    }
    page = render_form(request, "records/sign_confirm_public.html", context, form)
    return _with_status(page, 409) if status == 409 else page


@link
@post_only
@holding
def decline(request: HttpRequest, invitation: SigningInvitation) -> HttpResponse:
    """Record that the person chose not to sign."""
    signing.decline(invitation=invitation, browser=_browser(request))
    return redirect("sign:declined")


@link
@require_GET
def declined(request: HttpRequest) -> HttpResponse:
    """Say that nothing is shared. The page knows nobody."""
    return render(request, "records/sign_declined.html", {"other": _other_language(request, "declined")})


@link
@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """Show the person's own copy, for 30 minutes after signing."""
    invitation = signing.held_by(_browser(request), clock.now())
    if invitation is None or invitation.outcome != InvitationOutcome.SIGNED:
        return redirect("sign:start")
    _seen(invitation)
    consent = invitation.consent
    signed_in = consent.elements["signed_language"]
    context: dict[str, Any] = {
        "consent": consent,
        "blocks": blocks(consent.text_es if signed_in == Language.SPANISH else consent.text_en),
        "text_language": signed_in,
        "until": invitation.copy_until,
        "other": _other_language(request, "done"),
    }
    return render(request, "records/sign_done.html", context)
