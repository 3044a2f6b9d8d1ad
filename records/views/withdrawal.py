"""Taking a consent back, and its receipt, for staff."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from records import hooks
from records.accounting import line
from records.actions import consents, withdrawals
from records.choices import NoticeStatus, RecipientKind, RevokedHow
from records.display import names_of
from records.forms.consents import RevokeForm
from records.forms.helpers import NoticeForm
from records.models import WithdrawalNotice
from records.queries import consents_for
from records.queries.consents import disclosed_by, notices_for, notices_of, revocations_of
from records.views.ways import sent


@staff("records.consent_revoke", fresh=True)
@require_http_methods(["GET", "POST"])
def consent_revoke(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Record that the person takes a consent back; it takes effect at once."""
    once_signed = (
        consents_for(request.user).filter(signed_at__isnull=False).prefetch_related("named__recipient")
    )
    consent = get_object_or_404(once_signed, pk=consent_id)
    form = RevokeForm(sent(request), consent=consent, now=clock.now())
    status = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            consents.revoke(
                consent=consent, how=given["how"], received_at=given["received_at"],
                recipient=form.recipient(), note=given["note"], by=request.user,
                submit_key=given["submit_key"],
            )  # fmt: skip
            return redirect("records:consent-receipt", consent_id=consent.pk)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    record_view(by=request.user, person=consent.person_id, what="consent", obj=consent)
    context = {"consent": consent, "person": consent.person, "names": names_of(consent)}
    page = render_form(request, "records/consent_revoke.html", context, form)
    page.status_code = status or page.status_code
    return page


@staff("records.consent_read")
@require_GET
def consent_receipt(request: HttpRequest, consent_id: UUID) -> HttpResponse:
    """Show what a withdrawal stopped and what was already shared and can't be called back."""
    consent = get_object_or_404(
        consents_for(request.user).filter(revocations__isnull=False).distinct(), pk=consent_id
    )
    record_view(by=request.user, person=consent.person_id, what="withdrawal receipt", obj=consent)
    context = {
        "consent": consent,
        "person": consent.person,
        "names": names_of(consent),
        "revocations": revocations_of(consent),
        "shared": [line(one) for one in disclosed_by(consent).select_related("consent")],
        "notices": notices_of(consent),
        "written_missing": not any(one.how == RevokedHow.WRITTEN for one in revocations_of(consent)),
        "now": clock.now(),
    }
    return render(request, "records/consent_receipt.html", context)


@staff("records.consent_revoke")
@require_http_methods(["GET", "POST"])
def withdrawal_notice(request: HttpRequest, withdrawal_notice_id: UUID) -> HttpResponse:
    """Show the fixed words of one notice, and record how it was given."""
    notice = get_object_or_404(notices_for(request.user), pk=withdrawal_notice_id)
    form, status = None, None
    if notice.status == NoticeStatus.DRAFT:
        form = _notice_form(request, notice)
    if request.method == "POST":
        try:
            if form is None:
                raise Conflict("This notice was given already.")
            if form.is_valid():
                given = form.cleaned_data
                withdrawals.give_notice(
                    notice=notice, how=given["how"], email=given.get("email", ""), by=request.user,
                    submit_key=given["submit_key"],
                )  # fmt: skip
                return redirect("records:withdrawal-notice", withdrawal_notice_id=notice.pk)
        except Conflict as conflict:
            back = reverse("records:withdrawal-notice", args=[notice.pk])
            context = {"message": conflict.message, "back": back}
            return render(request, "records/conflict.html", context, status=409)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    record_view(by=request.user, person=notice.person_id, what="notice of withdrawal", obj=notice)
    context = {
        "person": notice.person,
        "notice": notice,
        "parts": notice.text.split("\n\n"),
        "chip": ("attention" if form else "success", notice.get_status_display()),
        "back": reverse("records:consent-receipt", args=[notice.revocation.consent_id]),
    }
    if form is None:
        return render(request, "records/withdrawal_notice.html", context)
    page = render_form(request, "records/withdrawal_notice.html", context, form)
    page.status_code = status or page.status_code
    return page


def _notice_form(request: HttpRequest, notice: WithdrawalNotice) -> NoticeForm:
    """Offer e-mail for offices only: a relative or friend is told on paper or by phone."""
    may_mail = notice.recipient.kind != RecipientKind.HELPER
    left_out = {NoticeStatus.DRAFT} if may_mail else {NoticeStatus.DRAFT, NoticeStatus.MAILED}
    choices = [(one.value, one.label) for one in NoticeStatus if one not in left_out]
    email = next((one for one in (ask(notice.recipient) for ask in hooks.office_email) if one), "")
    return NoticeForm(sent(request), initial={"email": email}, choices=choices, may_mail=may_mail)
