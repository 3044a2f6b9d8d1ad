"""Rows of Today about partners: what is next on each referral, and what a partner asked of us."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse

from config.clock import center_day
from config.templatetags.ui import day
from desk.today_rows import LIMIT, Item
from intake.picture import center_zone
from referrals.choices import AskKind
from referrals.queries import (
    due_words,
    facilities_for,
    next_names,
    open_asks_for,
    person_calls_due,
    work_list,
)
from referrals.queries_usable import to_show_again, worked_with


def of_referrals(user: Any, now: datetime) -> list[Item]:
    """Return what is next on each open referral."""
    found = list(work_list(user)[:LIMIT])
    names = next_names(user, found)
    return [
        Item(
            due_at=one.next_due_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why=due_words(one, names),
            action="Open",
            url=reverse("referrals:referral", args=[one.pk]),
            kind="partner",
            urgent=one.escalated_at is not None,
        )
        for one in found
    ]


def of_person_calls(user: Any, now: datetime) -> list[Item]:
    """Return who waits for a partner and is to be asked how they are."""
    return [
        Item(
            due_at=one.person_call_at,
            who=one.episode.person.called,
            reference=one.episode.reference,
            why=f"Waits for a partner: {'not reached twice' if one.missed else 'how are they?'}",
            action="Call",
            url=reverse("referrals:person-call", args=[one.pk]),
            kind="waiting",
            urgent=one.missed,
        )
        for one in person_calls_due(user, now)[:LIMIT]
    ]


def of_partner_asks(user: Any, now: datetime) -> list[Item]:
    """Return what partners asked: a new link, or a call that was promised by a time, with who has it."""
    return [_asked(one, user) for one in open_asks_for(user).defer("number")[:LIMIT]]


def _asked(one: Any, user: Any) -> Item:
    link, referral = one.kind == AskKind.LINK, one.offer.referral
    what = "asks for a new link" if link else "asks for a call"
    owner = "yours" if referral.owner_id == user.pk else getattr(referral.owner, "display_name", "nobody's")
    return Item(
        due_at=one.due_at,
        who=referral.episode.person.called,
        reference=referral.episode.reference,
        why=f"{one.offer.facility.recipient.name} {what} · {owner}",
        action="Send a new link" if link else "Call back",
        url=f"{reverse('referrals:referral', args=[referral.pk])}#ask-{one.pk}",
        kind="partner",
        urgent=one.escalated_at is not None,
    )


def of_papers(user: Any, now: datetime) -> list[Item]:
    """Return whose legal status no paper shows for long, for those who keep the directory.

    Each paper that ends has its row; partners that never had one share one.
    """
    if not user.has_perm("referrals.facility_change"):
        return []
    found = list(to_show_again(worked_with(facilities_for(user), now), now)[:LIMIT])
    ending = [one for one in found if one.until is not None]
    bare = [one for one in found if one.until is None]
    items = [_paper(one, f"Its legal-status paper {_ends(one.until, now)}", one.until) for one in ending]
    if len(bare) == 1:
        items.append(_paper(bare[0], "No paper shows its legal status", None))
    elif bare:
        items.append(
            Item(
                due_at=None,
                who=f"{len(bare)} partners",
                reference="",
                why="No paper shows their legal status",
                action="See which",
                url=reverse("referrals:partner-confirm-list"),
                kind="partner",
            )
        )
    return items


def _ends(until: date, now: datetime) -> str:
    return f"{'ended' if until < center_day(now) else 'ends'} on {day(until)}"


def _paper(facility: Any, why: str, until: date | None) -> Item:
    end = datetime.combine(until + timedelta(days=1), time(), center_zone()) if until else None
    return Item(
        due_at=end,
        who=facility.recipient.name,
        reference="",
        why=why,
        action="Record what shows it",
        url=reverse("referrals:partner-status", args=[facility.pk]),
        kind="partner",
    )
