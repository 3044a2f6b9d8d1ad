"""Consents of a person, for staff: list, read, set aside."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict
from config.methods import post_only
from records.actions import consents
from records.choices import ConsentKind, ConsentStatus, Signer
from records.consent_seal import text_to_choose_from
from records.consent_texts import blocks
from records.display import consent_chip, consent_row, names_of, purpose_labels
from records.models import Consent
from records.queries import consents_for, same_person
from records.queries.consents import latest_invitation, paper_of, people_with_consents_for, revocations_of
from records.views.ways import go, next_of, way


@staff("records.consent_read")
@require_GET
def consent_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show with whom we may share what, for one person."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="consents")
    now = clock.now()
    found = (
        consents_for(request.user)
        .filter(person__in=same_person(person))
        .exclude(status=ConsentStatus.DISCARDED)
        .prefetch_related("named__recipient")
        .order_by("-created_at", "id")[:200]
    )
    rows = [consent_row(one, now) for one in found]
    context = {
        "person": person,
        "rows": rows,
        "next": next_of(request),
        "prepare_url": _prepare_url(request, person_id),
    }
    return render(request, "records/consent_list.html", context)


def _prepare_url(request: HttpRequest, person_id: UUID) -> str:
    return way(request, "records:consent-use", person_id)


@staff("records.consent_read")
@require_GET
def consent_detail(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show one consent: a draft with its two ways to sign, or the signed text with what became of it."""
    consent = get_object_or_404(consents_for(request.user), pk=consent_id)
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    now = clock.now()
    family, word = consent_chip(consent, now)
    draft = consent.status == ConsentStatus.DRAFT
    context = {
        "consent": consent,
        "person": consent.person,
        "family": family,
        "word": word,
        "names": names_of(consent),
        "why": purpose_labels(consent.purposes),
        "draft": draft,
        "live": consent.status == ConsentStatus.SIGNED and family != "neutral",
        "blocks": _blocks(consent, draft),
        "invitation": latest_invitation(consent) if draft else None,
        "second": _second_signer(consent) if consent.status == ConsentStatus.INCOMPLETE else "",
        "signatures": list(consent.signatures.select_related("data_key").order_by("signed_at", "id")),
        "paper": paper_of(consent),
        "single": consent.kind == ConsentKind.TPO_SINGLE,
        "revocations": revocations_of(consent),
        "next": next_of(request),
        "sign_url": way(request, "records:consent-sign", consent.pk),
        "invite_url": way(request, "records:consent-invite", consent.pk),
        "now": now,
    }
    return render(request, "records/consent_detail.html", context)


def _second_signer(consent: Consent) -> str:
    return f"{consent.signer_name}, {Signer(consent.cosigner).label.lower()}"


def _blocks(consent: Consent, draft: bool) -> list:
    """Lay out the text: of a draft with all that would be asked, else what was signed, in its language."""
    if draft or consent.text_en is None:
        return blocks(text_to_choose_from(consent, consent.language))
    signed_in = consent.elements["signed_language"]
    return blocks(consent.text_es if signed_in == "es" else consent.text_en)


@staff("records.consent_read")
@require_GET
def consent_copy(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show the person's copy of a signed consent, to print; with the English text when that differs."""
    signed = consents_for(request.user).filter(signed_at__isnull=False)
    consent = get_object_or_404(signed, pk=consent_id)
    record_view(by=request.user, person=consent.person_id, what="consent copy", obj=consent)
    context = {
        "consent": consent,
        "blocks": _blocks(consent, draft=False),
        "english": blocks(consent.text_en) if consent.elements["signed_language"] != "en" else None,
        "revocations": revocations_of(consent),
        "back": reverse("records:consent-detail", args=[consent.pk]),
    }
    return render(request, "records/consent_copy.html", context)


@staff("records.consent_prepare")
@post_only
def consent_discard(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Set a draft aside."""
    consent = get_object_or_404(consents_for(request.user), pk=consent_id)
    try:
        consents.discard(consent=consent, by=request.user)
    except Conflict as conflict:
        return conflict_page(request, consent, conflict)
    return go(request, "records:consent-list", consent.person_id)


def conflict_page(request: HttpRequest, consent: Consent, conflict: Conflict) -> HttpResponse:
    """Say that somebody was first, with the way back to the consent."""
    context = {"message": conflict.message, "back": reverse("records:consent-detail", args=[consent.pk])}
    return render(request, "records/conflict.html", context, status=409)
