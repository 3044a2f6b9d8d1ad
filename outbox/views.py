"""Is everything alive?"""

from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse

from accounts.access import public
from outbox import heartbeats


@public
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, relay, beat and worker are alive; 503 naming those that are not."""
    try:
        missing = heartbeats.stale()
    except DatabaseError:
        missing = ["database"]
    return JsonResponse(
        {"status": "unavailable" if missing else "ok", "stale": missing}, status=503 if missing else 200
    )
