"""The register of rules: what each says, where it comes from, who disagrees, and whether anyone signed it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import staff
from programs.register import register


@staff("programs.rules_read")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """Every rule with its condition, source, conflicts and sign-off; about nobody."""
    return render(request, "programs/register.html", {"parts": register()})
