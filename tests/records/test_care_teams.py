"""Whose record a member of staff may open: the care team decides, and supervisors see all."""

import threading
from datetime import timedelta
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from intake.actions.assessments import submit
from intake.actions.contact_requests import start_call
from intake.actions.episodes import close_episode, start_episode
from intake.models import Episode
from intake.queries import episodes_for
from intake.queries_contact import contact_requests_for
from programs.queries import clearances_for, reviews_for
from records.actions import care_team
from records.models import CareTeam, Person
from records.queries import people_for
from records.queries.care_team import members_for
from referrals.queries import referrals_for
from tests.database import owner
from tests.factories.accounts import make_user
from tests.factories.contact import make_request
from tests.factories.episodes import make_episode, make_sendable
from tests.factories.records import join, make_person
from tests.factories.referrals import make_facility
from tests.factories.world import build_record

pytestmark = pytest.mark.django_db


def sees(user, person) -> bool:
    return people_for(user).filter(pk=person.pk).exists()


def three() -> tuple[User, User, User]:
    """Two in admissions and a clinician, for tests that commit."""
    return make_user("admissions", "ana"), make_user("admissions", "ben"), make_user("clinician", "cole")


def refused(statement, *values) -> str | None:
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
    return refusal_code(error.value)


# Who sees whom


def test_who_makes_a_record_and_supervisors_see_it(ana, ben, cole, dana, sam, pia, audrey, ada):
    person = make_person(ana)
    assert sees(ana, person) and sees(sam, person)
    assert not any(sees(user, person) for user in (ben, cole, dana, pia, audrey, ada))


def test_a_role_sees_an_open_record_and_never_a_restricted_one(ana, cole, sam):
    person = make_person(ana)
    care_team.join(person=person, by=ana, role="clinician", reason="review")
    assert sees(cole, person)
    Person.objects.update(restricted=True)
    assert not sees(cole, person)
    assert sees(ana, person) and sees(sam, person)
    join(person, cole)
    assert sees(cole, person)


def test_a_membership_for_a_time_ends_by_itself(ana, ben, sam):
    person = make_person(ana)
    row = join(person, ben, until=clock.now() + timedelta(milliseconds=300))
    assert sees(ben, person)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(0.4)")
    assert not sees(ben, person)
    with pytest.raises(Conflict):
        care_team.end_membership(member=row, by=sam)
    again = join(person, ben)
    row.refresh_from_db()
    assert again.pk != row.pk and row.ended_at == row.until
    assert sees(ben, person)


def test_everything_about_a_person_is_out_of_reach_with_the_person(ana, ben, cole, dana):
    record = build_record(ana, cole, dana, make_facility(), "Jordan Lee")
    scopes = (episodes_for, contact_requests_for, referrals_for, clearances_for, members_for)
    assert [bool(scope(ana).exists()) for scope in scopes] == [True] * 5
    seen = {scope.__name__: list(scope(ben).values_list("pk", flat=True)) for scope in scopes}
    # What a relative left is linked to nobody.
    assert seen == {scope.__name__: [] for scope in scopes} | {
        "contact_requests_for": [record.information.pk]
    }
    names = {item.who for item in items_for(ben, clock.now())}
    assert not any("Jordan" in name for name in names)


def test_a_caller_nobody_has_an_episode_for_is_everybodys(ana, ben):
    waiting = make_request(ana)
    assert list(contact_requests_for(ben)) == [waiting]
    start_episode(by=ana, new_person={"name": "Jordan Lee"}, contact_request=waiting)
    assert list(contact_requests_for(ben)) == []
    assert list(contact_requests_for(ana)) == [waiting]


# Joining happens


def test_who_took_the_call_and_who_starts_the_episode_join(ana, ben):
    asked = make_request(ana)
    episode = start_episode(by=ben, new_person={"name": "Jordan Lee"}, contact_request=asked)
    assert sees(ana, episode.person) and sees(ben, episode.person)
    reasons = dict(CareTeam.objects.values_list("user__email", "reason"))
    assert reasons == {"ana@demo.example": "request", "ben@demo.example": "created"}


def test_who_starts_another_episode_of_somebody_joins(ana, sam):
    person = make_person(ana)
    start_episode(by=sam, person=person)
    assert CareTeam.objects.get(user=sam).reason == "episode"


def test_who_takes_over_a_request_that_led_to_an_episode_joins(ana, sam):
    asked = make_request(ana)
    episode = start_episode(by=ana, new_person={"name": "Jordan Lee"}, contact_request=asked)
    start_call(by=sam, request=asked)
    assert CareTeam.objects.get(user=sam, person=episode.person).reason == "request"


def test_clinicians_join_with_the_assessment_and_leave_with_the_episode(ana, cole, ben):
    assessment = make_sendable(ana)
    person = assessment.episode.person
    assert not sees(cole, person)
    submit(by=ana, assessment=assessment)
    assert sees(cole, person) and not sees(ben, person)
    assert [one.pk for one in reviews_for(cole)] == [assessment.pk]
    close_episode(by=ana, episode=assessment.episode, reason="completed")
    assert not sees(cole, person) and sees(ana, person)
    assert CareTeam.objects.get(role="clinician").ended_by == ana


def test_joining_twice_is_one_row(ana, ben):
    person = make_person(ana)
    assert join(person, ben) == join(person, ben)
    assert Event.objects.filter(name="care_team.joined", person_id=person.pk).count() == 2


# The page


def team_url(person):
    return reverse("records:team", args=[person.pk])


def typed(**more):
    return {"submit_key": str(uuid4()), **more}


def test_a_member_adds_a_colleague_and_ends_a_membership(as_user, ana, ben):
    person = make_person(ana)
    assert as_user(ben).get(team_url(person)).status_code == 404
    client = as_user(ana)
    page = client.get(team_url(person)).content.decode()
    assert "Ben Reyes, admissions" in page and "Audrey" not in page
    assert client.post(team_url(person), typed(user=str(ben.pk))).status_code == 302
    assert as_user(ben).get(team_url(person)).status_code == 200
    row = CareTeam.objects.get(user=ben)
    assert (row.reason, row.added_by) == ("added", ana)
    end = reverse("records:team-end", args=[row.pk])
    assert as_user(ana).get(end).status_code == 405
    assert as_user(ana).post(end).status_code == 302
    assert as_user(ben).get(team_url(person)).status_code == 404
    assert as_user(ana).post(end).status_code == 409
    assert "Ben Reyes" in as_user(ana).get(team_url(person)).content.decode().split("Before")[1]


def test_what_is_typed_wrong_adds_nobody(as_user, ana, ben, audrey):
    person = make_person(ana)
    client = as_user(ana)
    past = timezone.localtime(clock.now() - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    for wrong in ({}, {"user": str(audrey.pk)}, {"user": str(ana.pk)}, {"user": str(ben.pk), "until": past}):
        assert client.post(team_url(person), typed(**wrong)).status_code == 422
    assert CareTeam.objects.count() == 1


def test_a_supervisor_changes_any_team_and_others_none(as_user, ana, ben, cole, sam):
    person = make_person(ana)
    assert as_user(sam).post(team_url(person), typed(user=str(cole.pk))).status_code == 302
    assert sees(cole, person)
    with pytest.raises(Refused):
        care_team.add_colleague(person=person, user=ben, by=ben)
    with pytest.raises(Refused):
        care_team.end_membership(member=CareTeam.objects.get(user=cole), by=ben)
    row = CareTeam.objects.get(user=cole)
    assert as_user(ben).post(reverse("records:team-end", args=[row.pk])).status_code == 404


def test_somebody_has_to_stay(as_user, ana):
    person = make_person(ana)
    row = CareTeam.objects.get()
    answer = as_user(ana).post(reverse("records:team-end", args=[row.pk]))
    assert answer.status_code == 409
    assert "Add a colleague first" in answer.content.decode()
    assert sees(ana, person)


def test_handing_one_person_over(as_user, ana, ben):
    person = make_person(ana)
    url = reverse("records:team-hand-over", args=[person.pk])
    assert as_user(ana).get(url).status_code == 200
    assert as_user(ana).post(url, typed()).status_code == 422
    assert as_user(ana).post(url, typed(user=str(ben.pk))).url == reverse("desk:people")
    assert sees(ben, person) and not sees(ana, person)
    assert as_user(ana).get(url).status_code == 404


def test_handing_the_list_over_lasts_until_the_time(as_user, ana, ben, cole):
    mine = [make_person(ana, "Jordan Lee"), make_person(ana, "Casey Moon")]
    other = make_person(cole, "Riley Park")
    url = reverse("records:list-hand-over")
    page = as_user(ana).get(url).content.decode()
    assert '<strong class="num">2</strong> people' in page
    later = timezone.localtime(clock.now() + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")
    assert as_user(ana).post(url, typed(user=str(ben.pk))).status_code == 422
    assert as_user(ana).post(url, typed(user=str(ben.pk), until=later)).status_code == 302
    assert all(sees(ben, person) and sees(ana, person) for person in mine)
    assert not sees(ben, other)
    assert set(CareTeam.objects.filter(user=ben).values_list("reason", flat=True)) == {"handed_over"}
    assert CareTeam.objects.filter(user=ben, until__isnull=True).count() == 0


@pytest.mark.parametrize("name", ["pia", "audrey", "ada"])
def test_roles_without_people_open_no_team(as_user, request, ana, name):
    client = as_user(request.getfixturevalue(name))
    assert client.get(team_url(make_person(ana))).status_code == 403
    assert client.get(reverse("records:list-hand-over")).status_code == 403


# The database


def test_the_rules_of_a_row(ana, ben):
    person = make_person(ana)
    insert = (
        "INSERT INTO records_careteam (id, person_id, user_id, role, reason, until)"
        " VALUES (gen_random_uuid(), %s, %s, %s, %s, app_now() + %s::interval)"
    )
    assert refused(insert, person.pk, ana.pk, "", "added", None) == "records_careteam_one_user"
    assert refused(insert, person.pk, ben.pk, "clinician", "added", None) == "records_careteam_user_or_role"
    assert refused(insert, person.pk, None, "", "added", None) == "records_careteam_user_or_role"
    assert refused(insert, person.pk, None, "nurse", "added", None) == "records_careteam_user_or_role"
    assert refused(insert, person.pk, ben.pk, "", "nosy", None) == "records_careteam_reason_known"
    assert refused(insert, person.pk, ben.pk, "", "added", "-1 hour") == "records_careteam_until_later"
    care_team.join(person=person, by=ana, role="clinician", reason="review")
    assert refused(insert, person.pk, None, "clinician", "review", None) == "records_careteam_one_role"


def test_history_stays(ana, ben):
    person = make_person(ana)
    join(person, ben)
    for statement in (
        "DELETE FROM records_careteam",
        "UPDATE records_careteam SET user_id = NULL, role = 'clinician'",
        "UPDATE records_careteam SET since = since - interval '1 day'",
        "UPDATE records_careteam SET reason = 'before', ended_at = app_now()",
    ):
        assert refused(statement) == "records_careteam_frozen"
    row = CareTeam.objects.get(user=ben)
    care_team.end_membership(member=row, by=ana)
    anew = "UPDATE records_careteam SET ended_at = NULL, ended_by_id = NULL WHERE user_id = %s"
    assert refused(anew, ben.pk) == "records_careteam_frozen"


def test_the_scope_takes_one_query_and_is_planned_as_a_join(ana):
    for number in range(3):
        make_person(ana, f"Person {number}")
    assert not ana.has_perm("records.restricted_read")  # asks once which groups there are
    with CaptureQueriesContext(connection) as captured:
        assert len(people_for(ana)) == 3
    assert len(captured) == 1, [one["sql"] for one in captured]
    with connection.cursor() as cursor:
        sql, values = people_for(ana).values("pk").query.sql_with_params()
        cursor.execute(f"EXPLAIN {sql}", values)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "Semi Join" in plan and "SubPlan" not in plan


# Races


@pytest.mark.django_db(transaction=True)
def test_two_hand_overs_at_once_are_one():
    ana, ben, cole = three()
    person = make_person(ana)
    start, outcomes = threading.Barrier(2), []

    def give(user: User) -> None:
        start.wait()
        try:
            care_team.hand_over_person(person=person, user=user, by=ana)
            outcomes.append("done")
        except Conflict:
            outcomes.append("late")
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=[user]) for user in (ben, cole)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "late"]
    assert sorted([sees(ben, person), sees(cole, person)]) == [False, True]
    assert not sees(ana, person)


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_leave_one_behind():
    ana, ben = make_user("admissions", "ana"), make_user("admissions", "ben")
    person = make_person(ana)
    join(person, ben)
    start, outcomes = threading.Barrier(2), []

    def leave(user: User) -> None:
        row = CareTeam.objects.get(person=person, user=user)
        start.wait()
        try:
            care_team.end_membership(member=row, by=user)
            outcomes.append("done")
        except Refused:
            outcomes.append("last")
        finally:
            connection.close()

    threads = [threading.Thread(target=leave, args=[user]) for user in (ana, ben)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "last"]
    assert CareTeam.objects.filter(ended_at__isnull=True).count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_colleague_joins_twice_at_once():
    ana, ben = make_user("admissions", "ana"), make_user("admissions", "ben")
    person = make_person(ana)
    start, rows = threading.Barrier(2), []

    def add() -> None:
        start.wait()
        try:
            rows.append(join(person, ben).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(rows)) == 1 and len(rows) == 2


@pytest.mark.django_db(transaction=True)
def test_people_on_file_get_their_teams_and_can_lose_them_again():
    """The data migration, run on records whose teams are gone."""
    ana, ben, cole = three()
    sent = make_sendable(ana, name="Jordan Lee")
    submit(by=ana, assessment=sent)
    only_made = make_person(ben, "Riley Park")
    closed = make_episode(ana, name="Casey Moon")
    Episode.objects.filter(pk=closed.pk).update(owner=ben)
    close_episode(by=ana, episode=closed, reason="completed")
    migration = import_module("intake.migrations.0006_care_teams")
    with owner() as connected, connected.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE records_careteam DISABLE TRIGGER USER; DELETE FROM records_careteam;"
            " ALTER TABLE records_careteam ENABLE TRIGGER USER"
        )
        cursor.execute(migration.FILL)
    person = sent.episode.person
    assert sees(ana, person) and sees(cole, person) and not sees(ben, person)
    assert sees(ben, only_made) and not sees(ana, only_made)
    # Who made the record and who owned the episode; no clinicians, for nothing is open.
    assert sees(ana, closed.person) and sees(ben, closed.person) and not sees(cole, closed.person)
    assert set(CareTeam.objects.values_list("reason", flat=True)) == {"before"}
    with owner() as connected, connected.cursor() as cursor:
        cursor.execute(migration.EMPTY)
    assert not CareTeam.objects.exists()
