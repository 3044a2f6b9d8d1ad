"""What staff do while records can't be opened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in, staff
from audit.actions import record
from config import clock
from config.forms import render_form
from config.pdf import pdf_response
from desk.downtime_kit import downtime_kit
from desk.forms import KitForm


@signed_in
@require_safe
def downtime(request: HttpRequest) -> HttpResponse:
    """Show the downtime card, to print. It holds nothing about anybody, so looking at it is no event."""
    return render(request, "desk/downtime.html", {"form": KitForm()})


@staff("desk.downtime_kit")
@require_safe
def kit(request: HttpRequest) -> HttpResponse:
    """Return the kit to print: emergency card, beds, slots and partners as of now, and blank intake forms."""
    form = KitForm(request.GET or {"forms": KitForm.base_fields["forms"].initial})
    if not form.is_valid():
        return render_form(request, "desk/downtime.html", {}, form)
    forms = form.cleaned_data["forms"]
    record("downtime_kit.made", by=request.user, forms=forms)
    made = downtime_kit(
        user=request.user,
        now=clock.now(),
        forms=forms,
        address=request.build_absolute_uri("/"),
    )
    return pdf_response(made, "downtime-kit")
