"""What PostgreSQL refuses by itself, to the ORM and to raw SQL as the app's role."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from config import clock
from config.db import refusal_code
from config.npi import npi_fits
from referrals.models import (
    CapacityReport,
    Facility,
    FacilityAgreement,
    FacilityContact,
    FacilityRevision,
    Offer,
    OfferStatusChange,
    PartnerLink,
    Referral,
    ZipCentroid,
)
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
    ended = {"closed_at": clock.now(), "next_step": "none", "person_call_at": None}
    Referral.objects.update(status="closed", outcome="no_partner", **ended)
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


def test_nobody_is_back_without_an_admission(ana):
    offer, _token, _code = one_sent(ana)
    accept(offer, ana)
    now = clock.now()

    def raw(sql):
        with connection.cursor() as cursor:
            cursor.execute(sql, {"id": offer.pk, "referral": offer.referral_id, "now": now})

    offers = "UPDATE referrals_offer SET status = %s, ended_at = %%(now)s WHERE id = %%(id)s"
    assert refused_by(lambda: raw(offers % "'returned'")) == "referrals_offer_returned_admitted"
    raw(offers % "'closed'")
    closing = """UPDATE referrals_referral SET status = 'closed', outcome = 'returned', closed_at = %(now)s,
        next_step = 'none', next_due_at = NULL, person_call_at = NULL WHERE id = %(referral)s"""
    assert refused_by(lambda: raw(closing)) == "referrals_referral_returned_admitted"


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
    assert refused_by(set_(PartnerLink, tries=5)) == "referrals_partnerlink_locked"
    PartnerLink.objects.update(tries=5, locked_at=clock.now())
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


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"npi": "12"}, "referrals_facility_npi"),
        ({"npi": "1234567890"}, "referrals_facility_npi"),
        ({"age_max": 3}, "referrals_facility_ages"),
        ({"email": ""}, "referrals_facility_reachable"),
        ({"zip": "2321"}, "referrals_facility_zip"),
        ({"state": "va"}, "referrals_facility_state"),
        ({"admits_from": "08:00"}, "referrals_facility_hours"),
        ({"withdrawal_no": ["kratom"]}, "referrals_facility_withdrawal"),
        ({"medications_no": ["methadone"]}, "referrals_facility_medications"),
    ],
)
def test_facilities_make_sense(sam, values, code):
    make_facility()
    assert refused_by(set_(Facility, revision=2, changed_by=sam, **values)) == code


def test_a_change_of_a_partner_is_its_next_revision_by_who_may(ana, sam):
    make_facility()
    assert refused_by(set_(Facility, phone="1")) == "referrals_facility_revision"
    assert refused_by(set_(Facility, phone="1", revision=3, changed_by=sam)) == "referrals_facility_revision"
    assert refused_by(set_(Facility, phone="1", revision=2)) == "referrals_facility_by_manager"
    assert (
        refused_by(set_(Facility, phone="1", revision=2, changed_by=ana)) == "referrals_facility_by_manager"
    )
    set_(Facility, phone="1", revision=2, changed_by=sam)()
    assert [one.facts["phone"] for one in FacilityRevision.objects.order_by("number")] == [
        "+18045550140",
        "1",
    ]
    for table in ("referrals_facilityrevision", "referrals_facility"):
        with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")
    with pytest.raises(ProgrammingError), transaction.atomic():
        FacilityRevision.objects.update(number=7)


def test_a_contact_or_an_agreement_only_ends_and_only_once():
    made = FacilityContact.objects.create(
        facility=make_facility(), role="intake", channel="phone", reach="+18045550199"
    )
    assert refused_by(set_(FacilityContact, reach="+18045550100")) == "referrals_ends_once"
    set_(FacilityContact, ended_at=clock.now())()
    assert refused_by(set_(FacilityContact, ended_at=None)) == "referrals_ends_once"
    code = refused_by(
        lambda: FacilityAgreement.objects.create(
            facility=made.facility, kind="transfer", begins_on="2026-02-01", ends_on="2026-01-01"
        )
    )
    assert code == "referrals_facilityagreement_days"


def test_the_latest_report_stands_on_the_facility():
    harbor, now = make_facility(), clock.now()
    for beds, ago in ((3, 1), (7, 5)):
        CapacityReport.objects.create(
            facility=harbor, beds_open=beds, reported_at=now - timedelta(hours=ago), source="phone"
        )
    harbor.refresh_from_db()
    assert (harbor.beds_open, harbor.beds_at, harbor.revision) == (3, now - timedelta(hours=1), 1)
    code = refused_by(
        lambda: CapacityReport.objects.create(
            facility=harbor, beds_open=2, women_only=2, men_only=1, source="phone"
        )
    )
    assert code == "referrals_capacityreport_kinds"


@given(digits=st.text("0123456789", min_size=9, max_size=11))
@property_settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_checks_an_npi_as_python_does(db, digits):
    with connection.cursor() as cursor:
        cursor.execute("SELECT referrals_npi_fits(%s)", [digits])
        assert cursor.fetchone()[0] == npi_fits(digits)


def test_zip_centroids_are_there_and_nowhere_in_the_ocean():
    assert ZipCentroid.objects.count() > 33_000
    richmond = ZipCentroid.objects.get(pk="23220")
    assert (round(richmond.latitude), round(richmond.longitude)) == (38, -77)
    assert refused_by(lambda: ZipCentroid.objects.create(zip="00000", latitude=0, longitude=0)) == (
        "referrals_zipcentroid_place"
    )


def places():
    return dict(Facility.objects.values_list("recipient__name", "x"))


def test_a_partner_is_where_its_zip_is_whoever_writes_it():
    at = dict(ZipCentroid.objects.filter(pk__in=["23220", "23510"]).values_list("zip", "x"))
    make_facility("Elm", zip="23220")
    make_facility("Nowhere", zip="")
    assert places() == {"Elm": at["23220"], "Nowhere": None}
    Facility.objects.update(x=0.5, y=0.5, z=0.5)
    assert places() == {"Elm": at["23220"], "Nowhere": None}
    assert FacilityRevision.objects.count() == 2
    assert refused_by(set_(Facility, zip="23510")) == "referrals_facility_revision"


def test_partners_move_when_the_table_of_zips_does():
    make_facility("Elm", zip="00001")
    assert places() == {"Elm": None}
    place = ZipCentroid.objects.create(zip="00001", latitude=0.5, longitude=0.5)
    place.refresh_from_db()
    assert places() == {"Elm": place.x}
    ZipCentroid.objects.filter(pk="00001").update(latitude=40)
    place.refresh_from_db()
    assert places() == {"Elm": place.x}
    place.delete()
    assert places() == {"Elm": None}
    assert FacilityRevision.objects.count() == 1
