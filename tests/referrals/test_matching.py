"""Matching over the directory in PostgreSQL: the same as the pure rules, kept, and never a dead end."""

from datetime import timedelta
from io import StringIO
from math import asin, cos, radians, sin, sqrt

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as property_settings
from hypothesis import strategies as st

from config import clock
from config.errors import Conflict, Refused
from records.models import Recipient
from referrals.actions.decisions import nobody_fits
from referrals.choices import Access, Known, Level, Medication, Payer, Unit, Withdrawal
from referrals.models import CapacityReport, Facility, MatchDecision, Referral, ZipCentroid
from referrals.queries import candidate, facilities_for
from referrals.queries_matching import find_partners
from referrals.rules.matching import RULES_SHA256, Need, match
from referrals.views.match import found_for
from tests.factories.accounts import make_user
from tests.factories.referrals import consent_for, make_facility, make_referral
from tests.referrals.test_directory import text_of
from tests.referrals.test_staff_pages import assessment, partners  # noqa: F401 - fixtures

pytestmark = pytest.mark.django_db
KRATOM = Need(withdrawal=frozenset({"kratom"}), payer="aetna", pregnant="no", age=31, sex="male")
RICHMOND, NORFOLK, NOWHERE = "23220", "23510", "00000"


def some(choices):
    return st.lists(st.sampled_from(choices.values), max_size=3, unique=True)


@st.composite
def facts(draw):
    yes, go_on = draw(some(Withdrawal)), draw(some(Medication))
    youngest = draw(st.one_of(st.none(), st.integers(0, 30)))
    opens = draw(st.sampled_from([None, "08:00"]))
    return {
        "levels": draw(some(Level)) or ["detox"],
        "withdrawal_yes": yes,
        "withdrawal_no": [code for code in draw(some(Withdrawal)) if code not in yes],
        "medications": go_on,
        "medications_no": [code for code in draw(some(Medication)) if code not in go_on],
        "payers": draw(some(Payer)),
        "lists_complete": draw(st.booleans()),
        "languages": draw(st.sampled_from([[], ["en"], ["en", "es"]])),
        "access": draw(some(Access)),
        "pregnancy": draw(st.sampled_from(Known.values)),
        "co_occurring": draw(st.sampled_from(Known.values)),
        "unit": draw(st.sampled_from(Unit.values)),
        "age_min": youngest,
        "age_max": draw(st.one_of(st.none(), st.integers(31, 80))),
        "hours_24": draw(st.booleans()),
        "admits_from": opens,
        "admits_until": opens and "20:00",
        "zip": draw(st.sampled_from(["", RICHMOND, NORFOLK, NOWHERE])),
    }


needs = st.builds(
    Need,
    level=st.sampled_from(Level.values),
    withdrawal=st.frozensets(st.sampled_from(Withdrawal.values), max_size=2),
    medications=st.frozensets(st.sampled_from(Medication.values), max_size=2),
    payer=st.sampled_from([None, *Payer.values]),
    pregnant=st.sampled_from(["yes", "no", "unknown", "possible"]),
    age=st.one_of(st.none(), st.integers(10, 90)),
    sex=st.sampled_from(["female", "male", "other", "unknown"]),
    language=st.sampled_from(["en", "es"]),
    at_night=st.booleans(),
    max_miles=st.sampled_from([None, 5, 200]),
    co_occurring=st.booleans(),
    access=st.frozensets(st.sampled_from(Access.values), max_size=2),
)
reports = st.sampled_from([None, (2, 1, None), (2, 9, None), (3, 90, None), (0, 1, None), (1, 1, 1)])


@given(
    places=st.lists(st.tuples(facts(), reports), min_size=1, max_size=7),
    need=needs,
    zip_code=st.sampled_from(["", RICHMOND]),
)
@property_settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_postgresql_finds_and_ranks_as_the_rules_do(transactional_clean, places, need, zip_code):
    """The filter, the order and the counts of the SQL are those of the rules, whatever the directory."""
    by, now = transactional_clean(), clock.now()
    for number, (given_facts, said) in enumerate(places):
        place = make_facility(f"House {number}", **given_facts)
        if said:
            beds, hours, women = said
            CapacityReport.objects.create(
                facility=place,
                beds_open=beds,
                women_only=women,
                reported_at=now - timedelta(hours=hours),
                source="phone",
            )
    found = find_partners(by, need, zip_code, now)
    expected = match(need, found.candidates, now)
    assert len(expected) == len(places)
    assert [one.facility_id for one in (*found.fits, *found.misses)] == [one.facility_id for one in expected]
    assert (found.fits_count, found.misses_count) == (len(found.fits), len(found.misses))
    for row in found.in_the_way:
        out = [one for one in found.misses if row.criterion in dict(one.why_not)]
        assert (row.ruled_out, row.alone) == (len(out), sum(one.one_short for one in out))
    for limit in (1, 3):
        best = find_partners(by, need, zip_code, now, shown=limit)
        assert [one.facility_id for one in best.fits] == [one.facility_id for one in found.fits[:limit]]


@pytest.fixture
def transactional_clean(sam):
    """Return a function that takes every partner out of use, so that each example begins with none."""

    def clean():
        for one in Recipient.objects.filter(kind="facility", active=True):
            one.name, one.active = f"Gone {one.pk}", False
            one.save()
        return sam

    return clean


def test_one_out_of_use_is_counted_nowhere(sam):
    make_facility("Elm")
    gone = make_facility("Gone", payers=["self_pay"])
    Recipient.objects.filter(pk=gone.recipient_id).update(active=False)
    found = find_partners(sam, KRATOM, "", clock.now())
    assert (found.fits_count, found.misses_count, found.in_the_way) == (1, 0, [])
    assert {*found.facilities} == {str(Facility.objects.get(recipient__name="Elm").pk)}


def test_of_many_that_do_not_fit_only_the_nearest_are_ranked(sam):
    """Who lacks one thing comes before who lacks two, however many there are, and all are counted."""
    for number in range(60):
        lacks_two = number % 3
        make_facility(
            f"House {number:02}", payers=["self_pay"], age_min=40 if lacks_two else 18, zip=RICHMOND
        )
    found = find_partners(sam, KRATOM, RICHMOND, clock.now())
    assert [len(one.why_not) for one in found.misses] == [1] * 20 + [2] * 30
    assert (found.fits_count, found.misses_count) == (0, 60)
    assert [(one.criterion, one.ruled_out, one.alone) for one in found.in_the_way] == [
        ("payer", 60, 20), ("age", 40, 0),
    ]  # fmt: skip


def test_distance_is_a_straight_line_and_may_not_be_known(sam):
    now = clock.now()
    make_facility("Near", zip=RICHMOND)
    make_facility("Far", zip=NORFOLK)
    make_facility("Somewhere", zip=NOWHERE)
    found = find_partners(sam, KRATOM, RICHMOND, now)
    assert [(one.name, one.miles) for one in found.fits] == [("Near", 0), ("Far", 80), ("Somewhere", None)]
    near = find_partners(sam, Need(**{**KRATOM.__dict__, "max_miles": 60}), RICHMOND, now)
    assert [one.name for one in near.fits] == ["Near", "Somewhere"]
    assert near.fits[1].check == ("The distance is not known",)
    assert near.misses[0].why_not == (("distance", "About 80 miles away, more than the 60 asked for"),)
    unknown = find_partners(sam, KRATOM, NOWHERE, now)
    assert not unknown.measured
    assert {one.miles for one in unknown.fits} == {None}


def test_distances_are_those_of_the_great_circle(sam):
    picked = [*ZipCentroid.objects.order_by("zip")[::1500]]
    for number, one in enumerate(picked):
        make_facility(f"House {number}", zip=one.zip)
    here = ZipCentroid.objects.get(pk=RICHMOND)
    found = find_partners(sam, KRATOM, RICHMOND, clock.now(), shown=100)
    assert len(found.fits) == len(picked)
    for one in found.fits:
        there = picked[int(one.name.removeprefix("House "))]
        lat, lon = radians(there.latitude), radians(there.longitude)
        mine, away = radians(here.latitude), lon - radians(here.longitude)
        half = sin((lat - mine) / 2) ** 2 + cos(lat) * cos(mine) * sin(away / 2) ** 2
        assert abs(one.miles - 2 * 3958.8 * asin(sqrt(half))) <= 0.5001


def test_as_many_queries_for_three_partners_as_for_sixty(ana, as_user, assessment, partners):  # noqa: F811
    client, url = as_user(ana), reverse("referrals:match", args=[assessment.episode_id])
    client.get(url)
    with CaptureQueriesContext(connection) as few:
        client.get(url)
    for number in range(60):
        make_facility(f"House {number:02}")
    with CaptureQueriesContext(connection) as many:
        page = text_of(client.get(url))
    assert len(many) == len(few)
    assert "Can take this person (62)" in page
    assert "The best 20 of 62 are shown." in page


def test_sending_keeps_what_was_found_and_chosen(ana, as_user, assessment, partners):  # noqa: F811
    referral = make_referral(ana, assessment.episode)
    consent_for(ana, referral, partners["harbor"])
    data = {"facilities": [str(partners["harbor"].pk)], "answer_hours": "4"}
    assert (
        as_user(ana).post(reverse("referrals:offer-send", args=[assessment.episode_id]), data).status_code
        == 200
    )
    kept = MatchDecision.objects.get()
    assert (kept.kind, kept.rules_sha256) == ("sent", RULES_SHA256)
    assert kept.result["chosen"] == [str(partners["harbor"].pk)]
    assert [one["fits"] for one in kept.result["matches"]] == [True, True, False]
    assert kept.snapshot["need"]["withdrawal"] == ["kratom"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT snapshot, result FROM referrals_matchdecision")
        assert b"kratom" not in b"".join(map(bytes, cursor.fetchone()))


def replayed():
    out = StringIO()
    call_command("replay_matches", stdout=out, stderr=out)
    return out.getvalue()


def test_a_kept_decision_is_computed_again_to_the_same(ana, monkeypatch):
    now = clock.now()
    make_facility()
    make_facility("Cedar House", payers=["self_pay"])
    referral = make_referral(ana, payer="medicare")
    found = found_for(ana, referral.need, now)
    nobody_fits(
        referral_id=referral.pk, found=found, what="phone", due_at=now + timedelta(hours=1), by=ana, now=now
    )
    assert "0 of 1 would change" in replayed()
    monkeypatch.setattr("referrals.rules.matching.findings", lambda need, facility: [])
    with pytest.raises(SystemExit):
        replayed()
    monkeypatch.setattr("referrals.management.commands.replay_matches.RULES_SHA256", "another")
    assert "1 of 1 would change" in replayed()


def test_nobody_fits_and_somebody_decides_by_when(ana, as_user, assessment, partners):  # noqa: F811
    client = as_user(ana)
    referral = make_referral(ana, assessment.episode, payer="medicare")
    page = text_of(client.get(reverse("referrals:match", args=[assessment.episode_id])))
    for words in (
        "No partner fits right now.",
        "call 911, or the nearest emergency department",
        "One thing short (3)",
        "Payment Rules out 3, 3 by nothing else",
        "Decide what happens next",
    ):
        assert words in page
    url = reverse("referrals:nobody", args=[assessment.episode_id])
    page = text_of(client.get(url))
    assert "Harbor Detox : Does not take Medicare" in page.replace("Detox:", "Detox :")
    assert client.post(url, {"what": "supervisor", "due_at": "2020-01-01T10:00"}).status_code == 422
    assert client.post(url, {"due_at": "2099-01-01T10:00"}).status_code == 422
    assert client.post(url, {"what": "supervisor", "due_at": "2099-01-01T10:00"}).status_code == 302
    referral.refresh_from_db()
    assert referral.next_step == "choose_partner"
    assert referral.next_due_at.year == 2099
    assert referral.escalated_at is not None
    kept = MatchDecision.objects.get()
    assert (kept.kind, kept.result["step"], kept.result["ruled_out"]) == ("nobody", "supervisor", 3)
    assert kept.result["in_the_way"] == [["payer", 3, 3]]


def test_without_a_referral_the_decision_opens_one_and_a_fit_refuses_it(ana, as_user, assessment, partners):  # noqa: F811
    client, url = as_user(ana), reverse("referrals:nobody", args=[assessment.episode_id])
    answer = client.post(url, {"what": "phone", "due_at": "2099-01-01T10:00"})
    assert answer.status_code == 422
    assert "A partner fits now. Look at the list again" in text_of(answer)
    assert not Referral.objects.exists()
    for one in partners.values():
        one.recipient.active = False
        one.recipient.save()
    assert client.post(url, {"what": "phone", "due_at": "2099-01-01T10:00"}).status_code == 302
    assert Referral.objects.get().escalated_at is None


def test_only_who_may_send_decides_and_only_while_it_is_open(ana, ada):
    now = clock.now()
    referral = make_referral(ana, payer="medicare")
    asked = {"found": found_for(ana, referral.need, now), "due_at": now + timedelta(hours=1), "now": now}
    with pytest.raises(Refused):
        nobody_fits(referral_id=referral.pk, what="wait", by=ana, **asked)
    ended = {"closed_at": now, "next_step": "none", "person_call_at": None}
    Referral.objects.update(status="closed", outcome="no_partner", **ended)
    with pytest.raises(Conflict):
        nobody_fits(referral_id=referral.pk, what="phone", by=ana, **asked)


def test_without_the_directory_nothing_is_found():
    audrey = make_user("auditor", "audrey")
    make_facility()
    found = find_partners(audrey, KRATOM, "", clock.now())
    assert (found.fits_count, found.candidates) == (0, [])
    assert not facilities_for(audrey).exists()
    assert candidate(Facility.objects.select_related("recipient").get()).name == "Harbor Detox"
