"""The list of decisions that differ from the suggestion, for supervisors and clinicians."""

from collections import Counter

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import staff
from audit.actions import record_list
from config import clock
from programs.overrides import in_words, overrides_for

SHOWN = 500


@staff("programs.overrides_read")
@require_safe
def overrides(request: HttpRequest) -> HttpResponse:
    """The newest such decisions, at most `SHOWN`, by reference and without names."""
    found = list(overrides_for(request.user)[: SHOWN + 1])
    more, shown = len(found) > SHOWN, found[:SHOWN]
    record_list(by=request.user, what="decisions that differ", shown=shown)
    rows = in_words(shown)
    ways = Counter(row.way for row in rows)
    context = {
        "rows": rows,
        "total": f"{len(shown)}+" if more else str(len(shown)),
        "shown": len(shown),
        "more": more,
        "ways": [
            (ways["up"], "to more care"),
            (ways["down"], "to less care"),
            (ways["same"], "to the same level"),
            (ways["elsewhere"], "elsewhere"),
        ],
        "now": clock.now(),
    }
    return render(request, "programs/override_list.html", context)
