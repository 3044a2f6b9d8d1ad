"""What staff do while records can't be opened."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import signed_in


@signed_in
@require_safe
def downtime(request: HttpRequest) -> HttpResponse:
    """Show the downtime card, to print. It holds nothing about anybody, so looking at it is no event."""
    return render(request, "desk/downtime.html")
