"""The patient notice: drafting, publishing, and noting that a person got it."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from audit.actions import record
from config import clock
from config.clock import center_day
from config.errors import Conflict, Refused
from records.choices_rights import Acknowledged, GivenHow
from records.models import NoticeGiven, PatientNotice, Person
from records.notice_slots import CODES, missing, shipped
from records.queries.notices import current_notice


def _may(by: Any) -> None:
    if not by.has_perm("records.notice_publish"):
        raise Refused("not_allowed", "The privacy officer writes the notice.")


def starting_text(language: str) -> dict[str, str]:
    """Return what a new draft begins with: the newest version, or the text that comes with the product."""
    newest = PatientNotice.objects.filter(version__isnull=False).order_by("-version").first()
    if newest is not None:
        return dict(newest.text_es if language == "es" else newest.text_en)
    center = {
        "center": settings.CENTER_NAME, "address": settings.CENTER_ADDRESS, "phone": settings.PRIVACY_PHONE,
        "mail": settings.PRIVACY_MAILBOX,
    }  # fmt: skip
    texts = shipped(language)
    return {**texts, "contact": texts["contact"].format(**center)}


@transaction.atomic
def save_draft(
    *, text_en: dict[str, str], text_es: dict[str, str], effective_on: date | None, by: Any
) -> PatientNotice:
    """Keep the one draft; published versions are never touched."""
    _may(by)
    draft = PatientNotice.objects.select_for_update().filter(version=None).first()
    draft = draft or PatientNotice(made_by=by)
    draft.text_en = {code: text_en.get(code, "").strip() for code in CODES}
    draft.text_es = {code: text_es.get(code, "").strip() for code in CODES}
    draft.effective_on = effective_on
    draft.save()
    record("notice.drafted", by=by, obj=draft)
    return draft


@transaction.atomic
def publish(*, by: Any) -> PatientNotice:
    """Publish the draft as the next version. Raises Refused naming each empty slot (42 CFR 2.22(b))."""
    _may(by)
    draft = PatientNotice.objects.select_for_update().filter(version=None).first()
    if draft is None:
        raise Conflict("There is no draft to publish.")
    empty = [f"{words} (English)" for words in missing(draft.text_en)]
    empty += [f"{words} (Spanish)" for words in missing(draft.text_es)]
    if empty:
        raise Refused("slots", "Still to be written: " + "; ".join(empty) + ".")
    if not settings.PRIVACY_MAILBOX:
        raise Refused("mailbox", "The notice names an e-mail address. Ask your administrator to set one.")
    now = clock.now()
    if draft.effective_on is None or draft.effective_on < center_day(now):
        raise Refused("effective", "Enter a day from which it holds: today or later", field="effective_on")
    last = PatientNotice.objects.aggregate(last=Max("version"))["last"] or 0
    draft.version, draft.published_at, draft.published_by = last + 1, now, by
    draft.save(update_fields=["version", "published_at", "published_by"])
    record("notice.published", by=by, obj=draft, version=draft.version)
    return draft


@transaction.atomic
def give_notice(*, person: Person, how: str, answer: str, note: str, by: Any) -> NoticeGiven:
    """Note that a person got the notice in force: how, and whether they acknowledged it (42 CFR 2.22(a))."""
    notice = current_notice(center_day(clock.now()))
    if notice is None:
        raise Refused("no_notice", "No notice is published yet. Ask the privacy officer.")
    if how not in GivenHow.values:
        raise Refused("how", "Select how the person got it", field="how")
    if answer not in Acknowledged.values:
        raise Refused("answer", "Select what the person said", field="answer")
    given = NoticeGiven(
        person=person, data_key=person.data_key, notice=notice, given_by=by, how=how, answer=answer,
        note=note.strip() or None, given_at=clock.now(),
    )  # fmt: skip
    given.save(force_insert=True)
    record("notice.given", by=by, obj=given, person=person, version=notice.version, how=str(how))
    return given
