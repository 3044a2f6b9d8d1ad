"""The patient notice for staff: versions, draft, publishing, and giving it to a person."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import staff
from audit.actions import record_view
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from config.methods import post_only
from records.actions import notices
from records.forms.notices import GiveForm, NoticeForm
from records.notice_display import notice_view
from records.notice_slots import CODES, missing
from records.queries import people_for
from records.queries.notices import current_notice, draft_for, notices_for, notices_given_to
from records.views.taking import take
from records.views.ways import sent


@staff("records.notice_publish")
@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """List the versions, and what the draft still lacks."""
    return _notice_list(request)


def _notice_list(request: HttpRequest, problem: str = "") -> HttpResponse:
    draft = draft_for(request.user)
    empty = missing(draft.text_en) + missing(draft.text_es) if draft else []
    context = {
        "versions": [one for one in notices_for(request.user)[:100] if one.version],
        "draft": draft,
        "empty": sorted(set(empty), key=empty.index),
        "current": current_notice(center_day(clock.now())),
        "problem": problem,
    }
    return render(request, "records/notice_list.html", context, status=409 if problem else 200)


@staff("records.notice_publish")
@require_http_methods(["GET", "POST"])
def notice_edit(request: HttpRequest) -> HttpResponse:
    """Write the draft. It begins with the newest version, or with the text that comes with the product."""
    draft = draft_for(request.user)
    english = draft.text_en if draft else notices.starting_text("en")
    spanish = draft.text_es if draft else notices.starting_text("es")
    initial = {f"en_{code}": english.get(code, "") for code in CODES}
    initial |= {f"es_{code}": spanish.get(code, "") for code in CODES}
    initial["effective_on"] = draft.effective_on if draft else None
    form = NoticeForm(sent(request), initial=initial)
    return take(
        request, form=form, template="records/notice_edit.html", page={}, scope="notice.draft",
        url=reverse("records:notice-list"),
        action=lambda given: notices.save_draft(
            text_en=form.texts("en"), text_es=form.texts("es"), effective_on=given["effective_on"],
            by=request.user,
        ),
    )  # fmt: skip


@staff("records.notice_publish", fresh=True)
@post_only
def notice_publish(request: HttpRequest) -> HttpResponse:
    """Publish the draft as the next version."""
    try:
        notices.publish(by=request.user)
    except (Refused, Conflict) as no:
        return _notice_list(request, problem=no.message)
    return redirect("records:notice-list")


@staff("records.notice_publish")
@require_GET
def notice_version(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """Show one version as it was published, in both languages."""
    notice = get_object_or_404(notices_for(request.user).filter(version__isnull=False), pk=notice_id)
    context = {"notice": notice, "views": [(code, notice_view(notice, code)) for code in ("en", "es")]}
    return render(request, "records/notice_version.html", context)


@staff("records.notice_give")
@require_http_methods(["GET", "POST"])
def person_notice(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Show which notices a person was given, and note that they got the one in force."""
    person = get_object_or_404(people_for(request.user), pk=person_id)
    record_view(by=request.user, person=person, what="patient notice")
    page = {
        "person": person,
        "given": notices_given_to(person)[:50],
        "published": current_notice(center_day(clock.now())),
        "public_url": reverse("public:notice"),
        "now": clock.now(),
    }
    return take(
        request, form=GiveForm(sent(request)), template="records/person_notice.html", page=page,
        scope="notice.give", url=reverse("records:person-notice", args=[person.pk]),
        action=lambda given: notices.give_notice(person=person, by=request.user, **given),
    )  # fmt: skip
