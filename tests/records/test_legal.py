"""Legal process (42 CFR 2.61 to 2.67): what opens the door, what never does, and what the desk may say."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config.db import refusal_code
from config.errors import Conflict, Refused
from records.actions import legal
from records.actions.registers import end_paper
from records.choices import Category, Medium, Purpose
from records.disclose import ByConsent, NotPermitted, disclose
from records.door.legal import CourtOrderWithMandate
from records.models import CourtOrder, Disclosure, LegalRequest, Mandate
from records.rules.door import SUBPOENA_ALONE
from tests.factories.consents import signed_consent
from tests.factories.door import make_court, make_legal_request, make_mandate, make_order, picture
from tests.factories.episodes import make_episode
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_episode(ana).person


@pytest.fixture
def court(db):
    return make_court()


def share(by, person, court, order, mandate, chosen=(Category.IDENTITY,)):
    return legal.share_on_order(
        person=person, recipient=court, order_id=order and order.pk, mandate_id=mandate and mandate.pk,
        chosen=chosen, medium=Medium.PRINT, by=by,
    )  # fmt: skip


def refused(by, person, court, order, mandate, **given):
    with pytest.raises(NotPermitted) as error:
        share(by, person, court, order, mandate, **given)
    assert not Disclosure.objects.exists()
    assert Event.objects.get(name="disclosure.refused").ids["code"] == error.value.code
    return error.value


def test_the_same_sections_on_another_subpoena_are_accounted_again(sam, person, court):
    order = make_order(person, court)
    first, second = (make_mandate(person, court, order, number=number) for number in ("S-1", "S-2"))
    assert share(sam, person, court, order, first).id == share(sam, person, court, order, first).id
    share(sam, person, court, order, second)
    assert list(Disclosure.objects.order_by("version").values_list("mandate", flat=True)) == [
        first.pk,
        second.pk,
    ]


def test_an_order_with_its_subpoena_opens_the_door_for_its_scope(sam, person, court):
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    packet = share(sam, person, court, order, mandate, chosen=(Category.IDENTITY, Category.CONTACT))
    assert list(packet.sections) == [Category.IDENTITY] and packet.withheld == (Category.CONTACT,)
    assert "subpart E" in packet.redisclosure
    row = Disclosure.objects.get()
    assert (row.basis, row.order, row.mandate, row.for_proceedings) == ("court_order", order, mandate, True)


def test_a_subpoena_alone_is_refused_with_the_fixed_explanation(sam, person, court):
    error = refused(sam, person, court, None, make_mandate(person, court))
    assert (error.code, error.message) == ("subpoena_alone", SUBPOENA_ALONE)


def test_an_order_alone_is_refused(sam, person, court):
    assert refused(sam, person, court, make_order(person, court), None).code == "order_alone"


def test_papers_about_somebody_else_open_nothing(ana, sam, person, court):
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    assert refused(sam, make_person(ana, "Riley Park"), court, order, mandate).code == "order_other_person"


def test_another_receiver(sam, person, court):
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    assert refused(sam, person, make_court("Elm Court"), order, mandate).code == "order_other_recipient"


@pytest.mark.parametrize("which", ["order", "mandate"])
def test_ended_papers_open_nothing(sam, person, court, which):
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    end_paper(paper={"order": order, "mandate": mandate}[which], by=sam)
    assert refused(sam, person, court, order, mandate).code in ("order_ended", "subpoena_ended")
    with pytest.raises(Conflict):
        end_paper(paper={"order": order, "mandate": mandate}[which], by=sam)


@pytest.mark.parametrize("role", ["ana", "cole", "audrey", "ada"])
def test_only_supervisor_and_privacy_officer_answer(request, person, court, role):
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    assert refused(request.getfixturevalue(role), person, court, order, mandate).code == "role"


def test_proceedings_take_no_other_basis_and_orders_no_other_purpose(ana, sam, person, court):
    order = make_order(person, court)
    mandate = make_mandate(person, court, order)
    signed_consent(ana, person, court, purposes=[Purpose.REQUEST])
    asked = {
        "person": person, "recipient": court, "sections": {Category.IDENTITY: list},
        "medium": Medium.PRINT, "by": sam, "subject": "x",
    }  # fmt: skip
    with pytest.raises(NotPermitted):
        disclose(basis=ByConsent(), purpose="proceedings", **asked)
    with pytest.raises(NotPermitted) as error:
        disclose(basis=CourtOrderWithMandate(order.pk, mandate.pk), purpose="treatment", **asked)
    assert error.value.code == "order_purpose"


@pytest.mark.parametrize(
    "change",
    [
        "order_id = NULL",
        "mandate_id = NULL",
        "for_proceedings = false",
        "purpose = 'treatment'",
        "basis = 'qso'",
        "basis = 'consent'",
        "person_id = %s",
        "recipient_id = NULL",
    ],
)
def test_the_database_asks_for_both_papers_as_well(ana, sam, person, court, change):
    order = make_order(person, court)
    share(sam, person, court, order, make_mandate(person, court, order))
    other = make_person(ana, "Riley Park")
    column, value = change.split(" = ")
    columns = [field.column for field in Disclosure._meta.fields]
    values = ", ".join(
        {"id": "gen_random_uuid()", "subject": "'again'", column: value.replace("%s", f"'{other.pk}'")}.get(
            one, one
        )
        for one in columns
    )
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_disclosure ({', '.join(columns)}) SELECT {values} FROM records_disclosure"
        )
    assert refusal_code(error.value).startswith("records_disclosure_")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE records_courtorder SET valid_until = valid_until + 900",
        "UPDATE records_courtorder SET categories = '{identity,health}'",
        "DELETE FROM records_courtorder WHERE id NOT IN (SELECT order_id FROM records_mandate)",
        "UPDATE records_mandate SET order_id = NULL",
        "UPDATE records_mandate SET number = number || 'x'",
        "UPDATE records_courtorder SET ended_at = now()",
    ],
)
def test_what_is_registered_stays(person, court, statement):
    make_mandate(person, court, make_order(person, court))
    make_order(person, court, case_number="2")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_subpoena_joins_only_an_order_that_fits(sam, person, court):
    mandate = make_mandate(person, court)
    other = make_order(person, make_court("Elm Court"))
    with pytest.raises(Refused):
        legal.join(mandate=mandate, order=other, by=sam)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        Mandate.objects.filter(pk=mandate.pk).update(order=other)
    assert refusal_code(error.value) == "records_mandate_order_fits"
    legal.join(mandate=mandate, order=make_order(person, court), by=sam)
    with pytest.raises(Conflict):
        legal.join(mandate=mandate, order=other, by=sam)


def test_the_facts_are_sealed(person, court):
    make_mandate(person, court, make_order(person, court, case_number="CL26-7777"))
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text, m::text FROM records_courtorder t, records_mandate m")
        dumped = "".join(cursor.fetchone())
    assert "CL26-7777" not in dumped and b"S-2291".hex() not in dumped and "Henrico" not in dumped


@pytest.mark.django_db(transaction=True)
def test_an_end_under_way_is_waited_for(ana, sam):
    person, court = make_episode(ana).person, make_court()
    order = make_order(person, court)
    mandate, outcome = make_mandate(person, court, order), []

    def answer():
        try:
            share(sam, person, court, order, mandate)
            outcome.append("opened")
        except NotPermitted as error:
            outcome.append(error.code)
        finally:
            connection.close()

    with transaction.atomic():
        end_paper(paper=mandate, by=sam)
        thread = threading.Thread(target=answer)
        thread.start()
        thread.join(0.5)
        assert outcome == []
    thread.join()
    assert outcome == ["subpoena_ended"]


# the desk


def test_the_desk_takes_it_in_without_looking_anybody_up(ana, person, as_user):
    browser, url = as_user(ana), reverse("records:legal-arrived")
    page = browser.get(url).content.decode()
    assert "does not allow me to say whether any person is or has been here" in page
    assert "Reference" not in page and 'type="search"' not in page
    given = {"kind": "subpoena", "asker": "Deputy Ito", "about": "Jordan Lee", "answer_by": "", "note": ""}
    with CaptureQueriesContext(
        connection,
    ) as queries:
        known = browser.post(url, given)
    assert not [one for one in queries if "records_person" in one["sql"]]
    unknown = browser.post(url, {**given, "about": "Quinn Ashby"})
    assert (known.status_code, known.url) == (unknown.status_code, unknown.url)
    assert LegalRequest.objects.count() == 2
    assert Event.objects.filter(name="legalrequest.taken", person_id=None).count() == 2


def test_a_legal_request_is_sealed_and_closed_once(ana, pia):
    row = make_legal_request(ana)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_legalrequest t")
        assert b"Jordan".hex() not in cursor.fetchone()[0]
    with pytest.raises(Refused):
        legal.close_request(request=row, outcome="answered", by=ana)
    legal.close_request(request=row, outcome="answered", by=pia)
    with pytest.raises(Conflict):
        legal.close_request(request=row, outcome="counsel", by=pia)


# the pages of the register


def test_from_paper_to_answer_in_the_browser(pia, person, court, as_user):
    browser = as_user(pia)
    found = browser.post(reverse("records:legal-requests"), {"reference": person.reference.lower()})
    register = reverse("records:legal-register", args=[person.pk])
    assert found.url == register
    order = {
        "recipient": court.pk, "new_recipient": "", "kind": "noncriminal", "court": "Henrico",
        "case_number": "7", "file": picture(), "ordered_on": "2020-01-02", "valid_until": "2099-01-02",
        "categories": ["identity"], "notice_given": "on", "opportunity_given": "on",
    }  # fmt: skip
    assert browser.post(reverse("records:order-new", args=[person.pk]), order).url == register
    paper = {
        "order": CourtOrder.objects.get().pk, "kind": "subpoena", "number": "S1", "issued_on": "2020-01-03",
        "valid_until": "2099-01-01", "file": picture(), "recipient": "", "new_recipient": "",
    }  # fmt: skip
    assert browser.post(reverse("records:mandate-new", args=[person.pk]), paper).url == register
    answer = reverse("records:mandate-share", args=[Mandate.objects.get().pk])
    assert answer in browser.get(register).content.decode()
    assert " checked" not in browser.get(answer).content.decode()
    gone = browser.post(answer, {"sections": ["identity", "contact"], "medium": "print"})
    page = browser.get(gone.url).content.decode()
    assert (
        "Jordan Lee" in page
        and "Henrico, 7" in page
        and "only as that order" in page
        and Disclosure.objects.get().categories == ["identity"]
    )


def test_a_subpoena_alone_says_so_on_the_page(sam, person, court, as_user):
    url = reverse("records:mandate-share", args=[make_mandate(person, court).pk])
    browser = as_user(sam)
    assert "A subpoena alone does not open a record" in browser.get(url).content.decode()
    answer = browser.post(url, {"sections": ["identity"], "medium": "print"})
    assert answer.status_code == 422 and "A subpoena alone" in answer.content.decode()
    assert not Disclosure.objects.exists()


def test_dates_that_run_backwards_are_refused(sam, person, court):
    order = make_order(person, court)
    with pytest.raises(Refused):
        make_order(person, court, valid_until=order.ordered_on - timedelta(days=1))


def test_an_order_that_comes_later_is_joined_on_a_page(sam, person, court, as_user):
    mandate, other = make_mandate(person, court), make_order(person, make_court("Elm Court"))
    order = make_order(person, court)
    browser, url = as_user(sam), reverse("records:mandate-join", args=[mandate.pk])
    register = reverse("records:legal-register", args=[person.pk])
    assert url in browser.get(register).content.decode()
    page = browser.get(url).content.decode()
    assert str(order.pk) in page and str(other.pk) not in page
    assert browser.post(url, {"order": other.pk}).status_code == 422
    assert browser.post(url, {"order": order.pk}).url == register
    assert browser.post(url, {"order": order.pk}).status_code == 409
    mandate.refresh_from_db()
    assert mandate.order_id == order.pk and url not in browser.get(register).content.decode()
