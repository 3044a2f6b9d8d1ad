"""What PostgreSQL refuses by itself, to the ORM and to raw SQL as the app's role."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from config import clock
from config.db import refusal_code
from referrals.models import CapacityReport, Offer, OfferStatusChange, PartnerLink, Referral
from tests.factories.referrals import accept, make_facility, one_sent, sent

pytestmark = pytest.mark.django_db


def refused_by(act):
    with pytest.raises((IntegrityError, ProgrammingError)) as refused, transaction.atomic():
        act()
    return refusal_code(refused.value)


def set_(model, **values):
    return lambda: model.objects.update(**values)


def test_one_yes_for_each_referral(ana):
    first, second = (one.offer for one in sent(ana, make_facility(), make_facility("Northgate")))
    accept(first, ana)
    now = clock.now()
    code = refused_by(
        lambda: Offer.objects.create(
            data_key=second.data_key,
            referral=second.referral,
            facility=second.facility,
            status="accepted",
            sent_at=now,
            answer_due_at=now + timedelta(hours=1),
            arrival_from=now,
            arrival_until=now,
            read_back_at=now,
        )
    )
    assert code == "referrals_offer_one_yes"


def test_what_has_ended_stays_ended(ana):
    offer, _token, _code = one_sent(ana)
    Offer.objects.update(status="withdrawn", ended_at=clock.now())
    assert refused_by(set_(Offer, status="sent")) == "referrals_offer_ended_stays"
    Referral.objects.update(status="closed", outcome="no_partner", closed_at=clock.now(), next_step="none")
    assert (
        refused_by(set_(Referral, status="open", outcome="", closed_at=None))
        == "referrals_referral_closed_stays"
    )
    assert (
        refused_by(
            lambda: Offer.objects.create(
                data_key=offer.data_key, referral=offer.referral, facility=offer.facility
            )
        )
        == "referrals_offer_needs_open_referral"
    )


def test_a_referral_does_not_close_over_a_live_offer(ana):
    one_sent(ana)
    closing = set_(Referral, status="closed", outcome="no_partner", closed_at=clock.now())
    assert refused_by(closing) == "referrals_referral_offers_ended"


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"status": "declined"}, "referrals_offer_decline_reason"),
        ({"status": "accepted"}, "referrals_offer_arrival"),
        ({"status": "arrived"}, "referrals_offer_"),
        ({"status": "nonsense"}, "referrals_offer_status"),
        ({"sent_at": None}, "referrals_offer_sent"),
    ],
)
def test_a_status_holds_what_it_says(ana, values, code):
    one_sent(ana)
    assert refused_by(set_(Offer, **values)).startswith(code)


def test_links_stay_revoked_locked_and_what_they_are(ana):
    one_sent(ana)
    assert refused_by(set_(PartnerLink, code_hash="x")) == "referrals_partnerlink_fixed"
    assert refused_by(set_(PartnerLink, tries=6)) == "referrals_partnerlink_tries"
    PartnerLink.objects.update(tries=5)
    assert refused_by(set_(PartnerLink, tries=0)) == "referrals_partnerlink_locked_stays"
    PartnerLink.objects.update(revoked_at=clock.now())
    assert refused_by(set_(PartnerLink, revoked_at=None)) == "referrals_partnerlink_revoked_stays"
    assert refused_by(lambda: PartnerLink.objects.all().delete()) == "referrals_partnerlink_kept"


@pytest.mark.parametrize("model", [OfferStatusChange, CapacityReport])
def test_history_is_never_changed(ana, model):
    offer, _token, _code = one_sent(ana)
    CapacityReport.objects.create(facility=offer.facility, beds_open=1, source="phone")
    table = model._meta.db_table
    for sql in (f"DELETE FROM {table}", f"UPDATE {table} SET id = id"):
        refused_by(lambda given=sql: connection.cursor().execute(given))


def test_nothing_about_anyone_is_readable_in_the_tables(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana, bed_note="bed 4, women's unit")
    with connection.cursor() as cursor:
        cursor.execute("SELECT need FROM referrals_referral")
        assert b"kratom" not in bytes(cursor.fetchone()[0])
        cursor.execute("SELECT bed_note FROM referrals_offer")
        assert b"bed 4" not in bytes(cursor.fetchone()[0])


def test_facilities_make_sense(ana):
    harbor = make_facility()
    for values, code in (
        ({"npi": "12"}, "referrals_facility_npi"),
        ({"age_max": 3}, "referrals_facility_ages"),
        ({"email": ""}, "referrals_facility_reachable"),
    ):
        assert refused_by(lambda given=values: type(harbor).objects.update(**given)) == code
