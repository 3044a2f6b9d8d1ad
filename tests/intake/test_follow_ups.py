"""Safety follow-ups: opened with the result, on Today with an owner and a clock, ended with a note."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.actions import follow_ups
from intake.actions.episodes import close_episode
from intake.actions.instruments import Given, record_instrument
from intake.models import SafetyFollowUp
from intake.queries import episodes_for
from tests.factories.episodes import make_episode, make_instrument

pytestmark = pytest.mark.django_db
NOTE = "Spoke with the person, made a safety plan with the sister."


@pytest.fixture
def episode(ana):
    return make_episode(ana)


def screen(by, episode, **answers):
    return record_instrument(by=by, episode=episode, given=Given("asq", answers=answers))


def row_of(user):
    return [item for item in items_for(user, clock.now()) if item.why.startswith("Safety follow-up")]


def test_item_9_opens_one_at_once_with_an_owner_and_a_clock(ana, cole, episode):
    assert not episodes_for(cole).exists()
    make_instrument(ana, episode)
    one = SafetyFollowUp.objects.get()
    assert (one.owner, one.opened_by) == (ana, ana)
    assert timedelta(0) < one.due_at - clock.now() <= timedelta(hours=4)
    for user in (ana, cole):
        (row,) = row_of(user)
        assert row.urgent
        assert row.url == reverse("intake:safety-follow-up", args=[episode.pk, one.pk])
        assert "PHQ" not in row.why
    assert episodes_for(cole).get() == episode
    event = Event.objects.get(name="follow_up.opened")
    assert "SUICIDE" not in str(event.__dict__)


def test_a_result_without_a_flag_opens_none(ana, episode):
    make_instrument(ana, episode, phq9_9=0)
    assert not SafetyFollowUp.objects.exists()


def test_a_worse_result_joins_the_open_one_and_moves_its_time_earlier(ana, episode):
    make_instrument(ana, episode)
    before = SafetyFollowUp.objects.get().due_at
    screen(ana, episode, a1=1, a2=0, a3=1, a4=0, a5=1)
    one = SafetyFollowUp.objects.get()
    assert one.due_at < before
    assert [reason["code"] for reason in one.details["reasons"]] == ["SUICIDE_FOLLOWUP", "SUICIDE_HIGH"]


def test_a_clinician_takes_and_closes_it_with_a_note(ana, cole, episode):
    make_instrument(ana, episode)
    one = follow_ups.take(by=cole, follow_up=SafetyFollowUp.objects.get())
    assert one.owner == cole
    assert not row_of(ana)
    with pytest.raises(Refused) as caught:
        follow_ups.close(by=cole, follow_up=one, note="Done.")
    assert caught.value.field == "note"
    closed = follow_ups.close(by=cole, follow_up=one, note=NOTE)
    assert (closed.note, closed.closed_by) == (NOTE, cole)
    assert not row_of(cole)
    with pytest.raises(Conflict):
        follow_ups.close(by=cole, follow_up=one, note=NOTE)


def test_no_other_role_takes_or_ends_one(ana, episode):
    make_instrument(ana, episode)
    one = SafetyFollowUp.objects.get()
    for step in (
        lambda: follow_ups.take(by=ana, follow_up=one),
        lambda: follow_ups.close(by=ana, follow_up=one, note=NOTE),
    ):
        with pytest.raises(Refused) as refused:
            step()
        assert refused.value.code == "not_permitted"


def test_an_unanswered_question_blocks_the_end(ana, cole, episode):
    make_instrument(ana, episode)
    record_instrument(by=ana, episode=episode, given=Given("phq9", answers={"phq9_1": 3}))
    one = SafetyFollowUp.objects.get()
    with pytest.raises(Refused) as caught:
        follow_ups.close(by=cole, follow_up=one, note=NOTE)
    assert caught.value.code == "still_to_ask"
    screen(cole, episode, a1=1, a2=0, a3=0, a4=0, a5=0)
    follow_ups.close(by=cole, follow_up=one, note=NOTE)


def test_an_episode_with_an_open_one_stays_open(ana, cole, episode):
    make_instrument(ana, episode)
    with pytest.raises(Refused) as caught:
        close_episode(by=ana, episode=episode, reason="completed")
    assert caught.value.code == "follow_up_open"
    follow_ups.close(by=cole, follow_up=SafetyFollowUp.objects.get(), note=NOTE)
    close_episode(by=ana, episode=episode, reason="completed")


# The database


def refused(sql):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    return refusal_code(caught.value)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("due_at = due_at + interval '1 minute'", "intake_safetyfollowup_not_later"),
        ("opened_at = now() - interval '1 day'", "intake_safetyfollowup_kept"),
        ("closed_at = now()", "intake_safetyfollowup_close_complete"),
    ],
)
def test_raw_sql_can_neither_put_it_off_nor_end_it_without_a_note(ana, episode, change, code):
    make_instrument(ana, episode)
    assert refused(f"UPDATE intake_safetyfollowup SET {change}") == code


def test_raw_sql_can_neither_open_a_second_one_nor_change_a_closed_one(ana, cole, episode):
    make_instrument(ana, episode)
    second = (
        "INSERT INTO intake_safetyfollowup"
        " (id, data_key_id, episode_id, details, opened_by_id, owner_id, due_at)"
        " SELECT gen_random_uuid(), data_key_id, episode_id, details, opened_by_id, owner_id, due_at"
        " FROM intake_safetyfollowup"
    )
    assert refused(second) == "intake_safetyfollowup_one_open"
    follow_ups.close(by=cole, follow_up=SafetyFollowUp.objects.get(), note=NOTE)
    again = "UPDATE intake_safetyfollowup SET closed_at = NULL, closed_by_id = NULL, note = NULL"
    assert refused(again) == "intake_safetyfollowup_kept"


# The pages


def address(episode, name="safety-follow-up"):
    return reverse(f"intake:{name}", args=[episode.pk, episode.safety_follow_ups.get().pk])


def test_the_page_says_why_and_what_to_say(as_user, ana, episode):
    made = make_instrument(ana, episode)
    page = as_user(ana).get(address(episode)).content.decode()
    assert "988" in page
    assert "a clinician follows up today" in page
    assert reverse("intake:instrument-record", args=[episode.pk, made.pk]) in page
    assert "A clinician closes this" in page
    result = (
        as_user(ana).get(reverse("intake:instrument-record", args=[episode.pk, made.pk])).content.decode()
    )
    assert "Thoughts of death or suicide: act now" in result
    assert "Ask the ASQ now" in result


def test_admissions_do_not_close_it(as_user, ana, episode):
    make_instrument(ana, episode)
    assert as_user(ana).post(address(episode, "follow-up-close"), {"note": NOTE}).status_code == 403
    assert as_user(ana).post(address(episode, "follow-up-take")).status_code == 403


def test_a_clinician_works_it_on_the_page(as_user, ana, cole, episode):
    make_instrument(ana, episode)
    desk = as_user(cole)
    assert desk.post(address(episode, "follow-up-take")).status_code == 302
    short = desk.post(address(episode, "follow-up-close"), {"note": "Called."})
    assert short.status_code == 422
    assert "Called." in short.content.decode()
    assert desk.post(address(episode, "follow-up-close"), {"note": NOTE}).status_code == 302
    page = desk.get(address(episode)).content.decode()
    assert NOTE in page
    assert desk.post(address(episode, "follow-up-close"), {"note": NOTE}).status_code == 409


def test_an_open_question_is_shown_as_the_gap_that_blocks(as_user, ana, cole, episode):
    make_instrument(ana, episode)
    record_instrument(by=ana, episode=episode, given=Given("phq9", answers={"phq9_1": 3}))
    page = as_user(cole).get(address(episode)).content.decode()
    assert "Still to ask, before this can end" in page
    sent = as_user(cole).post(address(episode, "follow-up-close"), {"note": NOTE})
    assert sent.status_code == 422
    assert "Something is still to be asked" in sent.content.decode()
