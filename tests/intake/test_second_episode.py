"""Somebody calls again: a new episode begins anew, and a short pause can be resumed instead."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.episodes import close_episode, start_episode
from intake.actions.reopening import resume_episode
from intake.models import Episode, ReportedUse
from intake.picture import facts_of
from intake.queries import current_assessment
from intake.rules.gaps import gaps
from intake.rules.resume import may_resume
from programs.models import Admission, MedicalClearance
from records.disclose import ByConsent, NotPermitted, disclose
from records.models import Disclosure, Person
from tests.factories.care import make_bed, make_clearance, make_determination, make_program
from tests.factories.consents import signed_consent
from tests.factories.episodes import ask_safety, make_episode, make_sendable
from tests.factories.records import join, make_recipient

pytestmark = pytest.mark.django_db


def closed(by, reason="declined_by_person", **person):
    """An episode that was worked on and closed."""
    assessment = make_sendable(by, **person)
    return close_episode(by=by, episode=assessment.episode, reason=reason)


def again(by, episode):
    return start_episode(by=by, person=Person.objects.get(pk=episode.person_id))


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return refusal_code(caught.value)


def share(person, recipient, by):
    return disclose(
        person=Person.objects.get(pk=person.pk),
        recipient=recipient,
        basis=ByConsent(),
        purpose="treatment",
        sections={"identity": lambda: [["Name", "x"]]},
        medium="print",
        by=by,
        subject="offer:1",
    )


# ------------------------------------------------------------------ a new episode


def test_a_former_person_gets_a_new_episode_with_nothing_in_it(ana):
    first = closed(ana)
    second = again(ana, first)
    assert second.person_id == first.person_id
    assert facts_of(current_assessment(second)).rows == ()
    assert second.last_use_latest is None
    assert {gap.field for gap in gaps(facts_of(current_assessment(second)))} >= {"pregnant", "suicidality"}


def test_a_consent_of_the_former_episode_opens_nothing(ana):
    episode = make_episode(ana)
    recipient = make_recipient()
    signed_consent(ana, episode.person, recipient)
    share(episode.person, recipient, ana)
    close_episode(by=ana, episode=episode, reason="completed")
    share(episode.person, recipient, ana)
    again(ana, episode)
    with pytest.raises(NotPermitted) as caught:
        share(episode.person, recipient, ana)
    assert caught.value.code == "consent_earlier_care"
    assert "Ask the person for a new one" in caught.value.message
    signed_consent(ana, episode.person, recipient)
    share(episode.person, recipient, ana)


def test_the_database_refuses_a_disclosure_on_such_a_consent(ana):
    episode = make_episode(ana)
    recipient = make_recipient()
    signed_consent(ana, episode.person, recipient)
    share(episode.person, recipient, ana)
    row = Disclosure.objects.get()
    close_episode(by=ana, episode=episode, reason="completed")
    again(ana, episode)
    row.pk, row.version = None, 2
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    assert refusal_code(caught.value) == "records_disclosure_within_consent"


def test_care_begins_anew_in_the_database_whoever_inserts_the_episode(ana):
    first = closed(ana)
    assert Person.objects.get().care_since is None
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO intake_episode (id, person_id, reference, status, stage, owner_id, close_reason,"
            " ob_contact_needed) VALUES (gen_random_uuid(), %s, 'X-1', 'open', 'assessment', %s, '', false)",
            [first.person_id, ana.pk],
        )
    assert Person.objects.get().care_since is not None


def test_a_clearance_of_the_former_episode_admits_nobody(ana, cole, dana, sam):
    first = make_episode(ana)
    paper = make_clearance(first, accepted_by=cole, verified_by=dana, recorded_by=ana)
    close_episode(by=ana, episode=first, reason="completed")
    second = again(ana, first)
    signed = make_determination(second, cole)
    bed = make_bed(make_program())
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Admission.objects.create(
            episode=second,
            clearance=paper,
            determination=signed,
            program=bed.program,
            bed=bed,
            data_key=second.person.data_key,
            admitted_at=clock.now(),
            admitted_by=ana,
        )
    assert refusal_code(caught.value) == "clearance_other_episode"


def test_the_trail_keeps_the_episodes_apart(ana):
    first = closed(ana)
    second = again(ana, first)
    started = Event.objects.filter(name="episode.started").order_by("at")
    assert [event.object_id for event in started] == [first.pk, second.pk]
    saved = Event.objects.filter(name="assessment.section_saved").values_list("object_id", flat=True)
    assert set(saved) == {current_assessment(first).pk}


def test_a_person_is_found_once_and_was_here_before(as_user, ana):
    first = closed(ana)
    shown = as_user(ana).post(reverse("desk:people"), {"name": "Jordan Lee"}).content.decode()
    assert shown.count(reverse("desk:person", args=[first.person_id])) == 1
    assert "Last here: closed" in shown
    assert reverse("intake:episode-again", args=[first.person_id]) in shown


def test_the_page_says_what_begins_anew(as_user, ana):
    first = closed(ana, reason="completed")
    address = reverse("intake:episode-again", args=[first.person_id])
    old = as_user(ana).get(f"{reverse('intake:episode-start')}?person={first.person_id}")
    assert old.url == address
    shown = as_user(ana).get(address).content.decode()
    assert "No earlier consent and no earlier medical clearance counts" in shown
    assert "Return to use" in shown
    assert "Resume this episode" not in shown
    answer = as_user(ana).post(address)
    assert answer.status_code == 302
    assert Episode.objects.filter(person=first.person_id, status="open").count() == 1
    assert as_user(ana).post(address).status_code == 409


def test_the_clinician_sees_what_was_decided_before_and_what_followed(as_user, ana, cole):
    first = make_sendable(ana).episode
    make_determination(first, cole, level="residential")
    close_episode(by=ana, episode=first, reason="lost_contact")
    second = again(ana, first)
    ask_safety(ana, second)
    join(second.person, cole)
    shown = as_user(cole).get(reverse("programs:review", args=[second.pk])).content.decode()
    assert first.reference in shown
    assert "Lost contact" in shown
    assert "Residential" in shown.split("earlier-title")[2].split("</section>")[0]


# ------------------------------------------------------------------ resuming a pause


@pytest.mark.parametrize(
    ("reason", "days", "may"),
    [
        ("declined_by_person", 0, True),
        ("lost_contact", 30, True),
        ("declined_by_person", 31, False),
        ("completed", 1, False),
        ("care_elsewhere", 1, False),
        ("opened_by_mistake", 1, False),
    ],
)
def test_what_may_be_resumed(reason, days, may):
    now = clock.now()
    assert may_resume(reason=reason, closed_at=now - timedelta(days=days), now=now) is may


def test_a_pause_is_resumed_with_its_answers_and_asks_the_last_use_anew(ana):
    episode = closed(ana)
    bound = episode.last_use_latest
    resumed = resume_episode(by=ana, episode=episode)
    assert (resumed.status, resumed.close_reason) == ("open", "")
    assessment = current_assessment(resumed)
    row = assessment.substance_rows.get()
    assert row.details["amount"] == {"value": 8}
    assert "last_use" not in row.details
    assert any(gap.section == "substances" for gap in gaps(facts_of(assessment)))
    resumed.refresh_from_db()
    assert resumed.last_use_latest >= bound
    assert ReportedUse.objects.get(episode=resumed).last_use_latest == bound
    assert Event.objects.filter(name="episode.resumed").count() == 1


def test_a_live_clearance_is_void(ana, cole, dana):
    episode = make_episode(ana)
    make_clearance(episode, accepted_by=cole, verified_by=dana, recorded_by=ana)
    close_episode(by=ana, episode=episode, reason="declined_by_person")
    resume_episode(by=ana, episode=episode)
    paper = MedicalClearance.objects.exclude(status="needed").get()
    assert (paper.status, paper.revoke_reason) == ("revoked", "paused")


def test_the_gate_refuses_an_examination_from_before_the_pause(ana, cole, dana, monkeypatch):
    monkeypatch.setattr(hooks, "after_resume", [])
    episode = make_episode(ana)
    paper = make_clearance(episode, accepted_by=cole, verified_by=dana, recorded_by=ana)
    signed = make_determination(episode, cole)
    bed = make_bed(make_program())
    close_episode(by=ana, episode=episode, reason="declined_by_person")
    Episode.objects.filter(pk=episode.pk).update(
        status="open", stage="clearance", closed_at=None, close_reason="", reopened_at=clock.now()
    )
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        Admission.objects.create(
            episode=episode,
            clearance=paper,
            determination=signed,
            program=bed.program,
            bed=bed,
            data_key=episode.person.data_key,
            admitted_at=clock.now(),
            admitted_by=ana,
        )
    assert refusal_code(caught.value) == "clearance_before_resume"


def test_a_signed_assessment_goes_on_as_its_next_version(ana, cole):
    assessment = make_sendable(ana)
    make_determination(assessment.episode, cole)
    type(assessment).objects.filter(pk=assessment.pk).update(
        status="decided", decided_at=clock.now(), submitted_at=clock.now(), submitted_by=ana
    )
    close_episode(by=ana, episode=assessment.episode, reason="lost_contact")
    resumed = resume_episode(by=ana, episode=assessment.episode)
    newest = current_assessment(resumed)
    assert newest.pk != assessment.pk
    assert "last_use" not in newest.substance_rows.get().details
    assert "last_use" in assessment.substance_rows.get().details


def test_what_ended_is_not_resumed(ana):
    episode = closed(ana, reason="completed")
    with pytest.raises(Refused):
        resume_episode(by=ana, episode=episode)


def test_an_open_episode_is_not_opened_twice(ana):
    episode = closed(ana)
    again(ana, episode)
    with pytest.raises(Conflict):
        resume_episode(by=ana, episode=episode)
    reopen = (
        "UPDATE intake_episode SET status='open', stage='review', closed_at=NULL, close_reason='' WHERE id=%s"
    )
    assert refused(reopen, episode.pk) == "intake_episode_one_open"


def test_the_page_offers_to_resume(as_user, ana):
    episode = closed(ana)
    shown = as_user(ana).get(reverse("intake:episode-again", args=[episode.person_id])).content.decode()
    assert "Resume this episode" in shown
    answer = as_user(ana).post(reverse("intake:episode-resume", args=[episode.pk]))
    assert answer.url == reverse("intake:safety-check", args=[episode.pk])
    assert as_user(ana).post(reverse("intake:episode-resume", args=[episode.pk])).status_code == 409


def test_a_stranger_finds_neither(as_user, ana, ben):
    episode = closed(ana)
    assert as_user(ben).get(reverse("intake:episode-again", args=[episode.person_id])).status_code == 404
    assert as_user(ben).post(reverse("intake:episode-resume", args=[episode.pk])).status_code == 404
