"""Saving while somebody types: every field by itself, nothing lost, and who else is here."""

import json
import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.sessions import SEEN
from config import clock
from intake.actions import assessments as act
from intake.actions.presence import be_here
from intake.actions.sections import How, save_fields
from intake.forms.questions import QuestionsForm, as_posted
from intake.models import AssessmentSection, Presence, SectionRevision
from intake.questions import BY_KEY
from records.actions.care_team import join
from records.choices import TeamReason
from tests.factories.episodes import (
    add_row,
    ask_safety,
    fill_rows,
    make_assessment,
    make_sendable,
    said,
    save,
)

pytestmark = pytest.mark.django_db

SAVES, THREADS = 200, 20
MOST_QUERIES = 36


@pytest.fixture
def assessment(ana, ben):
    made = make_assessment(ana)
    ask_safety(ana, made.episode)
    join(person=made.episode.person, by=ana, user=ben, reason=TeamReason.EPISODE)
    return made


def send(client, user, assessment, key, fields, *, bases=None, **more):
    """Post changed fields as the script does; `fields` maps flat names to what their control posts."""
    controls = {name.replace(":", "-"): value for name, value in fields.items()}
    address = reverse("intake:autosave", args=[assessment.episode_id, key])
    return client.post(
        address,
        {
            "field": list(fields),
            "me": str(user.pk),
            "version": "0",
            "bases": json.dumps(bases or {}),
            "save_key": str(uuid4()),
            **controls,
            **more,
        },
    )


def beat(client, assessment, key, **more):
    address = reverse("intake:here", args=[assessment.episode_id, key])
    return client.post(address, {"version": "0", "bases": "{}", **more}, headers={"X-Refresh": "1"})


def answers(assessment, key):
    return AssessmentSection.objects.get(assessment=assessment, key=key).answers


def test_only_what_was_sent_changes_and_each_field_says_its_version(as_user, ana, assessment):
    save(ana, assessment, "mental", anxiety="yes")
    told = send(
        as_user(ana), ana, assessment, "mental", {"treatment_count": "4"}, bases={"treatment_count": 1}
    )
    assert told.status_code == 200
    assert told.json()["saved"] == {"treatment_count": 2}
    assert answers(assessment, "mental") == said(anxiety="yes", treatment_count=4)


def test_what_is_no_answer_yet_is_kept_and_shown_again(as_user, ana, assessment):
    desk = as_user(ana)
    told = send(desk, ana, assessment, "mental", {"treatment_count": "fo", "anxiety": "yes"}).json()
    assert "must be a number" in told["errors"]["treatment_count"]
    assert told["drafts"] == ["treatment_count"]
    assert answers(assessment, "mental") == said(anxiety="yes")
    page = desk.get(reverse("intake:assessment-section", args=[assessment.episode_id, "mental"]))
    assert 'value="fo"' in page.content.decode()
    assert "no answer yet" in page.content.decode()


def test_a_save_says_at_once_whether_an_amount_is_unusual(as_user, ana, assessment):
    row, desk = add_row(ana, assessment, substance="kratom_leaf", unit="g", times_a_day=4), as_user(ana)

    def opened(field, value):
        told = send(desk, ana, assessment, "substances", {f"{row.pk}:{field}": value}, bases={})
        return told.json()["opened"]

    confirm = f"{row.pk}:amount_confirmed"
    assert opened("days_per_week", "7") == {confirm: False}
    assert opened("amount", "30") == {confirm: True}
    assert send(desk, ana, assessment, "mental", {"anxiety": "yes"}).json()["opened"] == {}


def test_two_people_see_each_others_answer_beside_the_field(as_user, ana, ben, assessment):
    send(as_user(ben), ben, assessment, "mental", {"treatment_count": "9"})
    told = send(as_user(ana), ana, assessment, "mental", {"treatment_count": "4", "anxiety": "__unknown"})
    (one,) = told.json()["conflicts"]
    assert (one["mine"], one["theirs"], one["who"]) == ("4", "9", ben.display_name)
    assert one["posted"] == {"treatment_count": ["9"], "treatment_count__na": [""]}
    assert answers(assessment, "mental")["anxiety"] == {"missing": "unknown"}
    kept = send(as_user(ana), ana, assessment, "mental", {"treatment_count": "4"},
                bases={"treatment_count": one["version"]})  # fmt: skip
    assert kept.json()["conflicts"] == []
    assert answers(assessment, "mental")["treatment_count"] == {"value": 4}


@pytest.mark.parametrize("key", [key for key in BY_KEY if key != "signs"])
def test_theirs_is_given_as_the_page_posts_it(ana, assessment, key):
    """Choosing the other's answer fills the controls: what they post then is that answer again."""
    for question in BY_KEY[key].questions:
        for answer in ({"missing": "unknown"}, {"missing": "declined"}, None):
            data = QueryDict(mutable=True)
            for name, values in as_posted(question, answer).items():
                data.setlist(name, values)
            form = QuestionsForm(data, questions=[question], answers={}, now=clock.now())
            assert form.split()[0] == {question.name: answer}


def test_a_save_whose_answer_never_came_does_not_argue_with_the_next(as_user, ana, assessment):
    desk, first = as_user(ana), str(uuid4())
    send(desk, ana, assessment, "goals", {"goal_words": "To sl"}, save_key=first)
    told = send(desk, ana, assessment, "goals", {"goal_words": "To sleep again"}, after=[first]).json()
    assert told["conflicts"] == []
    assert answers(assessment, "goals") == said(goal_words="To sleep again")


def test_an_older_save_that_arrives_late_does_not_overwrite_the_newer_one(as_user, ana, assessment):
    desk, first = as_user(ana), str(uuid4())
    send(desk, ana, assessment, "goals", {"goal_words": "To sleep again"}, after=[first])
    send(desk, ana, assessment, "goals", {"goal_words": "To sl"}, save_key=first)
    assert answers(assessment, "goals") == said(goal_words="To sleep again")
    assert SectionRevision.objects.get(kind="not_kept").answers == said(goal_words="To sl")


def test_nobody_saves_what_another_person_typed_before_signing_out(as_user, ana, ben, assessment):
    told = send(as_user(ben), ana, assessment, "goals", {"goal_words": "Ana's"})
    assert told.status_code == 409
    assert "Somebody else signed in" in told.json()["problem"]
    assert answers(assessment, "goals") == {}


def test_on_hold_nothing_is_saved_and_it_says_why(as_user, ana, assessment):
    act.hold(by=ana, assessment=assessment, reason="shift_end")
    told = send(as_user(ana), ana, assessment, "goals", {"goal_words": "x"})
    assert (told.status_code, "on hold" in told.json()["problem"]) == (409, True)


def test_a_decided_assessment_takes_no_save(as_user, ana, cole):
    done = make_sendable(ana)
    act.submit(by=ana, assessment=done)
    act.mark_decided(by=cole, assessment=done)
    assert send(as_user(ana), ana, done, "goals", {"goal_words": "x"}).status_code == 409


def test_what_is_typed_during_an_emergency_is_kept_and_the_way_leads_there(as_user, ana, assessment):
    check = ask_safety(ana, assessment.episode, seizure_24h="yes")
    told = send(as_user(ana), ana, assessment, "goals", {"goal_words": "x"}).json()
    assert told["stop"] == reverse("intake:safety-stop", args=[assessment.episode_id, check.pk])
    assert answers(assessment, "goals") == said(goal_words="x")


@pytest.mark.parametrize(
    "garbage",
    [
        {"bases": "nonsense"}, {"bases": "[]"}, {"bases": '{"anxiety": -4}'}, {"bases": '{"anxiety": 99}'},
        {"save_key": "x"}, {"after": "x"}, {"version": "x"}, {"field": "no_such_question"}, {"field": ":::"},
        {"field": "00000000-0000-4000-8000-000000000000:amount"},
    ],
)  # fmt: skip
def test_garbage_is_refused_or_ignored(as_user, ana, assessment, garbage):
    told = send(as_user(ana), ana, assessment, "mental", {"anxiety": "yes"}, **garbage)
    assert told.status_code in (200, 409)


# Presence


def test_the_other_person_is_named_with_their_section(as_user, ana, ben, assessment):
    beat(as_user(ben), assessment, "substances")
    page = as_user(ana).get(reverse("intake:assessment", args=[assessment.episode_id])).content.decode()
    assert f"{ben.display_name} is here: {BY_KEY['substances'].title}" in page
    assert beat(as_user(ana), assessment, "mental").json()["presence"].startswith(ben.display_name)
    assert ana.display_name not in beat(as_user(ana), assessment, "mental").json()["presence"]


def test_whoever_left_is_not_here(ana, ben, assessment, as_user):
    be_here(by=ben, assessment=assessment, section="mental")
    Presence.objects.update(seen_at=clock.now() - timedelta(seconds=61))
    assert beat(as_user(ana), assessment, "mental").json()["presence"] == ""


def test_the_heartbeat_tells_which_fields_others_changed_and_no_answer(as_user, ana, ben, assessment):
    send(as_user(ben), ben, assessment, "mental", {"diagnoses": "zanzibar", "anxiety": "yes"})
    send(as_user(ana), ana, assessment, "mental", {"depression": "no"})
    told = beat(as_user(ana), assessment, "mental")
    assert told.json()["changed"] == {"diagnoses": 1, "anxiety": 1}
    assert told.json()["who"] == ben.display_name
    assert "zanzibar" not in told.content.decode()
    seen = beat(as_user(ana), assessment, "mental", bases='{"anxiety": 1, "diagnoses": 1}')
    assert seen.json()["changed"] == {}


def test_the_heartbeat_keeps_no_session_alive(as_user, ana, assessment):
    desk = as_user(ana)
    beat(desk, assessment, "mental")
    session = desk.session
    session[SEEN] = before = session[SEEN] - 100
    session.save()
    beat(desk, assessment, "mental")
    assert desk.session[SEEN] == before
    send(desk, ana, assessment, "mental", {"anxiety": "yes"})
    assert desk.session[SEEN] > before


def test_a_stranger_hears_nothing(as_user, cole, assessment):
    assert beat(as_user(cole), assessment, "mental").status_code == 404
    assert send(as_user(cole), cole, assessment, "mental", {}).status_code == 404


def test_where_one_was_is_marked_and_offered(as_user, ana, ben, assessment):
    send(as_user(ana), ana, assessment, "mental", {"treatment_count": "4"})
    overview = as_user(ana).get(reverse("intake:assessment", args=[assessment.episode_id])).content.decode()
    assert "Continue: Mental health, How many times in treatment before" in overview
    assert "#id_treatment_count" in overview
    page = reverse("intake:assessment-section", args=[assessment.episode_id, "mental"])
    assert "You were here at" in as_user(ana).get(page).content.decode()
    assert f"{ana.display_name} was here at" in as_user(ben).get(page).content.decode()


# Cost


def queries_of(do):
    with CaptureQueriesContext(connection) as seen:
        do()
    return len(seen)


def test_saving_a_field_takes_the_same_queries_for_one_substance_and_fifty(as_user, ana, assessment):
    row, desk = add_row(ana, assessment, substance="alcohol"), as_user(ana)
    field = f"{row.pk}:amount"

    def press(amount, base):
        told = send(desk, ana, assessment, "substances", {field: amount}, bases={field: base})
        assert told.json()["saved"] == {field: base + 1}

    press("1", 1)
    few = queries_of(lambda: press("2", 2))
    fill_rows(assessment, 49)
    assert queries_of(lambda: press("3", 3)) == few
    assert few <= MOST_QUERIES


def test_the_heartbeat_takes_the_same_queries_for_one_substance_and_fifty(as_user, ana, assessment):
    desk = as_user(ana)
    add_row(ana, assessment, substance="alcohol")
    beat(desk, assessment, "substances")
    few = queries_of(lambda: beat(desk, assessment, "substances"))
    fill_rows(assessment, 49)
    assert queries_of(lambda: beat(desk, assessment, "substances")) == few


# Many at once


def test_200_saves_at_once_lose_nothing(ana, ben, transactional_db):
    """Two people, twenty windows, two hundred saves on one assessment: every answer is there or was asked."""
    made = make_assessment(ana)
    notes = {key: f"{key}_notes" for key in ("health", "mental", "social", "goals")}
    sent, told, ready = [], [], threading.Barrier(THREADS)

    def work(number):
        by = ana if number % 2 else ben
        ready.wait()
        try:
            for turn in range(SAVES // THREADS):
                key = list(notes)[(number + turn) % len(notes)]
                words = f"window {number} turn {turn}"
                saved = save_fields(
                    how=How(by, save_key=uuid4()),
                    assessment=made,
                    key=key,
                    bases={notes[key]: 0},
                    answers=said(**{notes[key]: words}),
                    edited=True,
                )
                sent.append(words)
                told.append(bool(saved.conflicts))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sent) == SAVES
    kept = SectionRevision.objects.all()
    said_somewhere = [answer["value"] for one in kept for answer in one.answers.values()]
    assert sorted(said_somewhere) == sorted(sent)
    assert told.count(False) == len(notes)  # one each stands; everybody else was asked
    for key in notes:
        section = AssessmentSection.objects.get(assessment=made, key=key)
        assert section.version == section.revisions.filter(kind="saved").count()


def test_200_saves_of_different_fields_at_once_all_stand(ana, transactional_db):
    made = make_assessment(ana)
    fields = [(key, q.name) for key in BY_KEY for q in BY_KEY[key].questions if q.kind == "long_text"]
    assert len(fields) >= 8
    ready = threading.Barrier(len(fields))

    def work(key, name):
        ready.wait()
        try:
            base = 0
            for turn in range(SAVES // len(fields)):
                saved = save_fields(
                    how=How(ana), assessment=made, key=key, bases={name: base},
                    answers=said(**{name: f"turn {turn}"}), edited=True,
                )  # fmt: skip
                assert saved.conflicts == ()
                base = saved.version
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=one) for one in fields]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = {"value": f"turn {SAVES // len(fields) - 1}"}
    assert all(answers(made, key)[name] == last for key, name in fields)
