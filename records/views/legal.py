"""Legal process, for staff: what arrives, the register of a record, and answering an order."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_list, record_view
from config import clock
from config.clock import center_day
from config.errors import Conflict
from config.methods import post_only
from records.actions import legal
from records.actions.registers import end_paper
from records.door.legal import mandate_facts, order_facts
from records.door.sections import available_sections
from records.forms.registers import (
    JoinForm,
    LegalArrivedForm,
    LegalOutcomeForm,
    MandateForm,
    OrderForm,
    ReferenceForm,
    ShareForm,
)
from records.models import Person
from records.queries import same_person
from records.queries.consents import people_with_consents_for
from records.queries.registers import legal_requests_for, mandates_for, orders_for
from records.rules.door import SUBPOENA_ALONE, order_refusal, spent
from records.views.door_pages import form_page
from records.views.ways import sent


@staff("records.legal_intake")
@require_http_methods(["GET", "POST"])
def legal_arrived(request: HttpRequest) -> HttpResponse:
    """Take in something legal with the fixed script. The page looks nobody up and shows nobody."""
    form = LegalArrivedForm(sent(request))

    def act(given: dict) -> str:
        legal.take_in(by=request.user, **given)
        return reverse("records:legal-arrived") + "?taken=1"

    page = {
        "template": "records/legal_arrived.html",
        "taken": request.GET.get("taken") == "1",
        "back_url": reverse("records:legal-arrived"),
    }
    return form_page(request, form, page, act)


@staff("records.legal_manage")
@require_http_methods(["GET", "POST"])
def legal_requests(request: HttpRequest) -> HttpResponse:
    """List what arrived and waits; open the register of a record by its reference."""
    rows = list(legal_requests_for(request.user).filter(closed_at=None)[:200])
    form = ReferenceForm(sent(request))
    if request.method == "GET":
        record_list(by=request.user, what="legal requests", shown=rows)

    def act(given: dict) -> str:
        asked = given["reference"].strip().upper()
        person = get_object_or_404(people_with_consents_for(request.user), reference=asked)
        return reverse("records:legal-register", args=[person.pk])

    page = {
        "template": "records/legal_requests.html",
        "rows": rows,
        "now": clock.now(),
        "back_url": "/staff/",
    }
    return form_page(request, form, page, act)


@staff("records.legal_manage")
@require_http_methods(["GET", "POST"])
def legal_request(request: HttpRequest, legal_id: UUID) -> HttpResponse:
    """Show one legal request as it was taken in, and close it."""
    found = get_object_or_404(legal_requests_for(request.user), pk=legal_id)
    form = LegalOutcomeForm(sent(request))
    record_view(by=request.user, person=None, what="legal request", obj=found)

    def act(given: dict) -> str:
        legal.close_request(request=found, outcome=given["outcome"], by=request.user)
        return reverse("records:legal-requests")

    page = {
        "template": "records/legal_request.html",
        "row": found,
        "now": clock.now(),
        "back_url": reverse("records:legal-requests"),
    }
    return form_page(request, form, page, act)


@staff("records.legal_manage")
@require_GET
def legal_register(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show the court orders and subpoenas about one person."""
    person = _person(request, person_id)
    record_view(by=request.user, person=person, what="legal register")
    today = center_day(clock.now())
    orders = [
        {"row": one, "spent": spent(facts, "order", today)}
        for one in orders_for(request.user).filter(person__in=same_person(person))[:100]
        if (facts := order_facts(one))
    ]
    mandates = [
        {"row": one, "spent": spent(facts, "subpoena", today), "order": one.order}
        for one in mandates_for(request.user).filter(person__in=same_person(person))[:100]
        if (facts := mandate_facts(one))
    ]
    context = {"person": person, "orders": orders, "mandates": mandates, "alone": SUBPOENA_ALONE}
    return render(request, "records/legal_register.html", context)


@staff("records.legal_manage")
@require_http_methods(["GET", "POST"])
def order_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Register a court order."""
    person = _person(request, person_id)
    record_view(by=request.user, person=person, what="court order form")
    form = OrderForm(sent(request), request.FILES or None)

    def act(given: dict) -> str:
        legal.register_order(
            person=person, upload=given["file"], recipient=given["recipient"],
            new_recipient=given["new_recipient"], categories=given["categories"], by=request.user,
            submit_key=given["submit_key"], **form.facts(),
        )  # fmt: skip
        return reverse("records:legal-register", args=[person.pk])

    lead = "As it is written. It opens the door only together with its subpoena."
    return form_page(request, form, _register_page(person, "Register a court order", lead), act)


@staff("records.legal_manage")
@require_http_methods(["GET", "POST"])
def mandate_new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Register a subpoena or similar mandate."""
    person = _person(request, person_id)
    record_view(by=request.user, person=person, what="subpoena form")
    orders = orders_for(request.user).filter(person__in=same_person(person), ended_at=None)
    form = MandateForm(sent(request), request.FILES or None, orders=orders)

    def act(given: dict) -> str:
        legal.register_mandate(
            person=person, upload=given["file"], recipient=given["recipient"],
            new_recipient=given["new_recipient"], order=given["order"], by=request.user,
            submit_key=given["submit_key"], **form.facts(),
        )  # fmt: skip
        return reverse("records:legal-register", args=[person.pk])

    return form_page(request, form, _register_page(person, "Register a subpoena", SUBPOENA_ALONE), act)


def _register_page(person: Person, title: str, lead: str) -> dict:
    return {
        "person": person, "title": title, "lead": lead, "button": "Register", "files": True,
        "back_url": reverse("records:legal-register", args=[person.pk]), "back": "Court orders and subpoenas",
    }  # fmt: skip


@staff("records.legal_manage", fresh=True)
@require_http_methods(["GET", "POST"])
def mandate_share(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Answer a subpoena with its court order; alone it is refused with the fixed explanation."""
    mandate = get_object_or_404(mandates_for(request.user), pk=mandate_id)
    person, order = mandate.person, mandate.order
    form = ShareForm(sent(request), available=available_sections(person))

    def act(given: dict) -> str:
        packet = legal.share_on_order(
            person=person, recipient=mandate.recipient, order_id=order.pk if order else None,
            mandate_id=mandate.pk, chosen=given["sections"], medium=given["medium"], by=request.user,
            submit_key=given["submit_key"],
        )  # fmt: skip
        return reverse("records:disclosure", args=[packet.id])

    record_view(by=request.user, person=person, what="answer to a subpoena", obj=mandate)
    refusal = order_refusal(
        order_facts(order), mandate_facts(mandate), person=str(person.pk),
        recipient=str(mandate.recipient_id), today=center_day(clock.now()),
    )  # fmt: skip
    page = _register_page(person, "Answer a court order", f"To {mandate.recipient.called}.")
    page |= {"button": "Share and record it", "files": False, "warning": refusal.sentence if refusal else ""}
    return form_page(request, form, page, act)


@staff("records.legal_manage")
@require_http_methods(["GET", "POST"])
def mandate_join(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """Say which court order a subpoena goes with, when the order came later."""
    mandate = get_object_or_404(mandates_for(request.user), pk=mandate_id)
    orders = orders_for(request.user).filter(
        person=mandate.person, recipient=mandate.recipient, ended_at=None
    )
    form = JoinForm(sent(request), orders=orders)

    def act(given: dict) -> str:
        legal.join(mandate=mandate, order=given["order"], by=request.user)
        return reverse("records:legal-register", args=[mandate.person_id])

    record_view(by=request.user, person=mandate.person, what="subpoena", obj=mandate)
    page = _register_page(mandate.person, "The court order of a subpoena", f"For {mandate.recipient.called}.")
    return form_page(request, form, page | {"button": "It goes with this order", "files": False}, act)


@staff("records.legal_manage")
@post_only
def order_end(request: HttpRequest, order_id: UUID) -> HttpResponse:
    """End a court order at once."""
    return _end(request, get_object_or_404(orders_for(request.user), pk=order_id))


@staff("records.legal_manage")
@post_only
def mandate_end(request: HttpRequest, mandate_id: UUID) -> HttpResponse:
    """End a subpoena at once."""
    return _end(request, get_object_or_404(mandates_for(request.user), pk=mandate_id))


def _end(request: HttpRequest, paper: object) -> HttpResponse:
    back = reverse("records:legal-register", args=[paper.person_id])
    try:
        end_paper(paper=paper, by=request.user)
    except Conflict as conflict:
        return render(request, "409.html", {"message": conflict.message, "back_url": back}, status=409)
    return redirect(back)


def _person(request: HttpRequest, person_id: UUID) -> Person:
    person = people_with_consents_for(request.user).filter(pk=person_id).first()
    if person is None:
        raise Http404
    return person
