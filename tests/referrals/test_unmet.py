"""The report on unmet need: from kept decisions, for whole months, to who keeps the directory."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from records.models import DataKey
from referrals.actions.decisions import store_decision
from referrals.models import MatchDecision
from referrals.queries_unmet import decided_in
from referrals.rules.unmet import FELL_BACK, FOUND, NOBODY
from referrals.views.match import found_for
from tests.factories.referrals import consent_for, make_facility, make_referral
from tests.referrals.test_matching import replayed
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db
PAGE, FILE = "referrals:unmet", "referrals:unmet-file"
JUNE = {"first": "2026-06", "last": "2026-06"}


def kept(ana, at, *, kind="nobody", times=1, zip_code="23220", chosen=(), because="person", **need):
    """Decisions of that moment, each of a person of its own."""
    for _ in range(times):
        referral = make_referral(ana, zip=zip_code, **need)
        if chosen:
            consent_for(ana, referral, *chosen)
        found = found_for(ana, referral.need, at)
        store_decision(
            referral=referral, found=found, kind=kind, by=ana, because=because, note="Kim",
            chosen=[one.pk for one in chosen], step="phone" if kind == "nobody" else "",
        )  # fmt: skip


@pytest.fixture
def june(ana):
    """Six without anybody, five asked outside what fits, seven who were found; all in June, one in May."""
    harbor = make_facility()
    cedar = make_facility("Cedar House", payers=["self_pay"])
    middle = datetime(2026, 6, 15, 12, tzinfo=UTC)
    kept(ana, middle, times=6, payer="medicare")
    kept(ana, middle, times=5, kind="sent", chosen=[cedar], because="said_yes", zip_code="20101")
    kept(ana, middle, times=7, kind="sent", chosen=[harbor])
    # 30 June in the evening here is July by UTC, and belongs to June
    kept(ana, datetime(2026, 7, 1, 3, tzinfo=UTC), payer="medicare")
    kept(ana, datetime(2026, 5, 31, 12, tzinfo=UTC), payer="medicare")


def test_every_decision_of_the_month_counts_by_the_centers_clock(june):
    ways = [one.way for one in decided_in(date(2026, 6, 1), date(2026, 7, 1))]
    assert {way: ways.count(way) for way in ways} == {NOBODY: 7, FELL_BACK: 5, FOUND: 7}


def test_the_page_and_the_file_say_the_same(june, sam, as_user):
    client = as_user(sam)
    page = text_of(client.get(reverse(PAGE), JUNE))
    for words in ("Matches decided on", ">19<", ">7<", ">5<", "Payment", "ZIP 232…", "ZIP 201…"):
        assert words in page
    file = client.get(reverse(FILE), JUNE)
    lines = file.content.decode("utf-8-sig").split("\r\n")
    assert file["Content-Type"].startswith("text/csv")
    assert '"All","Nobody was found","7",""' in lines
    assert '"Payment","Ruled out most","12",""' in lines
    assert '"ZIP 201…","Unmet","5","Payment"' in lines
    assert [one.ids["shape"] for one in Event.objects.filter(name="report.unmet_need")] == ["page", "csv"]


def test_small_numbers_are_hidden_on_both(ana, sam, as_user):
    make_facility("Cedar House", payers=["self_pay"])
    kept(ana, datetime(2026, 6, 15, tzinfo=UTC), times=3)
    for name in (PAGE, FILE):
        text = as_user(sam).get(reverse(name), JUNE).content.decode()
        assert "fewer than 5" in text
        assert '"3"' not in text and ">3<" not in text
    assert "232" not in text


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-06-15", "2026-06", "Enter a year and a month, such as 2026-07"),
        ("2026-07", "2026-06", "The last month can't be before the first"),
        ("2025-06", "2026-06", "At most 12 months at a time"),
    ],
)
def test_only_whole_months_of_at_most_a_year(sam, as_user, first, last, words):
    for name in (PAGE, FILE):
        refused = as_user(sam).get(reverse(name), {"first": first, "last": last})
        assert refused.status_code == 422
        assert words in text_of(refused)
    assert not Event.objects.filter(name="report.unmet_need").exists()


def test_by_default_three_months_with_this_one(ana, sam, as_user):
    make_facility("Cedar House", payers=["self_pay"])
    kept(ana, clock.now(), times=5)
    assert ">5<" in text_of(as_user(sam).get(reverse(PAGE)))


def test_who_keeps_the_directory_reads_it_and_nobody_else(ana, sam, ada, as_user):
    for name in (PAGE, FILE):
        assert as_user(ana).get(reverse(name)).status_code == 403
        assert as_user(sam).get(reverse(name)).status_code == 200
        assert as_user(ada).get(reverse(name)).status_code == 200


def test_as_many_queries_for_many_and_a_disposed_record_counts_no_more(ana, sam, as_user):
    make_facility("Cedar House", payers=["self_pay"])
    at = datetime(2026, 6, 15, tzinfo=UTC)
    kept(ana, at)
    client = as_user(sam)
    client.get(reverse(PAGE), JUNE)
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(PAGE), JUNE)
    kept(ana, at, times=8)
    with CaptureQueriesContext(connection) as many:
        client.get(reverse(PAGE), JUNE)
    assert len(many) == len(few)
    one = MatchDecision.objects.first()
    DataKey.objects.filter(pk=one.data_key_id).update(wrapped=None, destroyed_at=clock.now())
    assert len(list(decided_in(date(2026, 6, 1), date(2026, 7, 1)))) == 8
    assert "0 of 8 would change" in replayed()
