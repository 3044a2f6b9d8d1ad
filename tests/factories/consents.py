"""Consents, drafted and signed as staff do it."""

from datetime import timedelta

from config import clock
from config.clock import center_day
from records.actions import consents
from records.choices import Category, Purpose
from records.consent_seal import fingerprint_of_texts, texts_of
from records.models import Consent

EVERYTHING = [one for one in Category.values if one != Category.COUNSELING_NOTES]
CHOSEN = (Category.IDENTITY, Category.SUBSTANCE_USE, Category.MEDICATIONS)


def draft_consent(by, person, *recipients, **fields) -> Consent:
    """Prepare a consent for treatment that lasts 90 days."""
    given = {
        "purposes": [Purpose.TREATMENT],
        "offered": EVERYTHING,
        "expires_on": center_day(clock.now()) + timedelta(days=90),
        **fields,
    }
    return consents.prepare(person=person, recipients=recipients, by=by, **given)


def sign_consent(by, consent, categories=CHOSEN, name="Jordan Lee", language="en") -> Consent:
    """Choose and sign on screen."""
    chosen = consents.choose(consent=consent, categories=[str(one) for one in categories], by=by)
    seen = fingerprint_of_texts(texts_of(chosen, chosen.categories))
    return consents.sign_on_screen(consent=chosen, typed_name=name, language=language, seen=seen, by=by)


def signed_consent(by, person, *recipients, categories=CHOSEN, **fields) -> Consent:
    """Prepare, choose and sign a consent."""
    return sign_consent(by, draft_consent(by, person, *recipients, **fields), categories)
