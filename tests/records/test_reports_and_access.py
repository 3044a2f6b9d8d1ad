"""Reports that the law allows (2.12(c)(5), (6)) and the person's own access (2.23)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Refused
from records.actions.own_access import check_identity
from records.actions.reports import make_report
from records.choices import Category, Medium
from records.choices_door import SharedFor
from records.disclose import SECTIONS, NotPermitted, disclose
from records.door.own_access import OwnAccess
from records.door.reports import MandatedReportBasis
from records.models import Disclosure, IdentityCheck, MandatedReport
from tests.factories.door import picture
from tests.factories.episodes import make_episode
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_episode(ana).person


@pytest.fixture
def crime(db):
    return MandatedReportBasis(
        kind="crime", authority="Richmond Police, Officer Bell", circumstances="A window was broken",
        reported_at=clock.now(), status_told=True, name_told="Jordan Lee", whereabouts_told="Main Street",
    )  # fmt: skip


def test_a_report_holds_the_permitted_facts_and_one_row(ana, person, crime):
    packet = make_report(person=person, report=crime, medium=Medium.PHONE, by=ana)
    row = Disclosure.objects.get()
    assert (row.basis, row.purpose, row.recipient) == ("crime", "report", None)
    assert row.recipient_name == "Richmond Police, Officer Bell"
    assert set(row.categories) == {"identity", "contact", "presence"}
    assert "stays protected" in packet.redisclosure
    told = str(row.content["sections"])
    assert "A window was broken" in told and "Main Street" in told and "1990" not in told


def test_what_was_not_told_is_not_written(ana, person, crime):
    bare = replace(crime, kind="child_abuse", status_told=False, name_told="", whereabouts_told="")
    make_report(person=person, report=bare, medium=Medium.PHONE, by=ana)
    row = MandatedReport.objects.get()
    assert row.name_told is None and row.address_told is None and not row.status_told
    assert Disclosure.objects.get().categories == ["presence"]


@pytest.mark.parametrize("fact", ["authority", "circumstances"])
def test_a_report_says_to_whom_and_what(ana, person, crime, fact):
    with pytest.raises(NotPermitted) as error:
        make_report(person=person, report=replace(crime, **{fact: "  "}), medium=Medium.PHONE, by=ana)
    assert error.value.field == fact and not MandatedReport.objects.exists()
    make_report(person=person, report=crime, medium=Medium.PHONE, by=ana)
    kept = MandatedReport.objects.get()
    blank = MandatedReport(
        **{f.attname: getattr(kept, f.attname) for f in MandatedReport._meta.fields if f.name != fact}
    )
    blank.pk = person.pk
    setattr(blank, fact, "")
    with pytest.raises(IntegrityError) as wrong, transaction.atomic():
        blank.save(force_insert=True)
    assert refusal_code(wrong.value) == "records_mandatedreport_facts"


@pytest.mark.parametrize("category", [one for one in Category if one in SECTIONS])
def test_no_section_of_the_chart_goes_with_a_report(ana, person, crime, category):
    with pytest.raises(NotPermitted) as error:
        disclose(
            person=person, recipient=None, basis=crime, purpose=SharedFor.REPORT, medium=Medium.PHONE, by=ana,
            sections={category: lambda: 1 / 0}, subject="report:x",
        )  # fmt: skip
    assert error.value.code == "no_chart" and not MandatedReport.objects.exists()


def test_the_page_takes_no_file(ana, person, as_user):
    browser, url = as_user(ana), reverse("records:report", args=[person.pk])
    page = browser.get(url).content.decode()
    assert 'type="file"' not in page and "multipart" not in page and " checked" not in page
    posted = {
        "kind": "crime", "authority": "Police", "circumstances": "Threat", "reported_at": "2026-01-02T10:00",
        "medium": "phone",
    }  # fmt: skip
    assert browser.post(url, {**posted, "chart": picture()}).status_code == 400
    assert not MandatedReport.objects.exists()
    answer = browser.post(url, posted)
    assert "Threat" in browser.get(answer.url).content.decode()


@pytest.mark.parametrize("table", ["records_mandatedreport", "records_identitycheck"])
def test_both_are_append_only(ana, person, crime, table):
    make_report(person=person, report=crime, medium=Medium.PHONE, by=ana)
    check_identity(person=person, how="photo_id", by=ana)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")


# own access


def give(by, person, check_id, **changes):
    asked = {
        "person": person, "recipient": None, "basis": OwnAccess(check_id), "purpose": SharedFor.OWN_ACCESS,
        "sections": {Category.IDENTITY: lambda: [["Name", "Jordan Lee"]]}, "medium": Medium.PDF, "by": by,
        "subject": "copy:1",
    }  # fmt: skip
    return disclose(**{**asked, **changes})


def test_a_checked_person_gets_their_own_record(ana, person):
    check = check_identity(person=person, how="photo_id", by=ana)
    packet = give(ana, person, check.pk)
    row = Disclosure.objects.get()
    assert (row.basis, row.identity_check, row.recipient_name) == ("own_access", check, "Jordan Lee")
    assert "your own information" in packet.redisclosure and check.checked_by == ana.pk


def test_a_representative_is_named_with_the_evidence(ana, person):
    check = check_identity(
        person=person, how="photo_id", by=ana, authority="health_poa", representative_name="Kim Lee",
        evidence="Power of attorney of 2 March 2025, seen",
    )  # fmt: skip
    give(ana, person, check.pk)
    assert Disclosure.objects.get().recipient_name == "Kim Lee"


@pytest.mark.parametrize(
    "facts",
    [
        {"how": ""},
        {"how": "looked_nice"},
        {"authority": "spouse"},
        {"authority": "court"},
        {"authority": "court", "representative_name": "Kim"},
        {"authority": "court", "evidence": "Order"},
        {"representative_name": "Kim"},
    ],
)
def test_a_check_lacks_nothing(ana, person, facts):
    with pytest.raises(Refused):
        check_identity(person=person, by=ana, **{"how": "known", **facts})
    assert not IdentityCheck.objects.exists()


def test_no_check_another_persons_check_or_an_old_one_gives_nothing(ana, person, monkeypatch):
    other = check_identity(person=make_person(ana, "Riley Park"), how="known", by=ana)
    own = check_identity(person=person, how="known", by=ana)
    for check_id, code in ((None, "identity_unchecked"), (other.pk, "identity_other_person")):
        with pytest.raises(NotPermitted) as error:
            give(ana, person, check_id)
        assert error.value.code == code
    later = clock.now() + timedelta(days=31)
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotPermitted) as error:
        give(ana, person, own.pk)
    assert error.value.code == "identity_old" and not Disclosure.objects.exists()


def test_a_copy_goes_to_the_person_alone(ana, person):
    check = check_identity(person=person, how="known", by=ana)
    with pytest.raises(NotPermitted):
        give(ana, person, check.pk, recipient=make_recipient())
    with pytest.raises(NotPermitted):
        give(ana, person, check.pk, purpose="treatment")


@pytest.mark.parametrize(
    "change", ["identity_check_id = NULL", "basis = 'crime'", "report_id = gen_random_uuid()"]
)
def test_the_database_asks_for_the_check(ana, person, change):
    give(ana, person, check_identity(person=person, how="known", by=ana).pk)
    column, value = change.split(" = ")
    columns = [field.column for field in Disclosure._meta.fields]
    swapped = {"id": "gen_random_uuid()", "subject": "'again'", column: value}
    values = ", ".join(swapped.get(one, one) for one in columns)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_disclosure ({', '.join(columns)}) SELECT {values} FROM records_disclosure"
        )


def test_a_copy_in_the_browser(ana, person, as_user):
    browser, url = as_user(ana), reverse("records:own-copy", args=[person.pk])
    page = browser.get(url).content.decode()
    assert " checked" not in page
    posted = {"how": "photo_id", "authority": "person", "sections": ["identity"], "medium": "print"}
    wrong = browser.post(url, {**posted, "authority": "court"})
    assert wrong.status_code == 422 and not IdentityCheck.objects.exists()
    answer = browser.post(url, posted)
    shown = browser.get(answer.url).content.decode()
    assert "own access" in shown and "I looked at a photo ID" in shown
    assert Disclosure.objects.get().identity_check == IdentityCheck.objects.get()
