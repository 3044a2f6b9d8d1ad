"""Loading the directory from a file and giving it out: for supervisors and administrators."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import staff
from config import clock
from config.errors import Refused
from config.forms import SubmitForm, render_form
from config.spreadsheet import csv_response
from referrals.actions.directory_import import export_rows, import_for_real, request_import
from referrals.actions.once import once
from referrals.choices import ImportStatus
from referrals.forms.directory_file import DirectoryFileForm
from referrals.models import DirectoryImport
from referrals.queries import facilities_for
from referrals.queries_directory import imports_for
from referrals.rules.directory_file import COLUMNS, REQUIRED
from referrals.rules.samhsa import GROUPS

RECENT = 10


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Take a file, or list what was loaded lately."""
    form = DirectoryFileForm(request.POST, request.FILES) if request.method == "POST" else DirectoryFileForm()
    page = {
        "recent": list(imports_for(request.user).defer("content", "errors")[:RECENT]),
        "columns": COLUMNS,
        "required": REQUIRED,
        "groups": [(name, sorted(codes.items())) for name, codes in GROUPS.items()],
        "now": clock.now(),
    }
    if request.method != "POST" or not form.is_valid():
        return render_form(request, "referrals/import.html", page, form)
    asked: list[DirectoryImport] = []

    def take_file() -> None:
        given = form.cleaned_data
        asked.append(
            request_import(
                filename=given["file"].name,
                content=given["file"].read(),
                dry_run=given["dry_run"],
                by=request.user,
            )
        )

    here = reverse("referrals:import-new")
    try:
        once(
            form.cleaned_data["submit_key"],
            scope="directory.import",
            by=request.user,
            url=here,
            action=take_file,
        )
    except Refused as refused:
        form.add_error("file", refused.message)
        return render_form(request, "referrals/import.html", page, form)
    return redirect("referrals:import", asked[0].pk)


@staff("referrals.facility_change")
@require_http_methods(["GET", "HEAD", "POST"])
def import_page(request: HttpRequest, import_id: UUID) -> HttpResponse:
    """Show how far a file is and what came of it; a POST loads a dry run's file for real."""
    asked = get_object_or_404(imports_for(request.user), pk=import_id)
    if request.method != "POST":
        return render(request, "referrals/import_page.html", _page(asked))
    form = SubmitForm(request.POST)
    form.is_valid()
    try:
        loaded = once(
            form.cleaned_data["submit_key"],
            scope="directory.import_for_real",
            by=request.user,
            url=reverse("referrals:import-new"),
            action=lambda: import_for_real(tried=asked, by=request.user),
        )
    except Refused as refused:
        return render(request, "referrals/import_page.html", _page(asked, refused.message), status=422)
    return redirect("referrals:import", loaded.pk)


def _page(asked: DirectoryImport, refused: str = "") -> dict[str, Any]:
    would = "would be " if asked.dry_run else ""
    counts = [
        (f"{would}added".capitalize(), asked.added),
        (f"{would}brought up to date".capitalize(), asked.changed),
        ("The same as before", asked.same),
        ("Kept as our staff entered or checked them", asked.kept),
        ("Rows with errors, left out", asked.error_count),
    ]
    return {
        "asked": asked,
        "counts": counts,
        "refused": refused,
        "key": uuid4(),
        "running": asked.status != ImportStatus.DONE,
        "more_errors": asked.error_count > len({line for line, _, _ in asked.errors}),
        "now": clock.now(),
    }


@staff("referrals.facility_change")
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Give out the directory as a CSV file that can be loaded again."""
    facilities = facilities_for(request.user, all_of_them=True)
    return csv_response("partners", COLUMNS, export_rows(facilities=facilities, by=request.user))
