"""Four people on their way through a partner: one just asked for, one expected, one out, one gone quiet.

All are invented, and Ben's. None goes to Harbor Detox, which is left to whoever tries the product.
"""

from datetime import timedelta

from config import clock
from config.clock import center_day
from desk.demo.people import QUIET, assessed, at, staff
from intake.models import Episode
from programs.actions.determinations import Choice, sign
from programs.actions.recommendations import recommend
from programs.actions.slots import reserve_return
from programs.choices import Level
from programs.models import Program
from programs.queries import determination_of
from records.actions import consents
from records.choices import Category, Language, Purpose
from records.consent_seal import fingerprint_of_texts, texts_of
from referrals.actions import answers
from referrals.actions.messages import log_contact
from referrals.actions.offers import send_offers
from referrals.actions.referrals import open_referral
from referrals.actions.steps import Told
from referrals.models import Facility, Offer
from referrals.need import suggested_need

_SHARED = [str(one) for one in Category if one != Category.COUNSELING_NOTES]
_WHY = "Uses every day until now, and earlier tries at home ended within two days."


def _first_to_detox(name: str, number: int) -> Episode:
    """Take somebody's call and let a clinician sign that detox comes first."""
    born = f"19{number % 30 + 60}-08-19"
    person = {"name": name, "phone": f"+1804555{number:04}", "date_of_birth": born}
    assessment = assessed("ben", **person, language="en", sex="male")
    made = recommend(assessment=assessment, ratings=QUIET, by=staff("cole"))
    choice = Choice("other", level=Level.IOP, detox_first=True, reason=_WHY)
    sign(
        recommendation=made, choice=choice, typed_name=staff("cole").display_name, seen=None, by=staff("cole")
    )
    return assessment.episode


def _sent(episode: Episode, partner: str) -> Offer:
    """Let the person sign for a partner, and ask it."""
    ben, now = staff("ben"), clock.now()
    facility = Facility.objects.select_related("recipient").get(recipient__name=partner)
    prepared = consents.prepare(
        person=episode.person,
        recipients=[facility.recipient],
        purposes=[Purpose.TREATMENT],
        offered=_SHARED,
        expires_on=center_day(now) + timedelta(days=90),
        by=ben,
    )
    chosen = consents.choose(consent=prepared, categories=_SHARED, by=ben)
    consents.sign_on_screen(
        consent=chosen,
        typed_name=episode.person.name,
        language=Language.ENGLISH,
        seen=fingerprint_of_texts(texts_of(chosen, chosen.categories)),
        by=ben,
    )
    referral = open_referral(
        episode=episode,
        need=suggested_need(episode, now),
        determination=determination_of(episode),
        by=ben,
        now=now,
    )
    due = now + timedelta(hours=4)
    (sent,) = send_offers(referral_id=referral.pk, facilities=[facility], by=ben, now=now, answer_due_at=due)
    return sent.offer


_ELM = Told("phone", "Ora at the front office")


def _accepted(offer: Offer, days: int | None = None) -> None:
    """Let Elm say yes by phone, for an arrival within hours."""
    now = clock.now()
    answers.accept(
        offer_id=offer.pk,
        arrival_from=now + timedelta(hours=2),
        arrival_until=now + timedelta(hours=6),
        read_back=True,
        bed_note="Room 4",
        partner_reference=f"ELM-{offer.facility.offers.count():03}",
        expected_back_on=center_day(now) + timedelta(days=days) if days else None,
        told=_ELM,
        by=staff("ben"),
        now=now,
    )


def _arrived(offer: Offer) -> None:
    now = clock.now()
    answers.arrived(offer_id=offer.pk, arrived_at=now, by=staff("ben"), now=now, told=_ELM)


def _out(name: str, number: int, days_ago: int) -> Offer:
    """Let somebody go to Elm, so many days ago."""
    with at(timedelta(days=days_ago, hours=6)):
        offer = _sent(_first_to_detox(name, number), "Elm")
        _accepted(offer, days=6)
    with at(timedelta(days=days_ago)):
        _arrived(offer)
    return offer


def load_loop() -> None:
    """Load the four of them."""
    ben = staff("ben")
    with at(timedelta(minutes=25)):
        _sent(_first_to_detox("Ashby Corwin", 187), "Northgate")
    with at(timedelta(hours=1)):
        _accepted(_sent(_first_to_detox("Briar Quist", 188), "Elm"))
    offer = _out("Rowan Pike", 189, days_ago=2)
    with at(timedelta(hours=3)):
        said = {"kind": "call", "outcome": "reached", "text": "Eats and sleeps.", "said_by": "Lindy"}
        log_contact(offer_id=offer.pk, by=ben, now=clock.now(), **said)
        reserve_return(
            program=Program.objects.get(level=Level.IOP),
            episode=offer.referral.episode,
            expected_at=clock.now() + timedelta(days=4),
            by=ben,
        )
    _out("Tamsin Vale", 190, days_ago=3)
