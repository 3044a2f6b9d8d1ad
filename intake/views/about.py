"""What staff may read about the instruments: licences, sources, versions, and the notice of LOINC."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in
from intake.instrument_wording import packs
from intake.rules.catalogue import FORMS


@signed_in
@require_safe
def about(request: HttpRequest) -> HttpResponse:
    """Name every instrument's licence and source, its codes, and the text packs of this site."""
    installed = packs(settings.INSTRUMENT_TEXT_FOLDER)
    rows = [
        {
            "form": form,
            "instrument": form.instrument,
            "packs": [wording for (name, _), wording in installed.items() if name == form.id],
        }
        for form in FORMS
        if form.instrument is not None
    ]
    return render(request, "intake/instruments/about.html", {"rows": rows})
