"""Instruments: kept as given, corrected by newer rows, read by the rules, never low by leaving out."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.episodes import close_episode
from intake.actions.instruments import Given, record_instrument
from intake.models import InstrumentRecord
from intake.picture import facts_of, picture_of, sources_of
from intake.queries import current_assessment
from intake.rules.catalogue import BY_ID, FORMS
from intake.rules.instruments import INSTRUMENTS
from outbox.submit import AlreadyDone
from tests.factories.episodes import make_assessment, make_episode, make_sendable

pytestmark = pytest.mark.django_db

PHQ9 = {f"phq9_{n}": 1 for n in range(1, 9)}
COWS = {f"cows_{n}": 0 for n in range(2, 12)}


@pytest.fixture
def episode(ana):
    return make_episode(ana)


def give(by, episode, instrument, answers, **more):
    """Record the items of one giving, now unless told otherwise."""
    given = {key: more.pop(key) for key in ("missing", "observed_at", "language") if key in more}
    return record_instrument(
        by=by, episode=episode, given=Given(instrument, answers=answers, **given), **more
    )


def bring(by, episode, instrument, total=None, **more):
    """Record a result from elsewhere."""
    corrects, reason = more.pop("corrects", None), more.pop("reason", "")
    values = {"measured_by": "Nurse Reyes", "where": "Easton", **more}
    given = Given(instrument, outside=True, total=total, **values)
    return record_instrument(by=by, episode=episode, given=given, corrects=corrects, reason=reason)


def picture(episode):
    return picture_of(current_assessment(episode), clock.now())


def refused(sql, *params):
    with pytest.raises(DatabaseError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
    return refusal_code(caught.value)


# The action


def test_a_giving_is_kept_with_its_score(ana, episode, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "after_answers_changed", [lambda **facts: told.append(facts)])
    made = give(ana, episode, "gad7", {f"gad7_{n}": 2 for n in range(1, 8)}, missing={})
    kept = InstrumentRecord.objects.get()
    assert kept.details["score"] == {
        "status": "complete",
        "total": 14,
        "band": "moderate",
        "flags": ["ANXIETY_POSITIVE"],
    }
    assert kept.details["version"] == INSTRUMENTS["gad7"].version
    assert (kept.administered_by, kept.recorded_by) == (ana, ana)
    assert [set(facts) for facts in told] == [{"assessment", "by", "now"}]
    event = Event.objects.get(name="instrument.recorded")
    assert (event.object_id, event.person_id) == (made.pk, episode.person_id)
    assert "gad7" not in str(event.__dict__)


def test_a_result_changes_the_assessment_so_that_a_suggestion_is_outdated(ana, cole, episode):
    before = current_assessment(episode).version
    bring(ana, episode, "cows", 14)
    assessment = current_assessment(episode)
    assert assessment.version == before + 1
    assert assessment.status == "in_progress"


def test_a_decided_assessment_stays_as_it_was_and_still_takes_results(ana, episode):
    assessment = current_assessment(episode)
    assessment.status = "decided"
    assessment.save(update_fields=["status"])
    bring(ana, episode, "ciwa_ar", 12)
    assert current_assessment(episode).version == assessment.version
    assert picture(episode)["ciwa"] == 12


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (Given("poetry", answers={"a": 1}), "unknown_instrument"),
        (Given("gad7"), "no_answers"),
        (Given("gad7", answers={"gad7_1": 9}), "invalid"),
        (Given("cows", answers={**COWS, "pulse_bpm": 90}), "not_permitted"),
        (Given("kds", outside=True, total=12), "no_source"),
        (Given("kds", outside=True, measured_by="Nurse Reyes"), "no_result"),
        (Given("gad7", answers={"gad7_1": 1}, observed_at=datetime(2199, 1, 1, tzinfo=UTC)), "in_future"),
    ],
)
def test_what_cannot_be_is_refused(ana, episode, given, code):
    with pytest.raises(Refused) as caught:
        record_instrument(by=ana, episode=episode, given=given)
    assert caught.value.code == code
    assert not InstrumentRecord.objects.exists()


def test_what_a_clinician_observes_is_scored_by_a_clinician(cole, ana, episode):
    give(cole, episode, "cows", {**COWS, "pulse_bpm": 101})
    assert picture(episode)["cows"] == 2


def test_a_closed_episode_takes_no_more(ana, episode):
    close_episode(by=ana, episode=episode, reason="completed")
    with pytest.raises(Conflict):
        bring(ana, episode, "cows", 3)


def test_the_same_submit_is_kept_once(ana, episode):
    key = uuid4()
    give(ana, episode, "phq9", {**PHQ9, "phq9_9": 0}, submit_key=key)
    with pytest.raises(AlreadyDone):
        give(ana, episode, "phq9", {**PHQ9, "phq9_9": 0}, submit_key=key)
    assert InstrumentRecord.objects.count() == 1


def test_a_correction_takes_the_place_of_the_earlier_one_and_both_stay(ana, episode):
    wrong = bring(ana, episode, "cows", 26)
    right = bring(ana, episode, "cows", 6, corrects=wrong, reason="Two digits were swapped")
    assert InstrumentRecord.objects.count() == 2
    assert picture(episode)["cows"] == 6
    assert right.details["reason"] == "Two digits were swapped"
    with pytest.raises(Conflict):
        bring(ana, episode, "cows", 9, corrects=wrong, reason="Again, by somebody slower")
    with pytest.raises(Refused):
        bring(ana, episode, "cows", 9, corrects=right)
    with pytest.raises(Refused):
        bring(ana, episode, "ciwa_ar", 9, corrects=right, reason="Not the same instrument")


# The database


@pytest.mark.parametrize(
    "sql", ["UPDATE intake_instrumentrecord SET observed_at = now()", "DELETE FROM intake_instrumentrecord"]
)
def test_records_are_append_only(ana, episode, sql):
    bring(ana, episode, "cows", 3)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


INSERT = (
    "INSERT INTO intake_instrumentrecord (id, data_key_id, episode_id, details, observed_at, recorded_by_id,"
    " supersedes_id, red_flag) SELECT gen_random_uuid(), data_key_id, {episode}, details, {when},"
    " recorded_by_id, {of}, false FROM intake_instrumentrecord LIMIT 1"
)


def test_raw_sql_can_neither_date_ahead_nor_correct_across_episodes(ana, episode):
    other = make_episode(ana, name="Robin Vale", phone="+18045550199")
    kept = bring(ana, episode, "cows", 3)
    ahead = INSERT.format(episode="episode_id", when="now() + interval '1 hour'", of="NULL")
    assert refused(ahead) == "intake_instrumentrecord_not_in_future"
    across = INSERT.format(episode="%s", when="now()", of="%s")
    assert refused(across, other.pk, kept.pk) == "intake_instrumentrecord_same_episode"
    bring(ana, episode, "cows", 4, corrects=kept, reason="Read again")
    twice = INSERT.format(episode="episode_id", when="now()", of="%s")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(twice, [kept.pk])


def test_a_dump_shows_neither_the_instrument_nor_an_answer(ana, episode):
    bring(ana, episode, "phq9", 21, note="Zanzibar")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(r)::text FROM intake_instrumentrecord r")
        line = cursor.fetchone()[0]
        cursor.execute("SELECT encode(details, 'escape') FROM intake_instrumentrecord")
        line += cursor.fetchone()[0]
    assert not any(word in line for word in ("phq9", "Zanzibar", "Reyes", "moderate"))


# What the rules read


def test_the_latest_by_its_time_counts_whatever_the_order_of_recording(ana, episode):
    bring(ana, episode, "cows", 7)
    bring(ana, episode, "cows", 30, observed_at=clock.now() - timedelta(hours=9))
    assert picture(episode)["cows"] == 7


def test_an_incomplete_scale_counts_only_by_what_it_reaches_alone(cole, ana, episode):
    give(cole, episode, "cows", {"cows_3": 3, "pulse_bpm": 70})
    assert "cows" not in picture(episode)
    give(cole, episode, "cows", {"cows_3": 5, "cows_4": 5, "cows_11": 5})
    assert picture(episode)["cows"] == 15
    bring(ana, episode, "cows", 4)
    assert picture(episode)["cows"] == 4
    give(cole, episode, "cows", {"cows_3": 1})
    assert picture(episode)["cows"] == 4


def test_the_items_of_a_withdrawal_scale_count_by_themselves(cole, episode):
    give(cole, episode, "ciwa_ar", {"ciwa_7": 5, "ciwa_8": 2, "ciwa_10": 3})
    found = picture(episode)
    assert (found["ciwa_perceptual_max"], found["ciwa_orientation"], found["ciwa"]) == (5, 3, 10)


@pytest.mark.parametrize(
    ("answered", "instrument", "result", "expected"),
    [
        (None, "asq", "negative", None),
        ("none", "asq", "negative", "none"),
        ("none", "asq", "non_acute_positive", "low"),
        ("moderate", "asq", "non_acute_positive", "moderate"),
        ("moderate", "asq", "acute_positive", "active_now"),
        ("high", "asq", "acute_positive", "high"),
        ("none", "cssrs_screener", "none", "none"),
        (None, "cssrs_screener", "none", None),
        (None, "cssrs_screener", "moderate", "moderate"),
        ("low", "cssrs_screener", "high", "high"),
        ("high", "cssrs_screener", "low", "high"),
    ],
)
def test_a_suicide_screen_only_raises_what_was_answered(ana, answered, instrument, result, expected):
    assessment = make_sendable(ana)
    section = assessment.sections.get(key="mental")
    section.answers = {"suicidality": {"value": answered}} if answered else {}
    section.save(update_fields=["answers"])
    bring(ana, assessment.episode, instrument, band=result)
    assert picture(assessment.episode).get("suicidality") == expected


def test_each_measured_key_leads_to_its_record_or_to_where_it_is_given(cole, ana, episode):
    kept = bring(ana, episode, "cows", 6)
    sources = sources_of(current_assessment(episode))
    assert sources["cows"].anchor == str(kept.pk)
    assert sources["ciwa"].anchor == str(BY_ID["ciwa_ar"].number)


# The catalogue


def test_every_instrument_is_in_the_list_once_and_no_address_names_one(episode):
    assert {form.id for form in FORMS} - {"level_elsewhere"} == set(INSTRUMENTS)
    assert len({form.number for form in FORMS}) == len(FORMS)
    for form in FORMS:
        address = reverse("intake:instrument-give", args=[episode.pk, form.number])
        assert form.id not in address
        assert all(part in form.instrument.items for part in form.parts)


def test_queries_of_facts_do_not_grow_with_records(ana, django_assert_num_queries):
    assessment = make_assessment(ana)
    for _ in range(12):
        bring(ana, assessment.episode, "cows", 1)
    assessment = current_assessment(assessment.episode)
    assert assessment.episode.person.data_key
    with django_assert_num_queries(5):
        facts_of(assessment)
