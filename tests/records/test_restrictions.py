"""Limits that a person asks for (42 CFR 2.26): decided, in force at the door at once, and ended."""

import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from records.actions import restrictions
from records.actions.agreements import share_on_agreement
from records.actions.legal import share_on_order
from records.choices import Category, Medium, Purpose, ReviewKind
from records.disclose import ByConsent, NotPermitted, disclose
from records.door.emergency import KEEP_IT_HERE
from records.models import Disclosure, Restriction, Review
from tests.factories.consents import signed_consent
from tests.factories.door import (
    keeper,
    make_agreement,
    make_court,
    make_emergency,
    make_limit,
    make_mandate,
    make_order,
)
from tests.factories.episodes import make_episode
from tests.factories.records import make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_episode(ana).person


@pytest.fixture
def harbor(db):
    return make_recipient()


@pytest.fixture
def plan(db):
    return make_recipient("Acme Health Plan", "payer")


def open_door(by, person, recipient, *categories, purpose=Purpose.TREATMENT):
    return disclose(
        person=person, recipient=recipient, basis=ByConsent(), purpose=purpose,
        sections={one: lambda: [["x", "y"]] for one in categories}, medium=Medium.PRINT, by=by,
        subject=f"test:{uuid.uuid4()}",
    )  # fmt: skip


def test_an_agreed_limit_is_refused_with_what_it_says(ana, person, harbor):
    signed_consent(ana, person, harbor)
    make_limit(person, wish="Nothing about my use to Harbor", recipients=[harbor],
               categories=["substance_use"])  # fmt: skip
    with pytest.raises(NotPermitted) as error:
        open_door(ana, person, harbor, Category.SUBSTANCE_USE)
    assert error.value.code == "restricted"
    assert "Nothing about my use to Harbor" in error.value.message
    assert not Disclosure.objects.exists()
    event = Event.objects.get(name="disclosure.refused")
    assert event.ids["code"] == "restricted" and "Nothing" not in str(event.ids)


def test_what_it_covers_is_cut_and_the_rest_may_leave(ana, person, harbor):
    signed_consent(ana, person, harbor)
    make_limit(person, categories=["substance_use"])
    packet = open_door(ana, person, harbor, Category.IDENTITY, Category.SUBSTANCE_USE)
    assert list(packet.sections) == [Category.IDENTITY]
    assert packet.withheld == (Category.SUBSTANCE_USE,)


@pytest.mark.parametrize("state", ["asked", "declined", "ended"])
def test_only_what_is_agreed_binds(ana, person, harbor, state):
    signed_consent(ana, person, harbor)
    row = make_limit(person, agreed=state == "ended")
    if state == "declined":
        restrictions.decide(restriction=row, agree=False, reason="Not possible", by=keeper())
    if state == "ended":
        restrictions.end(restriction=row, how="agreement", note="", by=keeper())
    assert open_door(ana, person, harbor, Category.IDENTITY).sections


def test_another_receiver_is_not_touched(ana, person, harbor, plan):
    signed_consent(ana, person, harbor)
    make_limit(person, kinds=["payer"])
    make_limit(person, recipients=[plan])
    assert open_door(ana, person, harbor, Category.IDENTITY).sections


def test_a_payers_packet_with_what_was_paid_in_full_is_refused_whole(ana, person, plan):
    signed_consent(ana, person, plan, purposes=[Purpose.PAYMENT], categories=["identity", "health"])
    make_limit(person, paid_in_full=True, categories=["health"])
    with pytest.raises(NotPermitted) as error:
        open_door(ana, person, plan, Category.IDENTITY, Category.HEALTH, purpose=Purpose.PAYMENT)
    assert error.value.code == "restricted" and not Disclosure.objects.exists()
    assert open_door(ana, person, plan, Category.IDENTITY, purpose=Purpose.PAYMENT).sections


def test_what_was_paid_in_full_cannot_be_declined_anywhere(sam, person, as_user):
    row = make_limit(person, agreed=False, paid_in_full=True)
    with pytest.raises(Refused) as error:
        restrictions.decide(restriction=row, agree=False, reason="No", by=sam)
    assert error.value.code == "paid_in_full"
    with pytest.raises(IntegrityError) as wrong, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE records_restriction SET status = 'declined', decided_at = app_now(), decided_by = %s,"
            " reason = wish",
            [sam.pk],
        )
    assert refusal_code(wrong.value) == "records_restriction_paid_in_full"
    page = as_user(sam).get(reverse("records:limit", args=[row.pk])).content.decode()
    assert ">Agree<" in page and "Decline<" not in page
    tried = as_user(sam).post(reverse("records:limit-decline", args=[row.pk]), {"reason": "No"})
    assert tried.status_code == 422
    row.refresh_from_db()
    assert row.status == "asked"


def test_it_ends_only_when_the_person_agrees_if_paid_in_full(sam, person):
    row = make_limit(person, paid_in_full=True)
    with pytest.raises(Refused):
        restrictions.end(restriction=row, how="notice", note="", by=sam)
    assert restrictions.end(restriction=row, how="agreement", note="", by=sam).status == "ended"


def test_after_notice_only_a_new_consent_gets_past(ana, sam, person, harbor):
    consent = signed_consent(ana, person, harbor)
    restrictions.end(restriction=make_limit(person), how="notice", note="Letter sent", by=sam)
    with pytest.raises(NotPermitted) as error:
        open_door(ana, person, harbor, Category.IDENTITY)
    assert error.value.code == "restricted" and "new consent" in error.value.message
    newer = signed_consent(ana, person, harbor, categories=["identity", "contact", "substance_use", "health"])
    packet = open_door(ana, person, harbor, Category.IDENTITY, Category.CONTACT, Category.HEALTH)
    assert packet.consent_copy.consent_id == newer.pk != consent.pk


def test_an_emergency_overrides_and_asks_not_to_pass_it_on(ana, person):
    make_limit(person)
    kept = make_emergency(ana, person)
    row = Disclosure.objects.get(emergency=kept)
    assert row.content["notices"] == [KEEP_IT_HERE]
    assert Review.objects.filter(kind=ReviewKind.RESTRICTION_OVERRIDE, object_id=kept.pk).exists()


def test_without_a_limit_an_emergency_says_nothing_of_one(ana, person):
    assert Disclosure.objects.get(emergency=make_emergency(ana, person)).content["notices"] == []


def test_agreements_are_bound_and_court_orders_are_not(sam, person):
    make_limit(person)
    given = {"person": person, "chosen": [Category.IDENTITY], "medium": Medium.PRINT, "by": sam}
    for kind in ("qso", "audit", "research"):
        with pytest.raises(NotPermitted) as error:
            share_on_agreement(agreement=make_agreement(make_recipient(kind, "other"), kind), **given)
        assert error.value.code == "restricted"
    court = make_court()
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    packet = share_on_order(recipient=court, order_id=order.pk, mandate_id=mandate.pk, **given)
    assert packet.sections


def test_a_decision_is_for_few_and_made_once(ana, pia, person):
    row = make_limit(person, agreed=False)
    with pytest.raises(Refused):
        restrictions.decide(restriction=row, agree=True, by=ana)
    with pytest.raises(Refused):
        restrictions.decide(restriction=row, agree=False, reason=" ", by=pia)
    restrictions.decide(restriction=row, agree=False, reason="We can't keep it", by=pia)
    with pytest.raises(Conflict):
        restrictions.decide(restriction=row, agree=True, by=pia)
    with pytest.raises(Conflict):
        restrictions.end(restriction=row, how="agreement", note="", by=pia)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_restriction SET categories = '{identity}'",
        "UPDATE records_restriction SET status = 'asked', decided_at = NULL, decided_by = NULL",
        "UPDATE records_restriction SET status = 'ended', ended_at = app_now(), ended_by = recorded_by",
        "UPDATE records_restriction SET status = 'ended', ended_how = 'agreement', ended_at = app_now(),"
        " ended_by = recorded_by, wish = end_note",
        "DELETE FROM records_restriction",
    ],
)
def test_raw_sql_as_the_apps_role_meets_the_same_rules(person, statement):
    make_limit(person)
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    code = refusal_code(error.value)
    assert code is None or code.startswith("records_restriction_")


def test_the_wish_is_sealed(person):
    make_limit(person, wish="Not my mother")
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_restriction t")
        assert b"mother".hex() not in cursor.fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_a_limit_being_agreed_is_waited_for(ana):
    person, harbor, outcome = make_episode(ana).person, make_recipient(), []
    signed_consent(ana, person, harbor)
    row = make_limit(person, agreed=False)

    def share():
        try:
            open_door(ana, person, harbor, Category.IDENTITY)
            outcome.append("opened")
        except NotPermitted as error:
            outcome.append(error.code)
        finally:
            connection.close()

    with transaction.atomic():
        restrictions.decide(restriction=row, agree=True, by=keeper())
        thread = threading.Thread(target=share)
        thread.start()
        thread.join(0.5)
        assert outcome == []
    thread.join()
    assert outcome == ["restricted"]


def test_from_wish_to_end_in_the_browser(ana, pia, person, as_user):
    browser = as_user(ana)
    posted = {"wish": "Not my aunt", "kinds": ["helper"], "asked_at": "2026-01-02T10:00"}
    made = browser.post(reverse("records:limit-new", args=[person.pk]), posted)
    row = Restriction.objects.get()
    assert made.url == reverse("records:limit", args=[row.pk])
    assert "A supervisor or the privacy officer decides" in browser.get(made.url).content.decode()
    listed = browser.get(reverse("records:limit-list", args=[person.pk])).content.decode()
    assert "Not my aunt" in listed and "Family or helper" in listed
    browser = as_user(pia)
    waiting = browser.get(reverse("records:limit-waiting")).content.decode()
    assert made.url in waiting and "aunt" not in waiting and "Overdue" in waiting
    browser.post(reverse("records:limit-agree", args=[row.pk]))
    assert browser.post(reverse("records:limit-agree", args=[row.pk])).status_code == 409
    browser.post(reverse("records:limit-end", args=[row.pk]), {"how": "agreement", "note": ""})
    row.refresh_from_db()
    assert row.status == "ended" and row.asked_at < clock.now()
