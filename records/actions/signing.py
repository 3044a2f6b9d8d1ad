"""Signing at a distance: staff speak a word and a code, the person reads and signs on their own phone.

Neither word nor code is stored. Both are derived from the invitation's id under a key that the database does
not hold, so that staff can read them out again while the invitation is open; look-ups use keyed hashes.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from audit.actions import record
from audit.actors import Actor
from config import clock
from config.crypto import keyed_hash
from config.errors import Conflict, Refused
from records.actions import consents
from records.choices import ConsentStatus, InvitationOutcome, SigningMethod
from records.models import Consent, SigningInvitation
from records.models.signing import TRIES

LASTS = timedelta(minutes=30)
# No vowels (no words by accident), nothing that looks like something else.
ALPHABET = "cdfghjkmnpqrtvwxy34679"
WORD_LENGTH, CODE_LENGTH = 8, 6


@dataclass(frozen=True)
class Spoken:
    """What staff read out: the word of the address, and the code."""

    word: str
    code: str


def spoken(invitation: SigningInvitation) -> Spoken:
    """Return the word and the code of an invitation, for staff to read out."""
    return _derive(invitation.pk)


def _derive(invitation_id: UUID) -> Spoken:
    number = int.from_bytes(keyed_hash(str(invitation_id), "signing invitation"), "big")
    letters = []
    for _place in range(WORD_LENGTH):
        number, index = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[index])
    return Spoken("".join(letters), f"{number % 10**CODE_LENGTH:0{CODE_LENGTH}d}")


def plain_word(typed: str) -> str:
    """Return a typed word as it was made: small letters, nothing between them."""
    return "".join(c for c in typed.lower() if c.isalnum())[:40]


def _word_hash(word: str) -> bytes:
    return keyed_hash(plain_word(word), "signing word")


def _code_hash(word: str, code: str) -> bytes:
    digits = "".join(c for c in code if c.isdigit())[:20]
    return keyed_hash(f"{plain_word(word)}:{digits}", "signing code")


def _browser_hash(browser: str) -> bytes:
    return keyed_hash(browser, "signing browser")


@transaction.atomic
def invite(*, consent: Consent, by: Any) -> SigningInvitation:
    """Invite the person to sign this draft on their own phone; an open invitation is replaced.

    Raises Conflict when the consent is no draft any more. See `spoken` for what to read out.
    """
    locked = consents.lock(consent.pk)
    if locked.status != ConsentStatus.DRAFT:
        raise Conflict("This consent is already signed or set aside. A change needs a new one.")
    now = clock.now()
    consents.close_invitations(locked, InvitationOutcome.REPLACED, now)
    invitation = SigningInvitation(consent=locked, expires_at=now + LASTS, created_by=by.pk)
    said = spoken(invitation)
    invitation.word_hash, invitation.code_hash = _word_hash(said.word), _code_hash(said.word, said.code)
    invitation.save(force_insert=True)
    record("signing.invited", by=by, obj=invitation, person=locked.person, consent=locked.pk)
    return invitation


@transaction.atomic
def cancel(*, consent: Consent, by: Any) -> None:
    """Close the open invitation of a consent, if there is one."""
    locked = consents.lock(consent.pk)
    if consents.close_invitations(locked, InvitationOutcome.CANCELLED, clock.now()):
        record("signing.cancelled", by=by, obj=locked, person=locked.person)


@transaction.atomic
def enter_code(*, word: str, code: str, browser: str) -> SigningInvitation | None:
    """Open an invitation with its word and code, in the browser that holds the cookie `browser`.

    Returns None for an unknown word, a wrong code, the sixth try, or an invitation that is used or over: the
    caller can't tell which. The same browser may send the right code twice (a double click).
    """
    invitation = (
        SigningInvitation.objects.select_for_update(no_key=True, of=("self",))
        .filter(word_hash=_word_hash(word))
        .first()
    )
    # The comparison runs in any case, so that an unknown word takes no other way.
    given = _code_hash(word, code)
    right = hmac.compare_digest(bytes(invitation.code_hash) if invitation else b"\x00" * 32, given)
    if invitation is None:
        record("signing.refused", by=Actor.public())
        return None
    by = Actor.signer(invitation.pk)
    person_id = Consent.objects.values_list("person_id", flat=True).get(pk=invitation.consent_id)
    mine = _browser_hash(browser)
    live = _is_open(invitation, clock.now())
    if right and live and invitation.opened_at and bytes(invitation.browser_hash or b"") == mine:
        return invitation
    if not live or invitation.opened_at or invitation.tries >= TRIES:
        record("signing.refused", by=by, obj=invitation, person=person_id)
        return None
    if not right:
        invitation.tries += 1
        invitation.save(update_fields=["tries"])
        record("signing.wrong_code", by=by, obj=invitation, person=person_id, tries=invitation.tries)
        return None
    SigningInvitation.objects.filter(browser_hash=mine).update(browser_hash=None)
    invitation.opened_at, invitation.browser_hash = clock.now(), mine
    invitation.save(update_fields=["opened_at", "browser_hash"])
    record("signing.opened", by=by, obj=invitation, person=person_id)
    return invitation


def _is_open(invitation: SigningInvitation, now: datetime) -> bool:
    return invitation.outcome == InvitationOutcome.OPEN and now < invitation.expires_at


def held_by(browser: str, now: datetime) -> SigningInvitation | None:
    """Return the invitation that this browser opened: to be signed, or signed and its copy still shown."""
    if not browser:
        return None
    invitation = SigningInvitation.objects.filter(browser_hash=_browser_hash(browser)).first()
    if invitation is None:
        return None
    showing = invitation.outcome == InvitationOutcome.SIGNED and now < (invitation.copy_until or now)
    return invitation if showing or _is_open(invitation, now) else None


def _hold(invitation_id: UUID, browser: str) -> SigningInvitation:
    """Lock the open invitation of this browser. Raises Refused when it is over."""
    consent_id = SigningInvitation.objects.values_list("consent_id", flat=True).get(pk=invitation_id)
    consents.lock(consent_id)
    invitation = SigningInvitation.objects.select_for_update(no_key=True, of=("self",)).get(pk=invitation_id)
    mine = hmac.compare_digest(bytes(invitation.browser_hash or b""), _browser_hash(browser))
    if not mine or not invitation.opened_at or not _is_open(invitation, clock.now()):
        raise Refused("signing_over", "This page is no longer open.")
    return invitation


@transaction.atomic
def choose(*, invitation: SigningInvitation, browser: str, categories: list[str]) -> Consent:
    """Store what the person chose on their own phone."""
    held = _hold(invitation.pk, browser)
    return consents.choose(consent=held.consent, categories=categories, by=Actor.signer(held.pk))


@transaction.atomic
def sign_at_distance(
    *, invitation: SigningInvitation, browser: str, typed_name: str, language: str, seen: str
) -> Consent:
    """Sign on the person's own phone. A double click signs once and returns the same consent."""
    consents.lock(invitation.consent_id)
    again = SigningInvitation.objects.select_related("consent__data_key").get(pk=invitation.pk)
    if again.outcome == InvitationOutcome.SIGNED and bytes(again.browser_hash or b"") == _browser_hash(
        browser
    ):
        return again.consent
    held = _hold(invitation.pk, browser)
    context = {
        "session": "spoken code",
        "invitation": str(held.pk),
        "invited_by": str(held.created_by),
        "opened_at": held.opened_at.isoformat() if held.opened_at else "",
        "wrong_tries": str(held.tries),
    }
    consent = consents.sign(
        consent_id=held.consent_id, typed_name=typed_name, language=language, seen=seen,
        by=Actor.signer(held.pk), method=SigningMethod.AT_DISTANCE, context=context, invitation=held,
    )  # fmt: skip
    now = clock.now()
    held.outcome, held.closed_at, held.copy_until = InvitationOutcome.SIGNED, now, now + LASTS
    held.save(update_fields=["outcome", "closed_at", "copy_until"])
    return consent


@transaction.atomic
def decline(*, invitation: SigningInvitation, browser: str) -> None:
    """Record that the person chose not to sign; nothing is shared and the draft stays with staff."""
    held = _hold(invitation.pk, browser)
    held.outcome, held.closed_at = InvitationOutcome.DECLINED, clock.now()
    held.save(update_fields=["outcome", "closed_at"])
    record("signing.declined", by=Actor.signer(held.pk), obj=held, person=held.consent.person_id)
