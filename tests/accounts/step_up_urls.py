"""A page that wants a fresh sign-in, one that exports, and all that the product has."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.views.decorators.http import require_GET

from accounts.access import signed_in, staff
from config import urls

handler403, handler404 = urls.handler403, urls.handler404


@signed_in(fresh=True)
def act(request: HttpRequest) -> HttpResponse:
    """Say what arrived."""
    files = {name: [one.read().decode() for one in request.FILES.getlist(name)] for name in request.FILES}
    return JsonResponse({"fields": dict(request.POST.lists()), "files": files, "method": request.method})


@staff("accounts.sessions_end", fresh=True, export=True)
@require_GET
def export(request: HttpRequest) -> HttpResponse:
    """Hand out a file."""
    return HttpResponse("a,b", content_type="text/csv")


urlpatterns = [
    path("staff/try/act/", act, name="try-act"),
    path("staff/try/export/", export, name="try-export"),
    *urls.urlpatterns,
]
