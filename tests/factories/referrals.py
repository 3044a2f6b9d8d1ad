"""Partners, referrals and offers, made as staff make them."""

from datetime import timedelta

from audit.actors import Actor
from config import clock
from records.choices import Category
from referrals.actions import answers
from referrals.actions.links import open_by_code
from referrals.actions.offers import send_offers
from referrals.actions.referrals import open_referral
from referrals.actions.steps import Told
from referrals.models import Facility, LateAnswer, Offer, Referral
from tests.factories.consents import signed_consent
from tests.factories.episodes import make_episode
from tests.factories.records import make_recipient

EVERYTHING = tuple(one for one in Category if one != Category.COUNSELING_NOTES)
NEED = {
    "level": "detox",
    "withdrawal": ["kratom"],
    "medications": [],
    "payer": "aetna",
    "pregnant": "no",
    "age": 36,
    "sex": "male",
    "language": "en",
    "at_night": False,
    "use": [
        {
            "code": "kratom_leaf",
            "amount": 32,
            "days_per_week": 7,
            "months": 14,
            "last_use_at": "2026-07-14T10:00:00+00:00",
        }
    ],
    "watch": ["past_not_known", "supply"],
    "travel": "Has a ride",
    "notes": "",
}


WITHDRAWAL = ("alcohol", "benzo", "opioid", "kratom")


def make_facility(name="Harbor Detox", **fields) -> Facility:
    """Create a partner that takes kratom and Aetna, reached by link."""
    given = {
        "levels": ["detox"],
        "withdrawal_yes": [one for one in WITHDRAWAL if one not in fields.get("withdrawal_no", ())],
        "medications": ["buprenorphine", "methadone"],
        "payers": ["aetna", "medicaid"],
        "pregnancy": "no",
        "phone": "+18045550140",
        "email": f"intake@{name.split()[0].lower()}.example",
        "coordinator": "Pat",
        **fields,
    }
    return Facility.objects.create(recipient=make_recipient(name), **given)


def make_referral(by, episode=None, **need) -> Referral:
    """Open a referral for a new person."""
    episode = episode or make_episode(by)
    return open_referral(episode=episode, need={**NEED, **need}, by=by, now=clock.now())


def consent_for(by, referral, *facilities, categories=EVERYTHING):
    """Sign a consent for treatment that names these partners."""
    person = referral.episode.person
    return signed_consent(by, person, *(one.recipient for one in facilities), categories=categories)


def sent(by, *facilities, referral=None, hours=4, consent=True):
    """Send a referral to partners; return what `send_offers` returns."""
    referral = referral or make_referral(by)
    if consent:
        consent_for(by, referral, *facilities)
    now = clock.now()
    return send_offers(
        referral_id=referral.pk,
        facilities=facilities,
        by=by,
        now=now,
        answer_due_at=now + timedelta(hours=hours),
    )


def one_sent(by, facility=None, **more):
    """Send a referral to one partner; return (offer, token, code)."""
    (out,) = sent(by, facility or make_facility(), **more)
    return out.offer, out.new.token, out.new.code


def opened(offer, code):
    """Open the link of an offer with its code; return the link."""
    link = offer.links.get(revoked_at__isnull=True)
    return open_by_code(link_id=link.pk, code=code, now=clock.now()).link


def by_phone(by):
    """What a partner said by phone when staff enter it; nothing when the partner acts by its link."""
    return None if isinstance(by, Actor) else Told("phone", "Pat at intake")


def accept(offer, by, **more) -> Offer:
    """Accept an offer for an arrival within hours."""
    now = clock.now()
    given = {
        "arrival_from": now + timedelta(hours=1),
        "arrival_until": now + timedelta(hours=5),
        "read_back": True,
        "told": by_phone(by),
        **more,
    }
    return answers.accept(offer_id=offer.pk, by=by, now=now, **given)


def arrived(offer, by) -> Offer:
    """Record an arrival now."""
    now = clock.now()
    return answers.arrived(offer_id=offer.pk, arrived_at=now, by=by, now=now)


def make_late_answer(offer, by) -> LateAnswer:
    """What a partner told us by phone after the time, undecided."""
    return LateAnswer.objects.create(
        data_key=offer.data_key,
        offer=offer,
        kind="yes",
        said={"name": "Pat", "note": "from 6 pm"},
        told_by="phone",
        recorded_by=by,
    )
