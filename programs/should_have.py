"""Reads what an admission should have, from wherever it is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from config.templatetags.ui import clock_day
from intake.models import Episode
from intake.queries import episodes_for
from intake.queries_coverage import Coverage, coverage
from programs.choices_admission import ContactKind, Preparation, PreparationState
from programs.display import done_by
from programs.models import ArrivalPlan, CareContact, ChecklistItem, OpenItem
from programs.rules.should_have import Known, Should, should_have
from records.choices import Category, ConsentStatus, Purpose, RecipientKind
from records.models import Consent, Recipient
from records.queries.consents import live_consents, recipients_to_name
from records.queries.notices import answered_notice
from records.queries.people import same_person

CHECKLIST_COVERS = (Category.PRESENCE, Category.SOCIAL)
"""What a consent covers that lets a helper have the checklist: coming here, and home, family and work."""
_NOTHING_WRITTEN = {"state": str(PreparationState.OPEN), "owner": "", "note": ""}


def shoulds_of(episode: Episode, now: datetime, covered: Coverage | None = None) -> tuple[Should, ...]:
    """Return everything that an admission of this episode should have, with what is there.

    `covered`: how it stands with who pays, when that was read already.
    """
    person = episode.person
    whole = same_person(person)
    plan = arrival_of(episode)
    covered = covered or coverage(episode, now)
    signed = Consent.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=now),
        person__in=whole,
        status=ConsentStatus.SIGNED,
        signed_at__gte=episode.opened_at,
    )
    signatures = list(signed.order_by("-signed_at").values_list("signed_at", flat=True))
    finished = ChecklistItem.objects.filter(episode=episode).exclude(state=PreparationState.OPEN)
    prepared = list(
        finished.order_by("-updated_at", "id").values_list("updated_by__display_name", "updated_at")
    )
    notice, paid = answered_notice(person.pk), covered.decided
    emergency = contacts_of(episode).filter(kind=ContactKind.EMERGENCY).select_related("made_by").last()
    who = {
        "notice": done_by(notice.given_by, notice.given_at, now) if notice else "",
        "consent": f"Last signed {clock_day(signatures[0], now)}" if signatures else "",
        "benefits": done_by(paid.made_by, paid.made_at, now) if paid else "",
        "emergency": done_by(emergency.made_by, emergency.made_at, now) if emergency else "",
        "arrival": done_by(plan.made_by, plan.made_at, now) if plan else "",
        "checklist": f"Last {prepared[0][0]}, {clock_day(prepared[0][1], now)}" if prepared else "",
    }
    known = Known(
        notice_given=notice is not None,
        consents=len(signatures),
        benefits=covered.words,
        benefits_settled=covered.settled,
        emergency_contact=emergency is not None,
        arrival=f"Expected {clock_day(plan.expected_at, now)}" if plan else "",
        prepared=len(prepared),
        to_prepare=len(Preparation.values),
        who=who,
    )
    return should_have(known)


def where(item: str, episode: Episode) -> str:
    """Return the address at which one thing is done."""
    if item == "notice":
        return reverse("records:person-notice", args=[episode.person_id])
    if item == "consent":
        return reverse("records:consent-prepare", args=[episode.person_id])
    if item == "benefits":
        return reverse("intake:coverage", args=[episode.pk])
    page = {"emergency": "care-contacts", "arrival": "arrival", "checklist": "checklist"}[item]
    return reverse(f"programs:{page}", args=[episode.pk])


def arrival_of(episode: Episode) -> ArrivalPlan | None:
    """Return how the person is expected to come, as last planned."""
    plans = ArrivalPlan.objects.filter(episode=episode).select_related("data_key", "made_by")
    return plans.order_by("-made_at", "-id").first()


def contacts_of(episode: Episode) -> QuerySet[CareContact]:
    """Return who else cares for the person, and whom to call in an emergency."""
    live = CareContact.objects.filter(person__in=same_person(episode.person), ended_at=None)
    return live.select_related("data_key", "recipient__data_key").order_by("kind", "made_at", "id")


def checklist_of(episode: Episode) -> dict[str, ChecklistItem]:
    """Return what was written about each thing to prepare; what is missing is open."""
    rows = ChecklistItem.objects.filter(episode=episode).select_related("data_key", "updated_by")
    return {one.item: one for one in rows}


def checklist_rows(episode: Episode) -> list[dict[str, Any]]:
    """Return all seven things to prepare, as plain values; what nobody wrote about is open."""
    written = checklist_of(episode)
    rows = []
    for item in Preparation.values:
        row = written.get(item)
        done = row.done_on.isoformat() if row and row.done_on else None
        said = {"state": row.state, "owner": row.owner, "note": row.note} if row else _NOTHING_WRITTEN
        rows.append({"item": item, "done_on": done, **said})
    return rows


def helpers_to_share(episode: Episode, now: datetime) -> list[Recipient]:
    """Return the helpers whom a consent lets have the checklist now."""
    helpers = Recipient.objects.filter(person__in=same_person(episode.person), active=True)
    found = list(helpers.select_related("data_key").order_by("created_at", "id"))
    live = live_consents(episode.person, found, Purpose.FAMILY, CHECKLIST_COVERS, now)
    return [one for one in found if one.pk in live]


def open_items_for(user: Any) -> QuerySet[OpenItem]:
    """Return what was left open at admissions of people whose record `user` may open, soonest due first."""
    return (
        OpenItem.objects.filter(done_at=None, admission__undo=None, admission__episode__in=episodes_for(user))
        .select_related("admission__episode__person__data_key", "data_key", "owner")
        .order_by("due_at", "id")
    )


def left_open(user: Any, episode_id: UUID) -> QuerySet[OpenItem]:
    """Return what is still open after the admission of an episode."""
    return open_items_for(user).filter(admission__episode_id=episode_id)


def recipients_of(episode: Episode) -> list[Recipient]:
    """Return whom a consent of this person can name: prescribers and clinics, then the person's helpers."""
    helpers = Recipient.objects.filter(person__in=same_person(episode.person), active=True)
    known = recipients_to_name().filter(kind__in=[RecipientKind.PRESCRIBER, RecipientKind.OTHER])
    return [*known, *helpers.select_related("data_key").order_by("created_at", "id")]


def contact_rows(episode: Episode, now: datetime) -> list[dict[str, Any]]:
    """Return each contact with whether a consent lets us speak with them now, and until when."""
    contacts = list(contacts_of(episode))
    named = {one.recipient_id: one.recipient for one in contacts if one.recipient}
    helpers = [one for one in named.values() if one.kind == RecipientKind.HELPER]
    others = [one for one in named.values() if one.kind != RecipientKind.HELPER]
    live = {
        **live_consents(episode.person, helpers, Purpose.FAMILY, (), now),
        **live_consents(episode.person, others, Purpose.TREATMENT, (), now),
    }
    return [{"contact": one, "consent": live.get(one.recipient_id)} for one in contacts]
