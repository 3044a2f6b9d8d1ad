"""Files about a person, for staff: list, store, download."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config.errors import Refused
from config.forms import render_form
from records.actions import documents
from records.files import EXTENSIONS
from records.forms.documents import DocumentForm
from records.models import Document
from records.models.document import MAX_BYTES
from records.queries import documents_for, people_for, same_person
from records.views.ways import sent

SHOWN = 200


@staff("records.document_read")
@require_http_methods(["GET", "POST"])
def document_list(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """List the files of a person, and store another."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    form = DocumentForm(sent(request), request.FILES or None)
    status = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            documents.store(
                person=person, by=request.user, upload=given["file"], kind=given["kind"],
                submit_key=given["submit_key"],
            )  # fmt: skip
            return redirect("records:document-list", person_id=person.pk)
        except Refused as refused:
            form.add_refusal(refused)
            status = 422
    elif request.method == "POST" and _was_too_large(request):
        form.errors["file"] = form.error_class(["The file must be 10 MB or smaller"])
    record_view(by=request.user, person=person, what="documents")
    context = {
        "person": person,
        "documents": documents_for(request.user).filter(person__in=same_person(person))[:SHOWN],
    }
    page = render_form(request, "records/document_list.html", context, form)
    page.status_code = status or page.status_code
    return page


def _was_too_large(request: HttpRequest) -> bool:
    """Say whether the body was over the limit: then no file was read, and the form finds none."""
    size = request.META.get("CONTENT_LENGTH") or "0"
    return size.isdigit() and int(size) > MAX_BYTES and "file" not in request.FILES


@staff("records.document_read")
@require_GET
def document_download(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Hand a file to staff inside the program, as an attachment that no browser runs or renders."""
    document = get_object_or_404(documents_for(request.user), pk=document_id)
    record_view(by=request.user, person=document.person_id, what="document", obj=document)
    try:
        content = documents.opened(document=document, by=request.user)
    except Refused as refused:
        context = {"message": refused.message, "person": document.person}
        return render(request, "records/document_altered.html", context, status=409)
    return as_attachment(document, content)


def as_attachment(document: Document, content: bytes) -> HttpResponse:
    """Return the file with a neutral name, never sniffed, in a sandbox."""
    response = HttpResponse(content, content_type=document.media_type)
    name = f"document-{document.pk.hex[:8]}.{EXTENSIONS[document.media_type]}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
