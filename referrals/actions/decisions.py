"""Storing what matching said, and deciding what happens when nobody fits."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from audit.actions import record
from config.errors import Conflict, Refused
from records.choices import Purpose
from records.queries import live_consents
from referrals.actions.offers import CARD_CATEGORIES
from referrals.actions.steps import lock_referral, set_next_step
from referrals.choices import (
    LIVE,
    ChosenBecause,
    DecisionKind,
    NextStep,
    NoMatchStep,
    OfferStatus,
    ReferralStatus,
)
from referrals.models import MatchDecision, Referral
from referrals.queries_matching import Found
from referrals.rules.choice import ASKED, NO_CONSENT, SAID_NO, Before, before
from referrals.rules.matching import RULES, RULES_SHA256, Match
from referrals.rules.snapshot import snapshot_of, told

NO_REASON = Before()
SAID_NO_STATUSES = frozenset({OfferStatus.DECLINED, OfferStatus.DECLINED_BY_PERSON, OfferStatus.EXPIRED})


def standing_before(*, referral: Referral, found: Found, chosen: Iterable[str]) -> Before:
    """Return which partners that fit stand before these, and what the record shows of each."""
    chosen = [str(one) for one in chosen]
    order = [one.facility_id for one in found.fits]
    known: dict[str, str] = {}
    recipients = {str(one.pk): one.recipient for one in found.facilities.values()}
    person = referral.episode.person
    named = live_consents(person, list(recipients.values()), Purpose.TREATMENT, CARD_CATEGORIES, found.now)
    for key in order:
        if named.get(recipients[key].pk) is None:
            known[key] = NO_CONSENT
    for offer in referral.offers.order_by("made_at", "id"):
        if offer.status in LIVE | SAID_NO_STATUSES:
            known[str(offer.facility_id)] = ASKED if offer.status in LIVE else SAID_NO
    return before(order, chosen, known)


def overruled(found: Found, chosen: Iterable[str]) -> list[Match]:
    """Return which of the chosen something rules out. Raises Refused where no word by phone can change it."""
    known = {one.facility_id: one for one in (*found.fits, *found.misses)}
    against = []
    for key in chosen:
        if key not in known:
            raise Refused(
                "not_listed", "The list has changed. Look at it and select again", field="facilities"
            )
        if known[key].fits:
            continue
        if not known[key].one_short:
            why = "; ".join(text for _criterion, text in known[key].why_not)
            raise Refused(
                "ruled_out",
                f"{known[key].name} is ruled out: {why}. Change what is needed, or what we know of them",
                field="facilities",
            )
        against.append(known[key])
    return against


def _reason(stands: Before, against: list[Match], found: Found, because: str, note: str) -> dict[str, Any]:
    """Return the reason to keep. Raises Refused without one where a partner is passed over or ruled out."""
    if because and because not in ChosenBecause.values:
        raise Refused("because", "Select one of these reasons", field="because")
    if against and because != ChosenBecause.SAID_YES:
        one = against[0]
        said = f"{one.name} is ruled out: {one.why_not[0][1]}. Select that it said yes to that"
        raise Refused("because", said, field="because")
    if stands.passed_over and not because:
        first = found.facilities[stands.passed_over[0]].recipient.name
        raise Refused("because", f"{first} stands before your choice. Select why", field="because")
    if because == ChosenBecause.SAID_YES and against and not note.strip():
        raise Refused("because_note", "Write who there said yes", field="because_note")
    if because == ChosenBecause.OTHER and not note.strip():
        raise Refused("because_note", "Write the reason", field="because_note")
    given = bool(stands.passed_over or against)
    return {"because": because if given else "", "note": " ".join(note.split()) if given else ""}


@transaction.atomic
def store_decision(
    *,
    referral: Referral,
    found: Found,
    kind: str,
    by: Any,
    chosen: Iterable[Any] = (),
    step: str = "",
    because: str = "",
    note: str = "",
) -> MatchDecision:
    """Keep what matching said, what was chosen and why, so that it can be computed again.

    Raises Refused where the choice passes over a partner that could have been asked and no reason is given,
    and for one that is ruled out, unless a single thing stands against it and it said yes to that by phone.
    """
    if not by.has_perm("referrals.offer_send"):
        raise PermissionDenied
    chosen = [str(one) for one in chosen]
    stands = standing_before(referral=referral, found=found, chosen=chosen) if chosen else NO_REASON
    against = overruled(found, chosen)
    results = [*found.fits, *found.misses]
    decision = MatchDecision.objects.create(
        data_key=referral.data_key,
        referral=referral,
        kind=kind,
        snapshot=snapshot_of(found.need, found.candidates, found.now),
        result={
            "matches": told(results),
            "fit": found.fits_count,
            "ruled_out": found.misses_count,
            "in_the_way": [[one.criterion, one.ruled_out, one.alone] for one in found.in_the_way],
            "chosen": chosen,
            "step": step,
            **_reason(stands, against, found, because, note),
            "overruled": [[one.facility_id, one.why_not[0][0]] for one in against],
            **asdict(stands),
            "outside": [one for one in chosen if _is_outside(found, one)],
            "area": referral.need.get("zip", "")[:3],
        },
        rules=RULES,
        rules_sha256=RULES_SHA256,
        made_by=by,
        made_at=found.now,
    )
    person = referral.episode.person_id
    record("referral.match_stored", by=by, obj=decision, person=person, referral=referral.pk, kind=kind)
    return decision


def _is_outside(found: Found, facility_id: str) -> bool:
    facility = found.facilities.get(facility_id)
    return facility is not None and facility.outside


@transaction.atomic
def nobody_fits(
    *, referral_id: UUID, found: Found, what: str, due_at: datetime, by: Any, now: datetime
) -> Referral:
    """Decide what happens next when no partner fits; the referral rests with that step and a due time.

    With "supervisor" it is escalated at once. Raises Refused for a time that is past and when a partner fits,
    Conflict when the referral is closed.
    """
    if not by.has_perm("referrals.offer_send"):
        raise PermissionDenied
    if what not in NoMatchStep.values:
        raise Refused("what", "Select what happens next", field="what")
    if due_at <= now:
        raise Refused("time", "The time must be later than now", field="due_at")
    if found.fits_count:
        raise Refused("somebody_fits", "A partner fits now. Look at the list again")
    referral = lock_referral(referral_id)
    if referral.status != ReferralStatus.OPEN:
        raise Conflict("This referral is closed.")
    store_decision(referral=referral, found=found, kind=DecisionKind.NOBODY, by=by, step=what)
    set_next_step(referral, now=now, escalate=what == NoMatchStep.SUPERVISOR)
    if referral.next_step == NextStep.CHOOSE_PARTNER:
        referral.next_due_at = due_at
        referral.save(update_fields=["next_due_at"])
    person = referral.episode.person_id
    record("referral.nobody_fits", by=by, obj=referral, person=person, step=what)
    return referral
