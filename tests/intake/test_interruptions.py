"""What interrupts a call: an emergency, dangerous withdrawal, a call that drops, another day."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from config import clock
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.actions.callbacks import log_try, open_callback
from intake.actions.contact_requests import log_call, start_call
from intake.actions.dropped_call import drop_call
from intake.actions.episodes import start_episode
from intake.actions.presence import be_here
from intake.actions.safety import add_to_emergency, record_disposition
from intake.actions.screens import confirm_screen
from intake.models import Callback, Episode, SafetyAddition, SafetyCheck
from intake.rules.contact import asks_again
from intake.rules.screens import dangerous_withdrawal
from intake.urls_episode import urlpatterns
from intake.views.emergency_first import BESIDE
from records.actions.care_team import join
from records.choices import TeamReason
from tests.factories.contact import make_request
from tests.factories.episodes import add_row, ask_safety, make_assessment, save
from tests.factories.records import make_person

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(ana, ben):
    made = make_assessment(ana)
    ask_safety(ana, made.episode)
    join(person=made.episode.person, by=ana, user=ben, reason=TeamReason.EPISODE)
    return made


def at(name, *args):
    return reverse(f"intake:{name}", args=args)


# When the safety questions come first

ZONE = ZoneInfo("America/New_York")
NIGHT = datetime(2026, 7, 14, 3, 30, tzinfo=UTC)  # 11:30 pm of the 13th in the center


@pytest.mark.parametrize(
    ("asked", "began", "now", "again"),
    [
        (None, NIGHT, NIGHT, True),
        (NIGHT, NIGHT - timedelta(minutes=5), NIGHT + timedelta(minutes=20), False),
        (NIGHT, NIGHT + timedelta(minutes=5), NIGHT + timedelta(minutes=20), True),
        (NIGHT, NIGHT - timedelta(minutes=5), NIGHT + timedelta(minutes=40), True),
        (NIGHT, NIGHT - timedelta(hours=5), NIGHT + timedelta(minutes=29), False),
    ],
    ids=["never", "this contact", "an earlier contact", "after midnight", "before midnight"],
)
def test_safety_is_asked_again_at_every_contact_and_every_day(asked, began, now, again):
    assert asks_again(asked, began=began, now=now, zone=ZONE) is again


def is_asked_first(desk, episode):
    answer = desk.get(at("assessment-section", episode.pk, "mental"))
    return answer.status_code == 302 and answer.url.startswith(at("safety-check", episode.pk))


def test_a_call_back_that_reached_them_begins_with_the_safety_questions(as_user, ana, emergency):
    desk, episode = as_user(ana), emergency.episode
    record_disposition(by=ana, check=emergency, actions=["called_911"])
    waiting = open_callback(by=ana, episode=episode, reason="emergency")
    log_try(by=ana, callback=waiting, result="busy")
    assert not is_asked_first(desk, episode)
    log_try(by=ana, callback=waiting, result="reached")
    assert is_asked_first(desk, episode)
    ask_safety(ana, episode)
    assert not is_asked_first(desk, episode)


def test_calling_somebody_whose_episode_is_open_begins_with_the_safety_questions(as_user, ana):
    desk, request = as_user(ana), make_request(ana)
    episode = start_episode(by=ana, person=make_person(ana), contact_request=request)
    ask_safety(ana, episode)
    assert not is_asked_first(desk, episode)
    start_call(by=ana, request=request)
    assert is_asked_first(desk, episode)
    ask_safety(ana, episode)
    log_call(by=ana, request=request, outcome="reached")
    assert not is_asked_first(desk, episode)


# Dangerous withdrawal


@pytest.mark.parametrize(
    ("picture", "danger"),
    [
        ({}, None),
        ({"substances": {"alcohol": {"days_per_week": 7}}}, {"daily": ["alcohol"], "past": False}),
        ({"substances": {"alcohol": {"days_per_week": 7, "hours_since_last": 71}}},
         {"daily": ["alcohol"], "past": False}),
        ({"substances": {"alcohol": {"days_per_week": 7, "hours_since_last": 72}}}, None),
        ({"substances": {"alcohol": {"days_per_week": 6}}}, None),
        ({"substances": {"benzodiazepine": {"days_per_week": 7}}},
         {"daily": ["benzodiazepine"], "past": False}),
        ({"substances": {"kratom_leaf": {"days_per_week": 7}}}, None),
        ({"prior_complicated_withdrawal": "yes"}, {"daily": [], "past": True}),
        ({"prior_complicated_withdrawal": "unknown"}, None),
    ],
)  # fmt: skip
def test_who_must_not_stop_all_at_once(picture, danger):
    assert dangerous_withdrawal(picture) == danger


def test_the_words_are_said_once_and_again_when_the_answers_change(as_user, ana, assessment):
    desk, row = as_user(ana), add_row(ana, assessment, substance="alcohol", days_per_week=7, last_use="today")
    page = at("assessment-section", assessment.episode_id, "mental")
    screen = desk.get(page).url
    assert screen.startswith(at("do-not-stop", assessment.episode_id))
    assert "do not stop all at once" in desk.get(screen).content.decode()
    assert desk.post(screen, {"next": "mental"}).url == page
    assert desk.get(page).status_code == 200
    save(ana, assessment, "substances", **{f"{row.pk}:amount": 9})
    assert desk.get(page).status_code == 200
    save(ana, assessment, "withdrawal", prior_complicated_withdrawal="yes")
    assert desk.get(page).status_code == 302


# Emergency


@pytest.fixture
def emergency(ana, assessment):
    return ask_safety(ana, assessment.episode, thoughts_of_suicide="yes")


def test_the_time_of_911_and_the_place_are_kept_sealed(as_user, ana, emergency):
    stop = at("safety-stop", emergency.episode_id, emergency.pk)
    as_user(ana).post(
        stop, {"actions": ["called_911", "warm_988"], "told_911_at": "02:11", "place": "12 Quarry Rd"}
    )
    kept = SafetyCheck.objects.get(pk=emergency.pk)
    assert (kept.disposition["told_911_at"], kept.disposition["place"]) == ("02:11", "12 Quarry Rd")
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM intake_safetycheck t")
        assert "Quarry" not in cursor.fetchone()[0]
    assert "Told to call 911 at 02:11" in as_user(ana).get(stop).content.decode()


def test_admissions_staff_cannot_say_that_it_was_none(as_user, ana, emergency):
    stop = at("safety-stop", emergency.episode_id, emergency.pk)
    assert "not an emergency" not in as_user(ana).get(stop).content.decode()
    with pytest.raises(Refused):
        record_disposition(by=ana, check=emergency, actions=["not_an_emergency"], note="asked again")


@pytest.mark.parametrize("note", ["", "  "])
def test_a_clinician_needs_a_reason_for_that(cole, emergency, note):
    with pytest.raises(Refused):
        record_disposition(by=cole, check=emergency, actions=["not_an_emergency"], note=note)


def test_a_clinicians_later_word_is_a_row_of_its_own(as_user, ana, sam, emergency):
    with pytest.raises(Refused):
        add_to_emergency(by=sam, check=emergency, reason="too early")
    record_disposition(by=ana, check=emergency, actions=["warm_988"])
    with pytest.raises(Refused):
        add_to_emergency(by=ana, check=emergency, reason="I think not", not_emergency=True)
    stop = at("safety-stop", emergency.episode_id, emergency.pk)
    sent = as_user(sam).post(
        stop, {"add": "1", "add-reason": "Spoke at length: no plan", "add-not_emergency": "on"}
    )
    assert sent.status_code == 302
    added = SafetyAddition.objects.get()
    assert (added.reason, added.not_emergency, added.by) == ("Spoke at length: no plan", True, sam)
    emergency.refresh_from_db()
    assert emergency.emergency
    assert emergency.disposition["actions"] == ["warm_988"]
    page = as_user(sam).get(stop).content.decode()
    assert "Not an emergency after all" in page
    for sql in (
        "UPDATE intake_safetyaddition SET not_emergency = false",
        "DELETE FROM intake_safetyaddition",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_call_lost_during_an_emergency_is_a_supervisors_row_at_once(ana, sam, emergency):
    record_disposition(by=ana, check=emergency, actions=["call_lost"])
    (row,) = [one for one in items_for(sam, clock.now()) if one.kind == "callback"]
    assert (row.urgent, row.action) == (True, "Call back")
    assert row.due_at <= clock.now()
    waiting = Callback.objects.get()
    log_try(by=sam, callback=waiting, result="no_answer")
    (row,) = [one for one in items_for(sam, clock.now()) if one.kind == "callback"]
    assert "tried 1x" in row.why
    log_try(by=sam, callback=waiting, result="reached")
    assert not [one for one in items_for(sam, clock.now()) if one.kind == "callback"]
    with pytest.raises(Conflict):
        log_try(by=ana, callback=waiting, result="busy")


def test_every_page_of_the_episode_leads_to_the_emergency_first(as_user, ana, assessment):
    """Every address with an episode in it, but those that help during one."""
    names = {
        pattern.name
        for pattern in urlpatterns
        if pattern.pattern.converters.keys() == {"episode_id"} and pattern.name not in BESIDE
    }
    assert {"assessment", "assessment-check", "instruments", "assessment-print"} <= names
    before = {name: as_user(ana).get(at(name, assessment.episode_id)) for name in names}
    check = ask_safety(ana, assessment.episode, seizure_24h="yes")
    stop = at("safety-stop", assessment.episode_id, check.pk)
    for name, page in before.items():
        # A pause is of a closed episode, and none closes before its emergency.
        assert page.status_code != 404 or name == "pause"
        assert as_user(ana).get(at(name, assessment.episode_id)).url == stop


# The dropped call


def test_a_dropped_call_says_where_and_when_and_is_called_back_in_ten_minutes(as_user, ana, assessment):
    Episode.objects.filter(pk=assessment.episode_id).update(opened_at=clock.now() - timedelta(seconds=252))
    save(ana, assessment, "mental", anxiety="yes")
    be_here(by=ana, assessment=assessment, section="mental", field="anxiety", edited="anxiety")
    sent = as_user(ana).post(at("call-dropped", assessment.episode_id))
    waiting = Callback.objects.get()
    assert sent.url == at("callback", assessment.episode_id, waiting.pk)
    page = as_user(ana).get(sent.url).content.decode()
    assert "Mental health, Anxiety" in page
    assert "00:04:1" in page
    assert abs(waiting.due_at - clock.now() - timedelta(minutes=10)) < timedelta(seconds=30)
    assert "Do not leave a message" in page
    assessment.refresh_from_db()
    assert (assessment.status, assessment.hold_reason) == ("on_hold", "hung_up")
    (row,) = [one for one in items_for(ana, clock.now()) if one.kind == "callback"]
    assert row.rules[0] == "No message"


def test_an_unanswered_call_back_stops_no_clock_and_a_colleague_can_reach_them(as_user, ana, ben, assessment):
    made = drop_call(by=ana, assessment=assessment)
    page = at("callback", assessment.episode_id, made.pk)
    assert as_user(ben).post(page, {}).status_code == 422
    as_user(ben).post(page, {"result": "no_answer"})
    kept = Callback.objects.get()
    assert (kept.due_at, kept.done_at) == (made.due_at, None)
    reached = as_user(ben).post(page, {"result": "reached"})
    assert reached.url == at("safety-check", assessment.episode_id)
    assessment.refresh_from_db()
    assert assessment.status == "in_progress"
    section = as_user(ben).get(at("assessment-section", assessment.episode_id, "mental"))
    assert section.url.startswith(at("safety-check", assessment.episode_id))
    kept.refresh_from_db()
    assert kept.done_by == ben


def test_resuming_is_being_on_the_line_again(as_user, ana, assessment):
    drop_call(by=ana, assessment=assessment)
    as_user(ana).post(at("assessment-resume", assessment.episode_id))
    assert Callback.objects.get().done_by == ana


def test_who_allowed_a_message_gets_a_name_and_a_number_and_no_reason(as_user, ana, assessment, settings):
    asked = make_request(ana, message_ok="name_number")
    Episode.objects.filter(pk=assessment.episode_id).update(contact_request=asked)
    made = drop_call(by=ana, assessment=assessment)
    page = as_user(ana).get(at("callback", assessment.episode_id, made.pk)).content.decode()
    words = page[page.index("On voicemail") : page.index("No center name")]
    assert settings.CENTER_NAME not in words


@pytest.mark.parametrize(("reason", "minutes"), [("hung_up", 10), ("will_call_back", 60), ("shift_end", 480)])
def test_a_hold_knows_when_to_go_on_without_being_told(as_user, ana, assessment, reason, minutes):
    as_user(ana).post(at("assessment-hold", assessment.episode_id), {"reason": reason})
    assessment.refresh_from_db()
    late = assessment.hold_until - clock.now() - timedelta(minutes=minutes)
    assert abs(late) < timedelta(seconds=30)


def test_the_way_back_from_the_safety_check_is_the_same_field(as_user, ana, assessment):
    desk = as_user(ana)
    check = at("safety-check", assessment.episode_id)
    page = desk.get(f"{check}?back=mental&at=anxiety").content.decode()
    assert 'name="at" value="anxiety"' in page
    sent = desk.post(check, {"severe_panic": "no", "back": "mental", "at": "anxiety"})
    assert sent.url == at("assessment-section", assessment.episode_id, "mental") + "#id_anxiety"
    stray = desk.post(check, {"severe_panic": "no", "back": "https://example.org", "at": "<x>"})
    assert stray.url == at("assessment", assessment.episode_id)


def test_a_screen_confirmed_stays_as_it_is(ana, assessment):
    confirm_screen(
        by=ana, episode=assessment.episode, screen="withdrawal", answers={"daily": [], "past": True}
    )
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM intake_screenconfirmed")


def test_sending_with_a_safety_question_not_asked_is_a_screen_of_its_own(as_user, ana):
    new = make_assessment(ana, name="Riley Park")
    sent = as_user(ana).post(at("assessment-check", new.episode_id), {})
    assert sent.status_code == 422
    assert "Not sent. Ask about safety first" in sent.content.decode()
    ask_safety(ana, new.episode)
    sent = as_user(ana).post(at("assessment-check", new.episode_id), {})
    assert sent.status_code == 422
    assert "Ask about safety first" not in sent.content.decode()
