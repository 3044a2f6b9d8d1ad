"""Packets, with a marker in every category, so that a test can see which of them left."""

from config import clock
from intake.queries import current_assessment
from records.choices import Category, Medium
from referrals.actions.packets import open_packet
from tests.factories.episodes import add_row, make_episode, save
from tests.factories.referrals import EVERYTHING, accept, consent_for, make_facility, make_referral, one_sent

MARKS = {
    Category.IDENTITY: "Markidentity",
    Category.CONTACT: "markcontact",
    Category.SUBSTANCE_USE: "markuse",
    Category.HEALTH: "markhealth",
    Category.MEDICATIONS: "markmedicine",
    Category.MENTAL_HEALTH: "markmental",
    Category.PREGNANCY: "markpregnancy",
    Category.SOCIAL: "marksocial",
    Category.INSURANCE: "markmember",
}


def marked_episode(by):
    """An episode whose answers hold a marker in every category, and a note that never leaves."""
    episode = make_episode(by, "Jordan Markidentity")
    assessment = current_assessment(episode)
    add_row(by, assessment, substance="kratom_leaf", product_name="markuse", amount=32, unit="g")
    save(by, assessment, "substances", substances_notes="marknote")
    save(by, assessment, "signs", own_worry="markuse signs", signs_money=["borrowing"])
    save(
        by, assessment, "health", conditions_notes="markhealth", medicines="markmedicine 5 mg\nsecond one",
        allergies="markmedicine pollen", pregnant="possible", pregnancy_doctor="markpregnancy",
        mat_current="yes", mat_drug="buprenorphine", mat_dose="8 mg", hr=72, sbp=118, dbp=76, spo2=98,
        temp_c=36.8, rr=14, vitals_at="2026-07-14T10:00:00+00:00", health_notes="marknote",
    )  # fmt: skip
    save(by, assessment, "mental", diagnoses="markmental", psychiatric_medicines="markmental pill")
    save(by, assessment, "social", lives_with="marksocial", payer="aetna", member_id="markmember")
    save(by, assessment, "goals", access_needs="markcontact", goal_words="marknote")
    return episode


def accepted(by, *, categories=EVERYTHING, episode=None, **partner):
    """An offer of a marked record that a partner accepted; return (offer, token, code)."""
    referral, harbor = make_referral(by, episode or marked_episode(by)), make_facility(**partner)
    consent_for(by, referral, harbor, categories=list(categories))
    offer, token, code = one_sent(by, harbor, referral=referral, consent=False)
    accept(offer, by)
    return offer, token, code


def packet_of(by, *, categories=EVERYTHING, episode=None, **partner):
    """Open the packet of a marked record."""
    offer, _token, _code = accepted(by, categories=categories, episode=episode, **partner)
    return opened(offer, by)


def opened(offer, by, shape="page", **more):
    """Open the packet of an offer."""
    return open_packet(offer_id=offer.pk, medium=Medium.FAX, shape=shape, by=by, now=clock.now(), **more)
