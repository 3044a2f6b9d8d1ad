"""Facts that nobody confirmed for a year are said so, and confirmed in one press."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from config.clock import center_day
from config.errors import Conflict
from referrals.actions.facilities import add_agreement, change_facility, confirm_facts
from referrals.models import Facility, FacilityConfirmation, FacilityRevision
from referrals.rules.confirmed import unconfirmed
from tests.factories.referrals import make_facility, make_referral, one_sent
from tests.referrals.test_staff_pages import text_of

pytestmark = pytest.mark.django_db
LIST = "referrals:partner-confirm-list"


@pytest.mark.parametrize(
    ("checked", "today", "said"),
    [
        (None, date(2026, 7, 14), "Never confirmed with them"),
        (date(2026, 7, 14), date(2026, 7, 14), ""),
        (date(2025, 7, 14), date(2026, 7, 14), ""),
        (date(2025, 7, 13), date(2026, 7, 14), "Not confirmed since 13 July 2025"),
        (date(2027, 2, 28), date(2028, 2, 29), ""),
        (date(2027, 2, 27), date(2028, 2, 29), "Not confirmed since 27 February 2027"),
    ],
)
def test_a_year_to_the_day(checked, today, said):
    assert unconfirmed(checked, today) == said


def press(client, facility, **more):
    data = {"revision": facility.revision, **more}
    return client.post(reverse("referrals:partner-confirm", args=[facility.pk]), data)


def test_one_press_keeps_who_and_when_and_the_flag_goes(sam, as_user):
    elm = make_facility("Elm", checked_on=date(2024, 5, 3), source="import", import_key="a" * 32)
    client, url = as_user(sam), reverse("referrals:partner", args=[elm.pk])
    assert "Not confirmed since 3 May 2024" in text_of(client.get(url))
    assert press(client, elm).url == url
    page = text_of(client.get(url))
    assert "Not confirmed since" not in page
    assert sam.display_name in page
    kept = FacilityConfirmation.objects.get()
    assert (kept.facility, kept.revision, kept.confirmed_by) == (elm, 1, sam)
    elm.refresh_from_db()
    assert (elm.checked_on, elm.revision, elm.source) == (center_day(clock.now()), 2, "staff")
    assert FacilityRevision.objects.get(number=2).facts["checked_on"] == elm.checked_on.isoformat()
    assert Event.objects.get(name="facility.confirmed").ids["revision"] == 1


def test_what_somebody_changed_since_is_not_confirmed(sam, as_user):
    elm = make_facility("Elm")
    change_facility(facility=elm, seen=1, by=sam, coordinator="Kim")
    assert press(as_user(sam), elm).status_code == 409
    for revision in ("", "x", "99999999999"):
        response = as_user(sam).post(
            reverse("referrals:partner-confirm", args=[elm.pk]), {"revision": revision}
        )
        assert response.status_code == 409
    with pytest.raises(Conflict):
        confirm_facts(facility=elm, seen=1, by=sam, now=clock.now())
    assert not FacilityConfirmation.objects.exists()


def test_only_who_keeps_the_directory_confirms(ana, as_user):
    elm = make_facility("Elm")
    assert press(as_user(ana), elm).status_code == 403
    assert as_user(ana).get(reverse(LIST)).status_code == 403
    page = text_of(as_user(ana).get(reverse("referrals:partner", args=[elm.pk])))
    assert "Never confirmed with them" in page
    assert "still true" not in page


def test_a_confirmation_is_never_changed_or_deleted(sam):
    confirm_facts(facility=make_facility("Elm"), seen=1, by=sam, now=clock.now())
    for act in (
        lambda: FacilityConfirmation.objects.update(revision=9),
        FacilityConfirmation.objects.all().delete,
    ):
        with pytest.raises(ProgrammingError):
            act()


def test_the_list_begins_with_those_we_work_with_the_longest_ago_first(ana, sam, as_user):
    today = center_day(clock.now())
    old = make_facility("Old", checked_on=date(2024, 1, 1))
    never = make_facility("Never")
    fresh = make_facility("Fresh", checked_on=today)
    make_facility("Stranger")
    for one in (old, never, fresh):
        add_agreement(facility=one, by=sam, kind="transfer", begins_on=today)
    ended = make_facility("Ended")
    add_agreement(
        facility=ended, by=sam, kind="transfer", begins_on=date(2020, 1, 1), ends_on=today - timedelta(days=1)
    )
    asked = make_facility("Asked")
    one_sent(ana, asked)
    client = as_user(sam)
    rows = [row["facility"].recipient.name for row in client.get(reverse(LIST)).context["rows"]]
    assert rows[-1] == "Old" and {*rows} == {"Never", "Asked", "Old"}
    rows = client.get(reverse(LIST), {"show": "all"}).context["rows"]
    assert {row["facility"].recipient.name for row in rows} == {"Never", "Asked", "Old", "Ended", "Stranger"}
    assert press(client, old, **{"from": "list"}).url == reverse(LIST)
    assert Facility.objects.get(pk=old.pk).checked_on == today


def test_as_many_queries_for_many_partners(sam, as_user):
    make_facility("First")
    client = as_user(sam)
    client.get(reverse(LIST), {"show": "all"})
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(LIST), {"show": "all"})
    for number in range(60):
        make_facility(f"House {number}")
    with CaptureQueriesContext(connection) as many:
        page = text_of(client.get(reverse(LIST), {"show": "all"}))
    assert len(many) == len(few)
    assert "The first 50 are shown." in page


def test_matching_says_it_and_ranks_nobody_lower(ana, as_user):
    make_facility("Alder", checked_on=date(2024, 5, 3))
    make_facility("Birch", checked_on=center_day(clock.now()))
    referral = make_referral(ana)
    page = text_of(as_user(ana).get(reverse("referrals:match", args=[referral.episode_id])))
    assert page.count("Not confirmed since 3 May 2024") == 1
    assert page.index("Alder") < page.index("Birch")
