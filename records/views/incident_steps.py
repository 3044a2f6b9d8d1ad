"""What the privacy officer and supervisors do with an incident: facts, people, decision, reports, letters."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from config import clock
from config.errors import Conflict, Refused
from config.forms import render_form
from config.methods import post_only
from config.pdf import pdf_response
from config.pdf import render as render_pdf
from records.actions import incident_decisions, incidents
from records.actions.incident_decisions import FACTORS, LETTER_PARTS
from records.display_rights import letter
from records.forms.incidents import DecisionForm, FactsForm, LetterForm, LetterTextForm, PersonForm
from records.models import Incident
from records.queries.incidents import affected_of, due_duties, incidents_for, person_by_reference
from records.views.incidents import incident_url
from records.views.taking import take
from records.views.ways import sent

HANDLE = "records.incident_handle"


def _form_page(
    request: HttpRequest, found: Incident, form: Any, title: str, button: str,
    action: Callable[[dict[str, Any]], Any],
) -> HttpResponse:  # fmt: skip
    return take(
        request, form=form, template="records/incident_form.html",
        page={"incident": found, "title": title, "button": button}, scope=f"incident {title}"[:60],
        url=incident_url(found.pk), action=action,
    )  # fmt: skip


def _found(request: HttpRequest, incident_id: UUID) -> Incident:
    return get_object_or_404(incidents_for(request.user), pk=incident_id)


@staff(HANDLE)
@require_http_methods(["GET", "POST"])
def facts(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Fill in what is known."""
    found = _found(request, incident_id)
    known = found.details
    counts = "\n".join(f"{state} {number}".strip() for state, number in known.get("by_state", {}).items())
    initial = {**known, "encrypted": found.encrypted, "by_state": counts}

    def act(given: dict[str, Any]) -> None:
        encrypted = given.pop("encrypted")
        for name in ("occurred_from", "occurred_until"):
            given[name] = given[name].isoformat() if given[name] else ""
        incidents.change_facts(incident=found, by=request.user, details=given, encrypted=encrypted)

    return _form_page(request, found, FactsForm(sent(request), initial=initial), "Facts", "Save", act)


@staff(HANDLE)
@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Put somebody on the list of people whom the incident touches."""
    found = _found(request, incident_id)

    def act(given: dict[str, Any]) -> None:
        person = person_by_reference(request.user, given["reference"])
        if person is None:
            raise Refused("unknown", "No record has this reference", field="reference")
        incidents.add_person(incident=found, person=person, state=given["state"], by=request.user)

    return _form_page(request, found, PersonForm(sent(request)), "Add a person", "Add", act)


@staff(HANDLE, fresh=True)
@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Write down the four factors and propose a decision; somebody else approves it."""
    found = _found(request, incident_id)
    initial = {name: getattr(found, name) for name in FACTORS} | {"outcome": found.outcome}

    def act(given: dict[str, Any]) -> None:
        outcome = given.pop("outcome")
        incident_decisions.propose(incident=found, outcome=outcome, factors=given, by=request.user)

    form = DecisionForm(sent(request), initial=initial)
    return _form_page(request, found, form, "Is it a breach?", "Propose", act)


@staff(HANDLE, fresh=True)
@post_only
def approve(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Decide as proposed."""
    return _press(request, incident_id, incident_decisions.approve)


@staff(HANDLE)
@post_only
def send_back(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Take the proposal away."""
    return _press(request, incident_id, incident_decisions.send_back)


def _press(request: HttpRequest, incident_id: UUID, act: Callable[..., Any]) -> HttpResponse:
    found = _found(request, incident_id)
    try:
        act(incident=found, by=request.user)
    except (Refused, Conflict) as no:
        page = {"message": no.message, "back": incident_url(found.pk)}
        return render(request, "records/conflict.html", page, status=409)
    return redirect(incident_url(found.pk))


@staff(HANDLE)
@post_only
def duty_done(request: HttpRequest, duty_id: UUID) -> HttpResponse:
    """Note that a report was made."""
    duty = get_object_or_404(due_duties(request.user), pk=duty_id)
    try:
        incidents.finish_duty(duty=duty, by=request.user)
    except Conflict as conflict:
        page = {"message": conflict.message, "back": incident_url(duty.incident_id)}
        return render(request, "records/conflict.html", page, status=409)
    return redirect(incident_url(duty.incident_id))


@staff(HANDLE)
@require_http_methods(["GET", "POST"])
def letter_text(request: HttpRequest, incident_id: UUID) -> HttpResponse:
    """Write the parts of the letters once for everybody."""
    found = _found(request, incident_id)
    initial = {name: found.details.get(name, "") for name in LETTER_PARTS}

    def act(given: dict[str, Any]) -> None:
        until = given.pop("delay_until")
        incident_decisions.write_letter(incident=found, texts=given, delay_until=until, by=request.user)

    form = LetterTextForm(sent(request), initial=initial | {"delay_until": found.delay_until})
    return _form_page(request, found, form, "What the letters say", "Save", act)


@staff(HANDLE, fresh=True)
@require_http_methods(["GET", "POST"])
def letter_print(request: HttpRequest, affected_id: UUID) -> HttpResponse:
    """Make the letter to one person as a PDF to print. The address typed here is not kept."""
    affected = get_object_or_404(affected_of(request.user), pk=affected_id)
    form = LetterForm(sent(request))
    page = {"incident": affected.incident, "title": "Letter", "button": "Make the letter", "many": True}
    if request.method == "POST" and form.is_valid():
        try:
            texts = incident_decisions.letter_for(affected=affected, by=request.user)
        except Refused as refused:
            form.add_error(None, refused.message)
            return render_form(request, "records/incident_form.html", page, form)
        person = affected.person
        data = letter(person.name, form.cleaned_data["address"], texts, person.language, clock.now())
        return pdf_response(render_pdf("letter", data, title="Letter", language=person.language), "letter")
    return render_form(request, "records/incident_form.html", page, form)
