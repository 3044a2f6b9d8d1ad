"""Consents on paper, for staff: choose and print, store the scan, import a form, check as a second person."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record, record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from records.actions import consents, paper
from records.choices import ConsentStatus, PaperOrigin
from records.consent_seal import fingerprint_of_texts, text_to_choose_from, texts_of
from records.consent_texts import blocks
from records.forms.paper import CheckForm, ImportForm, ScanForm
from records.forms.prepare import USES
from records.forms.signing import ChooseForm
from records.queries import consents_for, drafts_for, people_for
from records.queries.consents import paper_of
from records.views.consents import conflict_page
from records.views.prepare import prepared
from records.views.ways import go, sent, way


@staff("records.consent_sign")
@require_http_methods(["GET", "POST"])
def consent_paper(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Note what the person chose, before their text is printed."""
    consent = get_object_or_404(drafts_for(request.user), pk=consent_id)
    form = ChooseForm(sent(request), consent=consent, language="en")
    if request.method == "POST" and form.is_valid():
        try:
            consents.choose(consent=consent, categories=form.cleaned_data["categories"], by=request.user)
        except Conflict as conflict:
            return conflict_page(request, consent, conflict)
        return go(request, "records:consent-print", consent.pk)
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    context = {
        "person": consent.person,
        "blocks": blocks(text_to_choose_from(consent, consent.language)),
        "text_language": consent.language,
        "back": way(request, "records:consent-detail", consent.pk),
    }
    return render_form(request, "records/paper_choose.html", context, form)


@staff("records.consent_sign")
@require_GET
def consent_print(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show the text to print and sign by hand. A print inside the program is audited, not accounted."""
    consent = get_object_or_404(drafts_for(request.user), pk=consent_id)
    if not consent.categories:
        return go(request, "records:consent-paper", consent.pk)
    record_view(by=request.user, person=consent.person_id, what="consent to print", obj=consent)
    record("consent.printed", by=request.user, obj=consent, person=consent.person_id)
    texts = texts_of(consent, consent.categories)
    context = {
        "consent": consent,
        "blocks": blocks(texts[consent.language]),
        "english": blocks(texts["en"]) if consent.language != "en" else None,
        "fingerprint": fingerprint_of_texts(texts),
        "scan_url": way(request, "records:consent-scan", consent.pk),
        "back": way(request, "records:consent-detail", consent.pk),
    }
    return render(request, "records/paper_print.html", context)


@staff("records.consent_sign")
@require_http_methods(["GET", "POST"])
def consent_scan(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Store the scan of a signed print, beside the text it must match."""
    consent = get_object_or_404(drafts_for(request.user), pk=consent_id)
    if not consent.categories:
        return go(request, "records:consent-paper", consent.pk)
    texts = texts_of(consent, consent.categories)
    seen = fingerprint_of_texts(texts)
    form = ScanForm(sent(request), request.FILES or None, initial={"seen": seen}, consent=consent)
    status = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            paper.store_scan(
                consent=consent, signed=form.signed(), seen=given["seen"], attested=given["attested"],
                by=request.user, submit_key=given["submit_key"],
            )  # fmt: skip
            return go(request, "records:consent-detail", consent.pk)
        except Conflict as conflict:
            return conflict_page(request, consent, conflict)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    context = {
        "person": consent.person,
        "blocks": blocks(texts[consent.language]),
        "text_language": consent.language,
        "fingerprint": seen,
        "back": way(request, "records:consent-print", consent.pk),
    }
    page = render_form(request, "records/paper_scan.html", context, form)
    page.status_code = status or page.status_code
    return page


@staff("records.consent_prepare")
@require_http_methods(["GET", "POST"])
def consent_import(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Import another organisation's signed form. It is usable by nobody until a second person checked it."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    use = request.GET.get("use", "specific")
    use = use if use in USES else "specific"
    form = ImportForm(
        sent(request), request.FILES or None, person=person, now=clock.now(), use=use,
        ask_signer=request.GET.get("signer") == "other",
    )  # fmt: skip
    status = None
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                consent = prepared(request, person, form)
                paper.store_form(consent=consent, signed=form.signed(), by=request.user)
            return redirect("records:consent-detail", consent_id=consent.pk)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    record_view(by=request.user, person=person, what="consent form")
    uses = [(code, one.words) for code, one in USES.items() if code != use]
    context = {"person": person, "use": USES[use], "uses": uses, "asks_signer": bool(form.signer_fields)}
    page = render_form(request, "records/paper_import.html", context, form)
    page.status_code = status or page.status_code
    return page


@staff("records.consent_sign")
@require_http_methods(["GET", "POST"])
def consent_check(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Check a scan as the second person, beside what it is said to say."""
    consent = get_object_or_404(consents_for(request.user), pk=consent_id)
    if consent.status != ConsentStatus.NEEDS_REVIEW:
        return go(request, "records:consent-detail", consent.pk)
    scan = paper_of(consent)
    theirs = scan.origin == PaperOrigin.THEIRS
    form = CheckForm(sent(request), elements=paper.to_check(consent) if theirs else [])
    status = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["verdict"] == "accept":
                paper.accept(
                    consent=consent, by=request.user, checklist=form.checklist(),
                    submit_key=given["submit_key"],
                )  # fmt: skip
            else:
                paper.reject(consent=consent, by=request.user, lacking=form.lacking())
            return redirect("records:consent-detail", consent_id=consent.pk)
        except Conflict as conflict:
            return conflict_page(request, consent, conflict)
        except Refused as refused:
            form.add_error(None, refused.message)
            status = 422
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    texts = paper.paper_texts(consent, scan.origin)
    context = {
        "person": consent.person,
        "consent": consent,
        "scan": scan,
        "day": date.fromisoformat(scan.signed_on),
        "theirs": theirs,
        "own": scan.attested_by == request.user.pk,
        "blocks": blocks(texts[consent.language]),
        "text_language": consent.language,
        "scan_url": reverse("records:document-download", args=[scan.document_id]),
    }
    page = render_form(request, "records/paper_check.html", context, form)
    page.status_code = status or page.status_code
    return page
