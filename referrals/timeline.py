"""What happened to a referral, in order: for staff with names and words, for a partner its own part only."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from accounts.models import User
from referrals.choices import LateDecision
from referrals.models import LateAnswer, Offer, OfferMessage, OfferStatusChange, Referral
from referrals.workflow import UNDO, step_named

MOST = 200
"""How many lines a timeline shows; the newest."""
_DONE = {
    "send": noop("Sent"),
    "open": noop("Opened with the code"),
    "ask": noop("Question"),
    "answer": noop("Question answered"),
    "accept": noop("Accepted"),
    "waitlist": noop("Put on the waitlist"),
    "hold": noop("Put on hold"),
    "resume": noop("Asked again"),
    "decline": noop("Declined"),
    "take_back": noop("Took the yes back"),
    "person_declines": noop("The person said no"),
    "arrive": noop("Arrived"),
    "miss": noop("Did not arrive"),
    "reschedule": noop("New arrival time"),
    "send_clearance": noop("Clearance sent"),
    "withdraw": noop("Withdrawn"),
    "close": noop("Closed"),
    "come_back": noop("Came back"),
    **dict.fromkeys(UNDO, "Not back after all: the admission was a mistake"),
    "expire": noop("Time was over"),
    "plan_discharge": noop("Day of discharge expected"),
    "left_early": noop("Left early"),
    "back_there": noop("Back at the facility"),
}
_PARTNER_SEES = frozenset(_DONE) - {"person_declines", "withdraw", "close", "expire", "come_back", *UNDO}


def referral_timeline(offers: Iterable[Offer], *, with_facility: bool = True) -> list[dict[str, Any]]:
    """Return every step, call, question and late answer of these offers, newest first, as template rows."""
    ids = [offer.pk for offer in offers]
    names = {offer.pk: offer.facility.recipient.name for offer in offers} if with_facility else {}
    changes = list(OfferStatusChange.objects.filter(offer__in=ids).order_by("-at", "-id")[:MOST])
    talks = list(OfferMessage.objects.filter(offer__in=ids).order_by("-at", "-id")[:MOST])
    late = list(LateAnswer.objects.filter(offer__in=ids).order_by("-at", "-id")[:MOST])
    staff = _staff_names(changes, talks, late)
    rows = [_of_change(one, names, staff) for one in changes]
    rows += [_of_message(one, names, staff) for one in talks if one.kind not in {"question", "answer"}]
    rows += [_of_late(one, names, staff) for one in late]
    return sorted(rows, key=lambda row: row["at"], reverse=True)[:MOST]


def with_person_calls(rows: list[dict[str, Any]], referral: Referral) -> list[dict[str, Any]]:
    """Return a referral's timeline with the calls to the person among its rows, newest first."""
    calls = referral.person_calls.select_related("by", "data_key").order_by("-at", "-id")[:MOST]
    told = [
        {
            "at": one.at,
            "title": f"Call to the person: {one.get_outcome_display().lower()}",
            "by": one.by.display_name,
            "note": one.note or "",
        }
        for one in calls
    ]
    return sorted([*rows, *told], key=lambda row: row["at"], reverse=True)[:MOST]


def partner_timeline(offer: Offer) -> list[dict[str, Any]]:
    """Return what a partner may read of its own offer: steps without reasons or names, oldest first."""
    if offer.ended_at is not None:
        return []
    changes = offer.changes.filter(step__in=_PARTNER_SEES).order_by("at", "id")[:MOST]
    return [
        {"at": one.at, "title": _(_title(one.step)), "by": _("you") if _was_theirs(one) else _("us")}
        for one in changes
    ]


def _was_theirs(change: OfferStatusChange) -> bool:
    return change.actor_kind == "partner" or bool(change.told_by)


def _title(step: str) -> str:
    known = step_named(step)
    return _DONE.get(step) or (known.label if known else step)


def _staff_names(changes: list, talks: list, late: list) -> dict[Any, str]:
    ids = {one.actor_id for one in (*changes, *talks) if one.actor_kind == "staff"}
    ids |= {one.recorded_by_id for one in late} | {one.decided_by_id for one in late}
    return {one.pk: one.display_name for one in User.objects.filter(pk__in=ids - {None})}


def _by(one: Any, staff: dict[Any, str]) -> str:
    if one.actor_kind == "staff":
        return staff.get(one.actor_id, "staff")
    return {"partner": "partner, by link", "system": "by rule"}.get(one.actor_kind, one.actor_kind)


def _of_change(one: OfferStatusChange, names: dict[Any, str], staff: dict[Any, str]) -> dict[str, Any]:
    told = f"{one.get_told_by_display()}: {one.said_by}" if one.told_by else ""
    parts = [names.get(one.offer_id, ""), told, one.reason.replace("_", " ")]
    return {
        "at": one.at,
        "title": _title(one.step),
        "by": _by(one, staff),
        "note": " · ".join(part for part in parts if part),
    }


def _of_message(one: OfferMessage, names: dict[Any, str], staff: dict[Any, str]) -> dict[str, Any]:
    title = str(one.get_kind_display())
    if one.outcome:
        title = f"{title}: {one.get_outcome_display().lower()}"
    parts = [names.get(one.offer_id, ""), one.said_by or "", one.text]
    return {
        "at": one.at,
        "title": title,
        "by": _by(one, staff),
        "note": " · ".join(part for part in parts if part),
    }


def _of_late(one: LateAnswer, names: dict[Any, str], staff: dict[Any, str]) -> dict[str, Any]:
    decided = (
        f"{LateDecision(one.decision).label} ({staff.get(one.decided_by_id, '')})" if one.decision else ""
    )
    said = one.said.get("note", "")
    parts = [
        names.get(one.offer_id, ""),
        str(one.get_kind_display()),
        one.said.get("name", ""),
        said,
        decided,
    ]
    return {
        "at": one.at,
        "title": "Answered after the time",
        "by": staff.get(one.recorded_by_id, "partner, by link"),
        "note": " · ".join(part for part in parts if part),
    }
