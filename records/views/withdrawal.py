"""Taking a consent back, and its receipt, for staff."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.errors import Refused
from config.forms import render_form
from outbox.submit import AlreadyDone
from records.accounting import line
from records.actions import consents
from records.display import names_of
from records.forms.consents import RevokeForm
from records.queries import consents_for
from records.queries.consents import disclosed_by, revocations_of
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
        except AlreadyDone as done:
            return redirect(done.url)
        except Refused as refused:
            form.add_error(refused.field, refused.message)
            status = 422
    if request.method == "GET":
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
        "now": clock.now(),
    }
    return render(request, "records/consent_receipt.html", context)
