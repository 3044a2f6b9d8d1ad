"""A partner's legal status: the paper that shows it, its history, its end, and what packets say then."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.urls import reverse

from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.templatetags.ui import day
from records import notices
from records.models import Recipient, StatusEvidence
from referrals.actions.facilities import add_agreement, change_facility, show_legal_status
from referrals.actions.packets import open_packet
from referrals.models import FacilityRevision
from tests.factories.referrals import accept, make_facility, one_sent
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db


def show(facility, by, *, days=None, seen=None, **more):
    today = center_day(clock.now())
    given = {
        "status": "covered_entity", "paper": "notice", "kept_at": "partners folder", "checked_on": today,
        "valid_until": None if days is None else today + timedelta(days=days), **more,
    }  # fmt: skip
    facility.refresh_from_db()
    return show_legal_status(
        facility=facility, seen=seen or facility.revision, by=by, now=clock.now(), **given
    )


def paper(facility, by, days):
    """A paper of long ago, whose last day is that many days from now."""
    until = center_day(clock.now()) + timedelta(days=days)
    return StatusEvidence.objects.create(
        recipient=facility.recipient, status="covered_entity", paper="notice", kept_at="folder",
        checked_on=until - timedelta(days=365), valid_until=until, checked_by=by,
    )  # fmt: skip


def packet(ana, facility):
    offer, _, _ = one_sent(ana, facility)
    accept(offer, ana)
    return open_packet(offer_id=offer.pk, medium="print", shape="page", by=ana, now=clock.now()).content


@pytest.mark.parametrize(("days", "narrow"), [(None, False), (0, False), (-1, True)])
def test_a_packet_says_the_narrowest_rule_once_the_paper_has_ended(ana, sam, days, narrow):
    harbor = make_facility()
    if days is not None:
        paper(harbor, sam, days)
    said = packet(ana, harbor)["redisclosure"]
    assert said == (notices.NOT_SURE if narrow else notices.redisclosure("covered_entity"))
    assert "42 CFR 2.33" in said


def test_a_new_paper_brings_the_rule_back(ana, sam):
    harbor = make_facility()
    paper(harbor, sam, -1)
    show(harbor, sam, status="part2_program", days=100)
    assert packet(ana, harbor)["redisclosure"] == notices.redisclosure("part2_program")


def test_the_page_keeps_who_what_and_until_when(sam, as_user):
    harbor, client = make_facility(), as_user(sam)
    url = reverse("referrals:partner", args=[harbor.pk])
    assert "No paper shows it yet" in text_of(client.get(url))
    form = reverse("referrals:partner-status", args=[harbor.pk])
    assert client.get(form).status_code == 200
    today = center_day(clock.now())
    data = {
        "status": "part2_program", "paper": "license", "kept_at": "Shelf 4", "checked_on": today.isoformat(),
        "valid_until": (today + timedelta(days=20)).isoformat(), "revision": 1,
    }  # fmt: skip
    assert client.post(form, data).url == url
    page = text_of(client.get(url))
    for words in ("Part 2 program", "The paper ends soon", "kept in Shelf 4", sam.display_name):
        assert words in page
    assert FacilityRevision.objects.get(number=2).facts["legal_status"] == "part2_program"
    assert client.post(form, data).status_code == 409
    show(harbor, sam)
    assert StatusEvidence.objects.filter(ended_at=None).get().status == "covered_entity"
    assert StatusEvidence.objects.count() == 2
    assert "replaced" in text_of(client.get(url))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kept_at": " "}, "Where the paper is kept"),
        ({"checked_on": "2199-01-01"}, "The day can't be later than today"),
        ({"valid_until": "2020-01-01"}, "The end must be on or after the day it was checked"),
    ],
)
def test_what_does_not_fit_is_said_and_what_was_typed_stays(sam, as_user, change, words):
    harbor = make_facility()
    data = {
        "status": "covered_entity", "paper": "notice", "kept_at": "Shelf 4",
        "checked_on": center_day(clock.now()).isoformat(), "revision": 1, **change,
    }  # fmt: skip
    refused = as_user(sam).post(reverse("referrals:partner-status", args=[harbor.pk]), data)
    assert refused.status_code == 422
    assert words in text_of(refused)
    assert not StatusEvidence.objects.exists()


def test_another_status_by_the_form_ends_the_paper(sam):
    harbor = make_facility()
    show(harbor, sam)
    harbor.refresh_from_db()
    change_facility(facility=harbor, seen=harbor.revision, by=sam, legal_status="other_lawful_holder")
    assert StatusEvidence.objects.get().ended_at is not None


def test_only_who_keeps_the_directory(ana, as_user):
    url = reverse("referrals:partner-status", args=[make_facility().pk])
    assert as_user(ana).get(url).status_code == 403
    assert as_user(ana).post(url, {}).status_code == 403


def test_the_list_warns_a_month_before(sam, as_user):
    for name, days in (("Later", 31), ("Soon", 30), ("Over", -1), ("None", None)):
        made = make_facility(name)
        add_agreement(facility=made, by=sam, kind="transfer", begins_on=center_day(clock.now()))
        if days is not None:
            paper(made, sam, days)
    make_facility("Stranger")
    page = as_user(sam).get(reverse("referrals:partner-confirm-list"))
    shown = [(row["facility"].recipient.name, row["ended"]) for row in page.context["papers"]]
    assert shown == [("Over", True), ("Soon", False), ("None", False)]


def refused_by(act):
    with pytest.raises((IntegrityError, ProgrammingError)) as refused, transaction.atomic():
        act()
    return refusal_code(refused.value)


def test_the_database_keeps_one_paper_in_force_and_every_row(sam):
    harbor = make_facility()
    kept = show(harbor, sam, days=10)
    rows = StatusEvidence.objects.all()
    assert refused_by(lambda: paper(harbor, sam, 5)) == "records_statusevidence_one"
    assert refused_by(lambda: rows.update(valid_until=None)) == "records_statusevidence_kept"
    with pytest.raises(ProgrammingError), transaction.atomic():
        rows.delete()
    rows.update(ended_at=clock.now())
    assert refused_by(lambda: rows.update(ended_at=None)) == "records_statusevidence_kept"
    other = Recipient.objects.create(name="Elm", kind="facility", legal_status="covered_entity")
    for change, code in (
        ({"kept_at": ""}, "records_statusevidence_told"),
        ({"status": "friend"}, "records_statusevidence_told"),
        ({"valid_until": kept.checked_on - timedelta(days=1)}, "records_statusevidence_days"),
    ):
        row = {
            "recipient": other, "status": "covered_entity", "paper": "notice", "kept_at": "x",
            "checked_on": kept.checked_on, "checked_by": sam, **change,
        }  # fmt: skip
        assert refused_by(lambda row=row: StatusEvidence.objects.create(**row)) == code


def test_papers_that_end_or_are_missing_are_on_today_of_who_keeps_the_directory(ana, sam, as_user):
    partners = [make_facility(name) for name in ("Alder", "Birch", "Cedar", "Dogwood")]
    for one in partners:
        add_agreement(facility=one, by=sam, kind="transfer", begins_on=center_day(clock.now()))
    for one, days in zip(partners, (5, 400), strict=False):
        paper(one, sam, days)
    page = text_of(as_user(sam).get("/staff/"))
    last = day(center_day(clock.now()) + timedelta(days=5))
    assert f"Its legal-status paper ends on {last}" in page
    assert reverse("referrals:partner-status", args=[partners[0].pk]) in page
    assert "2 partners" in page and "No paper shows their legal status" in page
    paper(partners[2], sam, 400)
    page = text_of(as_user(sam).get("/staff/"))
    assert "Dogwood" in page and "No paper shows its legal status" in page and "Birch" not in page
    assert "legal status" not in text_of(as_user(ana).get("/staff/"))
