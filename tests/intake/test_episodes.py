"""Opening episodes: one at a time per person, whatever is clicked twice."""

import threading
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.assessments import save_section
from intake.actions.episodes import record_ob_contact, start_episode
from intake.actions.safety import record_disposition, record_safety_check
from intake.choices import SectionKey
from intake.models import Episode, SafetyCheck
from intake.queries import current_assessment, episodes_for
from outbox.submit import AlreadyDone
from records.models import Person
from tests.factories.episodes import ask_safety, make_assessment, make_episode, said, save
from tests.factories.records import join, make_person

pytestmark = pytest.mark.django_db


def refused(sql, *params):
    """The code with which the database refuses raw SQL of the app's role."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return refusal_code(caught.value)


def test_an_episode_starts_with_an_empty_assessment(ana):
    episode = make_episode(ana)
    assessment = current_assessment(episode)
    assert assessment.status == "not_started"
    assert {section.key: section.answers for section in assessment.sections.all()} == {
        key: {} for key in SectionKey.values
    }
    assert Event.objects.get(name="episode.started").object_id == episode.pk


def test_nobody_gets_a_second_open_episode(ana):
    episode = make_episode(ana)
    with pytest.raises(Conflict):
        start_episode(by=ana, person=episode.person)
    assert Episode.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_open_one_episode(ana):
    person = make_person(ana)
    outcomes, ready = [], threading.Barrier(2)

    def click():
        ready.wait()
        try:
            outcomes.append(start_episode(by=ana, person=person))
        except Conflict as conflict:
            outcomes.append(conflict)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Conflict", "Episode"]
    assert Episode.objects.count() == 1


def test_only_the_care_team_and_supervisors_see_episodes(ana, ben, cole, sam, pia, audrey, ada):
    episode = make_episode(ana)
    assert [list(episodes_for(user)) for user in (ana, sam)] == [[episode]] * 2
    assert [list(episodes_for(user)) for user in (ben, cole, pia, audrey, ada)] == [[]] * 5
    join(episode.person, cole)
    assert list(episodes_for(cole)) == [episode]
    assert list(episodes_for(ben)) == []


def test_the_database_refuses_a_second_open_episode(ana):
    episode = make_episode(ana)
    sql = (
        "INSERT INTO intake_episode"
        " (id, person_id, reference, status, stage, owner_id, close_reason, ob_contact_needed)"
        " SELECT %s, person_id, 'X', status, stage, owner_id, '', false FROM intake_episode WHERE id = %s"
    )
    assert refused(sql, uuid4(), episode.pk) == "intake_episode_one_open"


def test_closing_without_a_reason_is_refused(ana):
    episode = make_episode(ana)
    sql = "UPDATE intake_episode SET status = 'closed', stage = 'closed', closed_at = now() WHERE id = %s"
    assert refused(sql, episode.pk) == "intake_episode_close_complete"


# Safety checks


def test_a_safety_check_keeps_what_was_asked_and_nothing_else(ana):
    check = record_safety_check(
        by=ana,
        episode=make_episode(ana),
        answers={**said(seizure_24h="no"), "severe_panic": {"missing": "unknown"}, "breathing_trouble": None},
    )
    assert SafetyCheck.objects.get().answers == {
        "seizure_24h": {"value": "no"},
        "severe_panic": {"missing": "unknown"},
    }
    assert (check.emergency, check.unsure, check.complete) == (False, True, False)


def test_a_yes_is_an_emergency_until_somebody_writes_what_was_done(ana, ben):
    check = ask_safety(ana, make_episode(ana), severe_panic="yes")
    assert check.emergency
    assert check.complete
    assert check.waits_for_disposition
    done = record_disposition(by=ben, check=check, actions=["called_911"], note="Stayed on the line")
    assert not done.waits_for_disposition
    assert SafetyCheck.objects.get().disposition == {"actions": ["called_911"], "note": "Stayed on the line"}
    with pytest.raises(Conflict):
        record_disposition(by=ana, check=check, actions=["warm_988"])


@pytest.mark.parametrize("actions", [[], ["nonsense"]])
def test_a_disposition_says_what_was_done(ana, actions):
    check = ask_safety(ana, make_episode(ana), severe_panic="yes")
    with pytest.raises(Refused):
        record_disposition(by=ana, check=check, actions=actions)


def test_a_check_without_a_yes_has_no_disposition(ana):
    with pytest.raises(Refused):
        record_disposition(by=ana, check=ask_safety(ana, make_episode(ana)), actions=["called_911"])


def test_safety_answers_change_the_picture(ana, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "after_answers_changed", [lambda **facts: told.append(facts)])
    episode = make_episode(ana)
    ask_safety(ana, episode)
    assert [set(facts) for facts in told] == [{"assessment", "by", "now"}]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ("emergency = false, disposition = NULL", "intake_emergency_stays"),
        ("complete = false", "intake_safetycheck_kept"),
        ("answers = '\\x00'", "intake_safetycheck_kept"),
        ("asked_at = asked_at + interval '1 hour'", "intake_safetycheck_kept"),
        ("disposition_at = now()", "intake_safetycheck_disposition_complete"),
    ],
)
def test_the_database_keeps_a_safety_check(ana, change, code):
    check = ask_safety(ana, make_episode(ana), severe_panic="yes")
    assert refused(f"UPDATE intake_safetycheck SET {change} WHERE id = %s", check.pk) == code


def test_the_database_keeps_a_disposition(ana):
    check = ask_safety(ana, make_episode(ana), severe_panic="yes")
    record_disposition(by=ana, check=check, actions=["called_911"])
    sql = "UPDATE intake_safetycheck SET disposition_at = now() WHERE id = %s"
    assert refused(sql, check.pk) == "intake_disposition_kept"
    assert refused("DELETE FROM intake_safetycheck WHERE id = %s", check.pk) == "intake_safetycheck_kept"


# Pregnancy


@pytest.mark.parametrize(
    ("answer", "needed"), [("yes", True), ("possible", True), ("no", False), ("not_able", False)]
)
def test_pregnant_or_possibly_so_asks_for_an_obstetric_contact(ana, answer, needed):
    assessment = make_assessment(ana)
    save(ana, assessment, "health", pregnant=answer)
    assert Episode.objects.get().ob_contact_needed is needed


def test_declining_to_say_does_not_take_the_need_back(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "health", pregnant="yes")
    save_section(
        by=ana,
        assessment=assessment,
        key="health",
        bases=1,
        answers={"pregnant": {"missing": "declined"}},
    )
    episode = Episode.objects.get()
    assert episode.ob_contact_needed
    assert record_ob_contact(by=ana, episode=episode).ob_contact_recorded_at is not None


def test_no_contact_is_recorded_where_none_is_needed(ana):
    with pytest.raises(Refused):
        record_ob_contact(by=ana, episode=make_episode(ana))


def test_a_submit_sent_twice_opens_one_episode(ana):
    key = uuid4()
    start_episode(by=ana, new_person={"name": "Jordan Lee"}, submit_key=key)
    with pytest.raises(AlreadyDone) as done:
        start_episode(by=ana, new_person={"name": "Jordan Lee"}, submit_key=key)
    assert Episode.objects.get().pk.hex in done.value.url.replace("-", "")
    assert Person.objects.count() == 1
