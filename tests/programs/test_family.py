"""The family program: relatives are listed and come; that lets nobody be told anything about the person."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from programs.actions.family import call_off, end_member, enroll, plan_session, write_attendance
from programs.models import FamilyAttendance, FamilyMember, FamilySession
from programs.queries_family import member_rows
from records.actions.consents import revoke
from records.choices import Category, Purpose
from tests.desk.test_query_counts import queries_of
from tests.factories.accounts import make_user
from tests.factories.consents import signed_consent
from tests.factories.episodes import make_episode
from tests.factories.records import make_helper

pytestmark = pytest.mark.django_db
FAY = {"name": "Fay Rowan", "phone": "+18045550177", "relation": "sister"}
NUMBER = "(804) 555-0177"
SOCIAL = (Category.PRESENCE, Category.SOCIAL)


@pytest.fixture
def episode(ana):
    return make_episode(ana)


def listed(episode, by, recipient=None, **details):
    return enroll(episode=episode, details={**FAY, **details}, recipient=recipient, by=by)


def held(by, hours=2, topic="talking"):
    return plan_session(starts_at=clock.now() - timedelta(hours=hours), topic=topic, led_by=by, by=by)


def consented(episode, helper, by, categories=SOCIAL):
    given = {"categories": categories, "purposes": [Purpose.FAMILY]}
    return signed_consent(by, episode.person, helper, **given)


def code_of(sql, *values):
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except IntegrityError as error:
        return refusal_code(error)
    return None


def page_of(client, episode):
    return client.get(reverse("programs:family", args=[episode.pk])).content.decode()


def test_without_a_consent_in_force_nothing_is_said_to_them(episode, ana, as_user):
    helper = make_helper(episode.person)
    listed(episode, ana, helper)
    client = as_user(ana)
    shown = page_of(client, episode)
    assert "Fay Rowan" in shown
    assert "Only dates and topics of sessions" in shown
    assert NUMBER not in shown
    narrow = consented(episode, helper, ana, categories=(Category.SOCIAL,))
    assert NUMBER not in page_of(client, episode), "it doesn't cover being in contact here"
    live = consented(episode, helper, ana)
    shown = page_of(client, episode)
    assert NUMBER in shown
    assert Category.SOCIAL.label in shown
    assert Category.SUBSTANCE_USE.label not in shown
    for consent in (narrow, live):
        revoke(consent=consent, how="written", received_at=clock.now(), by=ana)
    shown = page_of(client, episode)
    assert NUMBER not in shown
    assert Category.SOCIAL.label not in shown


def test_a_consent_that_has_ended_counts_no_more(episode, ana):
    helper = make_helper(episode.person)
    listed(episode, ana, helper)
    consent = consented(episode, helper, ana)
    [before] = member_rows(episode, consent.expires_at - timedelta(seconds=1))
    [after] = member_rows(episode, consent.expires_at)
    assert before["consent"] == consent
    assert (after["consent"], after["told"]) == (None, [])


def test_whoever_is_nobodys_helper_has_no_consent(episode, ana):
    consented(episode, make_helper(episode.person), ana)
    listed(episode, ana)
    [row] = member_rows(episode, clock.now())
    assert row["consent"] is None


def test_a_helper_of_another_person_is_refused_and_one_is_listed_once(episode, ana):
    other = make_helper(make_episode(ana, name="Riley Park", phone="+18045550123").person)
    with pytest.raises(Refused) as refused:
        listed(episode, ana, other)
    assert refused.value.field == "recipient"
    helper = make_helper(episode.person)
    member = listed(episode, ana, helper)
    with pytest.raises(Conflict):
        listed(episode, ana, helper)
    end_member(member=member, by=ana)
    listed(episode, ana, helper)


def test_only_the_care_team_sees_the_list(episode, ana, as_user):
    member = listed(episode, ana)
    client = as_user(make_user("admissions", "stranger"))
    assert client.get(reverse("programs:family", args=[episode.pk])).status_code == 404
    assert client.post(reverse("programs:family-end", args=[episode.pk, member.pk])).status_code == 404
    with pytest.raises(Refused):
        listed(episode, make_user("auditor", "reader"))


def test_attendance_is_of_a_session_that_was_held_and_the_newest_word_counts(episode, ana, cole):
    member, session = listed(episode, ana), held(cole)
    write_attendance(member=member, session=session, came="not", by=ana)
    write_attendance(member=member, session=session, came="excused", by=ana)
    [row] = member_rows(episode, clock.now())
    assert [one.came for one in row["came"]] == ["excused"]
    assert FamilyAttendance.objects.count() == 2
    coming = held(cole, hours=-2)
    off = call_off(session=held(cole, hours=5), by=cole)
    for wrong in (coming, off):
        with pytest.raises(Refused) as refused:
            write_attendance(member=member, session=wrong, came="came", by=ana)
        assert refused.value.field == "session"
    with pytest.raises(Conflict):
        call_off(session=session, by=cole)
    end_member(member=member, by=ana)
    for act in (lambda: write_attendance(member=member, session=session, came="came", by=ana),
                lambda: end_member(member=member, by=ana)):  # fmt: skip
        with pytest.raises(Conflict):
            act()


@pytest.mark.parametrize(
    ("change", "field"),
    [({"topic": "one person"}, "topic"), ({"led_by": "ana"}, "led_by"), ({"days": 90}, "starts_at")],
)
def test_a_session_that_cannot_be(ana, cole, change, field):
    given = {"topic": change.get("topic", "talking"), "led_by": ana if "led_by" in change else cole}
    with pytest.raises(Refused) as refused:
        plan_session(starts_at=clock.now() - timedelta(days=change.get("days", 0)), by=cole, **given)
    assert refused.value.field == field
    assert not FamilySession.objects.exists()


def test_sessions_are_planned_by_clinicians_and_supervisors_one_at_a_time(ana, cole):
    with pytest.raises(Refused):
        held(ana)
    first = held(cole)
    again = {"starts_at": first.starts_at, "topic": "after", "led_by": cole, "by": cole}
    with pytest.raises(Refused):
        plan_session(**again)
    call_off(session=first, by=cole)
    with pytest.raises(Conflict):
        call_off(session=first, by=cole)
    plan_session(**again)


def test_the_sessions_are_about_nobody(episode, ana, cole, as_user):
    member, session = listed(episode, ana, make_helper(episode.person)), held(cole)
    write_attendance(member=member, session=session, came="came", by=ana)
    shown = as_user(ana).get(reverse("programs:family-sessions")).content.decode()
    assert "Talking with each other" in shown
    for word in ("Fay Rowan", "Jordan", episode.reference, episode.person.reference, "Came", "Add a session"):
        assert word not in shown
    assert "person" not in {field.name for field in FamilySession._meta.get_fields()}


def test_sql_keeps_what_was_written(episode, ana, cole):
    member, session = listed(episode, ana), held(cole)
    coming = held(cole, hours=-2)
    other = make_helper(make_episode(ana, name="Riley Park", phone="+18045550123").person)
    insert = (
        "INSERT INTO programs_familyattendance (id, member_id, session_id, came, made_by_id)"
        " VALUES (gen_random_uuid(), %s, %s, %s, %s)"
    )
    copy = (
        "INSERT INTO programs_familymember (id, data_key_id, episode_id, recipient_id, details, made_by_id)"
        " SELECT gen_random_uuid(), data_key_id, episode_id, %s, details, made_by_id"
        " FROM programs_familymember"
    )
    now, by = "app_now()", f"'{cole.pk}'"
    assert code_of(copy, other.pk) == "family_of_person"
    assert code_of(insert, member.pk, session.pk, "maybe", ana.pk) == "programs_familyattendance_came"
    assert code_of(insert, member.pk, coming.pk, "came", ana.pk) == "family_session_held"
    assert code_of("UPDATE programs_familymember SET made_at = made_at - interval '1 day'") == "row_is_fixed"
    assert code_of("UPDATE programs_familysession SET topic = 'after'") == "row_is_fixed"
    assert code_of(f"UPDATE programs_familymember SET ended_at = {now}") == "programs_familymember_ended"
    assert code_of(f"UPDATE programs_familysession SET off_at = {now}") == "programs_familysession_off"
    assert code_of(insert, member.pk, session.pk, "came", ana.pk) is None
    off = f"UPDATE programs_familysession SET off_at = {now}, off_by_id = {by} WHERE id = %s"
    assert code_of(off, session.pk) == "family_session_attended"
    assert code_of(off, coming.pk) is None
    assert code_of(f"UPDATE programs_familymember SET ended_at = {now}, ended_by_id = {by}") is None
    assert code_of(insert, member.pk, session.pk, "not", ana.pk) == "family_ended"
    for sql in (
        "UPDATE programs_familyattendance SET came = 'not'",
        "DELETE FROM programs_familyattendance",
        "DELETE FROM programs_familymember",
        "DELETE FROM programs_familysession",
        "UPDATE programs_familymember SET ended_at = NULL, ended_by_id = NULL",
        "UPDATE programs_familysession SET off_at = NULL, off_by_id = NULL WHERE off_at IS NOT NULL",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_names_are_sealed_and_never_in_the_trail(episode, ana):
    member = listed(episode, ana)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(m)::text FROM programs_familymember m")
        assert "Rowan" not in cursor.fetchone()[0]
    event = Event.objects.get(name="family.enrolled")
    assert event.person_id == episode.person_id
    assert "Rowan" not in str(event.__dict__)
    assert "Rowan" not in str(member)


def test_the_pages_add_write_and_end(episode, ana, cole, as_user):
    client, url = as_user(ana), reverse("programs:family", args=[episode.pk])
    helper, session = make_helper(episode.person), held(cole)
    assert client.post(url, {"action": "enroll", "name": ""}).status_code == 422
    sent = {"action": "enroll", **FAY, "recipient": str(helper.pk), "submit_key": uuid4()}
    assert client.post(url, sent).status_code == 302
    assert client.post(url, sent).status_code == 302
    assert client.post(url, {**sent, "submit_key": uuid4()}).status_code == 409
    member = FamilyMember.objects.get()
    assert (member.recipient_id, member.details) == (helper.pk, FAY)
    came = {"action": "attendance", "came-member": str(member.pk), "came-session": str(session.pk)}
    refused = client.post(url, came)
    assert refused.status_code == 422
    assert "Select attendance" in refused.content.decode()
    assert client.post(url, {**came, "came-came": "came"}).status_code == 302
    assert "Talking with each other: Came" in client.get(url).content.decode()
    client.post(reverse("programs:family-end", args=[episode.pk, member.pk]))
    assert "Off the list" in client.get(url).content.decode()
    assert Event.objects.filter(name="record.viewed", person_id=episode.person_id).exists()


def test_the_page_of_sessions_adds_and_calls_off(cole, as_user):
    client, url = as_user(cole), reverse("programs:family-sessions")
    sent = {"starts_at": "2099-07-14 18:00", "topic": "boundaries", "led_by": str(cole.pk)}
    assert client.post(url, {**sent, "topic": ""}).status_code == 422
    assert client.post(url, sent).status_code == 302
    assert client.post(url, {**sent, "submit_key": uuid4()}).status_code == 422
    assert "Help and boundaries" in client.get(url).content.decode()
    client.post(reverse("programs:family-session-off", args=[FamilySession.objects.get().pk]))
    assert "Called off" in client.get(url).content.decode()


def test_the_queries_of_a_page_do_not_grow(episode, ana, cole, as_user):
    client, url = as_user(ana), reverse("programs:family", args=[episode.pk])

    def fill(count, start):
        session = held(cole, hours=start)
        for number in range(count):
            helper = make_helper(episode.person, name=f"Fay {start} {number}")
            member = listed(episode, ana, helper, name=f"Fay {start} {number}")
            consented(episode, helper, ana)
            write_attendance(member=member, session=session, came="came", by=ana)

    counts = []
    for count, start in ((1, 2), (4, 3)):
        fill(count, start)
        for page in (url, reverse("programs:family-sessions")):
            counts.append(queries_of(client, page))
    assert counts[:2] == counts[2:]
