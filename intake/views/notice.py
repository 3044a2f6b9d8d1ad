"""The patient notice for everybody: a page to read, print or enlarge, and a PDF."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.access import public
from config import clock
from config.clock import center_day
from config.pdf import pdf_response, render
from intake.views.public import page
from records.notice_display import notice_document, notice_view
from records.queries.notices import current_notice


def _language() -> str:
    return "es" if get_language() == "es" else "en"


@public
@require_safe
def notice(request: HttpRequest) -> HttpResponse:
    """Show the notice in force, to anybody, at an address that stays (42 CFR 2.22(c))."""
    current = current_notice(center_day(clock.now()))
    shown = notice_view(current, _language()) if current else None
    return page(request, "patient_notice.html", {"shown": shown, "large": "large" in request.GET})


@public
@require_safe
def notice_pdf(request: HttpRequest) -> HttpResponse:
    """Hand out the notice in force as an accessible PDF."""
    current = current_notice(center_day(clock.now()))
    if current is None:
        raise Http404
    language = _language()
    title = notice_view(current, language)["title"]
    content = render("document", notice_document(current, language), title=title, language=language)
    return pdf_response(content, "notice")
