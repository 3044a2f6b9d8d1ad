"""A use reported at any time of an episode: kept as told, and the last use never falls behind it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake import hooks
from intake.actions.assessments import remove_substance
from intake.actions.episodes import close_episode, report_use
from intake.models import Episode, ReportedUse
from intake.picture import center_zone
from outbox.submit import AlreadyDone
from tests.factories.episodes import add_row, make_assessment, make_episode, save

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def episode(ana):
    """An episode whose answers were decided and can't change any more."""
    made = make_episode(ana)
    assessment = made.assessments.get()
    assessment.status = "decided"
    assessment.save(update_fields=["status"])
    return made


def tell(by, episode, ago=HOUR, **given):
    return report_use(
        by=by, episode=episode, used_at=clock.now() - ago, **{"substance": "Zanzibar drops", **given}
    )


def bound():
    return Episode.objects.get().last_use_latest


def refused(sql, *params):
    with pytest.raises(IntegrityError) as caught, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return refusal_code(caught.value)


# The action


def test_a_use_is_kept_after_the_decision(ana, episode, monkeypatch):
    told = []
    monkeypatch.setattr(hooks, "after_answers_changed", [lambda **facts: told.append(facts)])
    use = tell(ana, episode, note="Quillon said so by phone")
    kept = ReportedUse.objects.get()
    assert kept.details == {"substance": "Zanzibar drops", "note": "Quillon said so by phone"}
    assert (kept.reported_by, bound()) == (ana, use.last_use_latest)
    assert [set(facts) for facts in told] == [{"assessment", "by", "now"}]
    event = Event.objects.get(name="use.reported")
    assert (event.object_id, event.person_id) == (use.pk, episode.person_id)
    assert "Zanzibar" not in str(event.__dict__)


def test_an_earlier_use_does_not_move_the_last_use_back(ana, episode):
    later = tell(ana, episode)
    tell(ana, episode, ago=5 * HOUR)
    assert bound() == later.last_use_latest
    assert ReportedUse.objects.count() == 2


@pytest.mark.parametrize(
    ("given", "field"),
    [({"ago": -HOUR}, "used_at"), ({"substance": "  "}, "substance")],
)
def test_what_cannot_be_is_refused(ana, episode, given, field):
    with pytest.raises(Refused) as caught:
        tell(ana, episode, **given)
    assert caught.value.field == field
    assert not ReportedUse.objects.exists()
    assert bound() is None


def test_a_closed_episode_takes_no_more(ana, episode):
    close_episode(by=ana, episode=episode, reason="completed")
    with pytest.raises(Conflict):
        tell(ana, episode)


def test_a_report_sent_twice_is_kept_once(ana, episode):
    key = uuid4()
    tell(ana, episode, submit_key=key)
    with pytest.raises(AlreadyDone):
        tell(ana, episode, submit_key=key)
    assert ReportedUse.objects.count() == 1


def test_when_a_follower_fails_nothing_is_kept(ana, episode, monkeypatch):
    def fail(**facts):
        raise RuntimeError

    monkeypatch.setattr(hooks, "after_answers_changed", [fail])
    with pytest.raises(RuntimeError):
        tell(ana, episode)
    assert not ReportedUse.objects.exists()
    assert bound() is None


def test_answers_of_an_open_assessment_do_not_hide_a_report(ana):
    assessment = make_assessment(ana)
    use = tell(ana, assessment.episode)
    row = add_row(
        ana, assessment, substance="alcohol", last_use="exact", last_use_at="2026-07-01T10:00:00+00:00"
    )
    assert bound() == use.last_use_latest
    save(ana, assessment, "substances", **{f"{row.id}:last_use": "today"})
    assert bound() > use.last_use_latest
    remove_substance(by=ana, assessment=assessment, row_id=row.pk)
    assert bound() == use.last_use_latest


# The database


@pytest.mark.parametrize("value", ["NULL", "now() - interval '3 days'"])
def test_the_last_use_of_the_episode_never_falls_behind_a_report(ana, episode, value):
    tell(ana, episode)
    sql = f"UPDATE intake_episode SET last_use_latest = {value} WHERE id = %s"
    assert refused(sql, episode.pk) == "intake_episode_last_use_behind"


INSERT = (
    "INSERT INTO intake_reporteduse (id, data_key_id, episode_id, last_use_latest, details, reported_by_id)"
    " SELECT gen_random_uuid(), data_key_id, episode_id, now() + %s::interval, details, reported_by_id"
    " FROM intake_reporteduse"
)


def test_a_row_alone_is_refused(ana, episode):
    tell(ana, episode)
    assert refused(INSERT, "-1 minute") == "intake_episode_last_use_behind"
    assert refused(INSERT, "1 hour") == "intake_reporteduse_not_in_future"


@pytest.mark.parametrize(
    "sql", ["UPDATE intake_reporteduse SET last_use_latest = now()", "DELETE FROM intake_reporteduse"]
)
def test_reports_are_append_only(ana, episode, sql):
    tell(ana, episode)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_dump_shows_no_word_of_it(ana, episode):
    tell(ana, episode, note="zanzibar")
    with connection.cursor() as cursor:
        cursor.execute("SELECT encode(details, 'escape') FROM intake_reporteduse")
        assert "anzibar" not in cursor.fetchone()[0]


# The page


def address(episode):
    return reverse("intake:report-use", args=[episode.pk])


def typed(moment):
    return moment.astimezone(center_zone()).strftime("%Y-%m-%d %H:%M")


def test_the_page_takes_the_time_of_the_center(as_user, ana, episode):
    desk = as_user(ana)
    page = desk.get(address(episode))
    assert "the clearance ends at once" in page.content.decode()
    assert Event.objects.filter(name="record.viewed", ids__what="reported use").exists()
    used = (clock.now() - HOUR).replace(second=0, microsecond=0)
    sent = desk.post(address(episode), {"substance": "Zanzibar", "used_at": typed(used), "note": ""})
    assert sent.status_code == 302
    assert bound() == used
    assert "Zanzibar" in desk.get(address(episode)).content.decode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"used_at": "soon"}, "must be a date and a time"),
        ({"used_at": ""}, "Enter time of use"),
        ({"used_at": "2199-01-01 10:00"}, "must be in the past"),
        ({"substance": ""}, "Enter what was used"),
    ],
)
def test_a_report_that_is_not_right_keeps_what_was_typed(as_user, ana, episode, change, words):
    given = {"substance": "Zanzibar", "used_at": typed(clock.now() - HOUR), "note": "By phone"}
    sent = as_user(ana).post(address(episode), given | change)
    text = sent.content.decode()
    assert sent.status_code == 422
    assert words in text
    assert "By phone" in text
    assert not ReportedUse.objects.exists()


def test_a_closed_episode_is_a_conflict_and_is_not_offered(as_user, ana, episode):
    desk = as_user(ana)
    person = reverse("desk:person", args=[episode.person_id])
    ready = reverse("programs:readiness", args=[episode.pk])
    assert all(address(episode) in desk.get(page).content.decode() for page in (person, ready))
    close_episode(by=ana, episode=episode, reason="completed")
    given = {"substance": "Zanzibar", "used_at": typed(clock.now() - HOUR)}
    sent = desk.post(address(episode), given)
    assert sent.status_code == 409
    assert "Zanzibar" in sent.content.decode()
    assert not any(address(episode) in desk.get(page).content.decode() for page in (person, ready))
