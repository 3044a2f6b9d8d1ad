"""Written agreements, for staff: the register, and sharing on one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from config.errors import Conflict
from config.methods import post_only
from records.actions.agreements import register_agreement, share_on_agreement
from records.actions.registers import end_paper
from records.display import category_labels
from records.door.agreements import agreement_facts
from records.door.sections import available_sections
from records.forms.registers import AgreementForm, AgreementShareForm
from records.queries.consents import people_with_consents_for
from records.queries.registers import agreements_for, agreements_to_share_on
from records.rules.door import spent
from records.views.door_pages import form_page
from records.views.ways import sent


@staff("records.agreement_manage")
@require_GET
def agreement_list(request: HttpRequest) -> HttpResponse:
    """List the written agreements, those that last longest first."""
    today = center_day(clock.now())
    rows = [
        {"row": one, "what": category_labels(one.categories), "spent": spent(facts, "agreement", today)}
        for one in agreements_for(request.user)[:200]
        if (facts := agreement_facts(one))
    ]
    return render(request, "records/agreements.html", {"rows": rows})


@staff("records.agreement_manage")
@require_http_methods(["GET", "POST"])
def agreement_new(request: HttpRequest) -> HttpResponse:
    """Register a signed agreement."""
    form = AgreementForm(sent(request), request.FILES or None, now=clock.now())

    def act(given: dict) -> str:
        upload = given.pop("file")
        register_agreement(upload=upload, by=request.user, **given)
        return reverse("records:agreement-list")

    page = {
        "title": "Register an agreement",
        "lead": "Signed by both sides. Without a live one nothing leaves on it.",
        "button": "Register",
        "files": True,
        "back_url": reverse("records:agreement-list"),
        "back": "Agreements",
    }
    return form_page(request, form, page, act)


@staff("records.agreement_manage")
@post_only
def agreement_end(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """End an agreement at once."""
    found = get_object_or_404(agreements_for(request.user), pk=agreement_id)
    try:
        end_paper(paper=found, by=request.user)
    except Conflict as conflict:
        page = {"message": conflict.message, "back_url": reverse("records:agreement-list")}
        return render(request, "409.html", page, status=409)
    return redirect("records:agreement-list")


@staff("records.qso_share", fresh=True)
@require_http_methods(["GET", "POST"])
def agreement_share(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Share sections of one record with the other party of an agreement."""
    person = get_object_or_404(people_with_consents_for(request.user), pk=person_id)
    agreements = agreements_to_share_on(request.user)
    form = AgreementShareForm(sent(request), available=available_sections(person), agreements=agreements)

    def act(given: dict) -> str:
        packet = share_on_agreement(
            person=person, agreement=given["agreement"], chosen=given["sections"], medium=given["medium"],
            by=request.user, submit_key=given["submit_key"],
        )  # fmt: skip
        return reverse("records:disclosure", args=[packet.id])

    record_view(by=request.user, person=person, what="sharing on an agreement")
    page = {
        "person": person,
        "title": "Share on an agreement",
        "lead": "With a service organisation, an auditor or a researcher who signed one.",
        "button": "Share and record it",
        "back_url": reverse("records:without-consent", args=[person.pk]),
        "back": "Without consent",
    }
    return form_page(request, form, page, act)
