"""One disclosure as it left, for staff: what to read out or hand over, with the notices that go along."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from accounts.access import staff
from audit.actions import record_view
from config import clock
from records.choices import Category, Medium
from records.choices_door import BasisCode
from records.notices import statement
from records.queries.disclosed import packets_for


@staff("records.packet_read")
@require_GET
def disclosure(request: HttpRequest, disclosure_id: UUID) -> HttpResponse:
    """Show what left through the door without consent, from its accounting row, to read out or print."""
    row = get_object_or_404(packets_for(request.user), pk=disclosure_id)
    record_view(by=request.user, person=row.person_id, what="disclosure", obj=row)
    sections = row.content["sections"]
    accounting = "Accounting of disclosures" if row.subject.startswith("accounting:") else ""
    parts = [(accounting or str(one.label), sections[one]) for one in Category if one in sections]
    context = {
        "row": row,
        "person": row.person,
        "basis": BasisCode(row.basis).label,
        "emergency": row.emergency,
        "order": row.order,
        "mandate": row.mandate,
        "agreement": row.agreement,
        "check": row.identity_check,
        "parts": parts,
        "notices": row.content.get("notices", []),
        "redisclosure": row.content.get("redisclosure", ""),
        "notice": statement(),
        "by_phone": row.medium == Medium.PHONE,
        "kept_apart": Category.COUNSELING_NOTES in row.categories,
        "now": clock.now(),
    }
    return render(request, "records/disclosure.html", context)
