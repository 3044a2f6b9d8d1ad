"""Opening one record in an emergency."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.access import staff
from accounts.throttle import allow
from config.errors import Refused
from config.forms import render_form
from desk.queries import person_by_reference
from records.actions.break_glass import open_in_emergency
from records.break_glass import SESSION_KEY
from records.forms.access import EmergencyForm
from records.queries import people_for
from records.views.ways import sent


@staff("records.break_glass", fresh=True)
@require_http_methods(["GET", "POST"])
def open_record(request: HttpRequest) -> HttpResponse:
    """Say what it does; with a reference, a reason and words, open that record for 30 minutes."""
    form = EmergencyForm(sent(request), initial={"reference": request.GET.get("reference", "")[:20]})
    if request.method == "POST" and form.is_valid():
        if not allow("break_glass", str(request.user.pk), limit=10, seconds=600):
            return render(request, "429.html", status=429)
        given = form.cleaned_data
        person = person_by_reference(given["reference"])
        if person is None:
            form.add_error("reference", "No record has this reference. Ask for it again")
        elif people_for(request.user).filter(pk=person.pk).exists():
            return redirect("desk:person", person_id=person.pk)
        else:
            try:
                open_in_emergency(
                    by=request.user, person=person, reason=given["reason"], words=given["words"]
                )
            except Refused as refused:
                form.add_refusal(refused)
            else:
                request.session[SESSION_KEY] = True
                return redirect("desk:person", person_id=person.pk)
    return render_form(request, "records/break_glass.html", {}, form)
