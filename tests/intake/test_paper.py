"""U17, D19: what was written on paper is entered once, counts as said at its time, and is marked."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from audit.models import Event
from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from intake.actions.assessments import add_substance, save_section
from intake.actions.paper import begin_paper, finish_paper
from intake.actions.safety import record_safety_check
from intake.models import PaperForm
from intake.paper import new_serial, read_serial
from intake.queries import current_assessment
from tests.factories.episodes import add_row, make_episode, save

pytestmark = pytest.mark.django_db
AGO = timedelta(hours=5)


def begin(by, episode, *, serial="P7K3MA", ago=AGO, **more):
    given = {"observed_at": clock.now() - ago, "asked_by": "Ben"} | more
    return begin_paper(by=by, episode=episode, serial=serial, **given)


def test_a_serial_is_read_as_it_is_printed_typed_or_scanned():
    made = new_serial()
    assert read_serial(made) == made
    assert read_serial(" p7k 3m-a ") == "P7K3MA"
    assert [read_serial(one) for one in ("", "P7K3M", "P7K3MAX", "P7K3M0", "<b>")] == [None] * 5


def test_what_is_saved_meanwhile_is_marked_with_the_time_on_the_paper(ana):
    episode = make_episode(ana)
    form = begin(ana, episode)
    assessment = current_assessment(episode)
    save_section(by=ana, assessment=assessment, key="mental", bases=0, answers={"anxiety": {"value": "yes"}})
    revision = assessment.sections.get(key="mental").revisions.get()
    assert (revision.source, revision.observed_at) == ("paper", form.observed_at)


def test_an_older_paper_never_moves_the_last_use_back_behind_what_was_told_since(ana):
    episode = make_episode(ana)
    assessment = current_assessment(episode)
    told = add_row(ana, assessment, substance="alcohol", last_use="today")
    old = add_row(ana, assessment, substance="kratom_leaf", last_use="four_seven_days")
    begin(ana, episode, ago=timedelta(days=2))
    for row in (told, old):
        save(ana, assessment, "substances", **{f"{row.id}:substance": "fentanyl_heroin"})
    save(ana, assessment, "substances", **{f"{told.id}:last_use": "over_a_week"})
    before = (told.last_use_latest, old.last_use_latest)
    told.refresh_from_db()
    old.refresh_from_db()
    assert (told.last_use_latest, old.last_use_latest) == before


def test_a_row_that_only_the_paper_tells_of_takes_its_last_use_from_it(ana):
    episode = make_episode(ana)
    form = begin(ana, episode, ago=timedelta(days=2))
    row = add_row(ana, current_assessment(episode), substance="alcohol")
    assert row.last_use_latest == form.observed_at
    save(ana, row.assessment, "substances", **{f"{row.id}:last_use": "over_a_week"})
    row.refresh_from_db()
    assert row.last_use_latest == form.observed_at - timedelta(days=7)


def test_another_who_works_on_it_meanwhile_asks_now(ana, sam):
    episode = make_episode(ana)
    begin(ana, episode)
    assessment = current_assessment(episode)
    save_section(by=sam, assessment=assessment, key="mental", bases=0, answers={"anxiety": {"value": "yes"}})
    assert assessment.sections.get(key="mental").revisions.get().source == "asked"


def test_after_the_end_answers_count_as_said_now_again(ana):
    episode = make_episode(ana)
    finish_paper(by=ana, form=begin(ana, episode))
    assessment = current_assessment(episode)
    save_section(by=ana, assessment=assessment, key="mental", bases=0, answers={"anxiety": {"value": "yes"}})
    revision = assessment.sections.get(key="mental").revisions.get()
    assert (revision.source, revision.observed_at) == ("asked", None)


def test_the_last_use_is_counted_from_the_time_on_the_paper(ana):
    episode = make_episode(ana)
    form = begin(ana, episode, ago=timedelta(days=3))
    assessment = current_assessment(episode)
    row = add_substance(by=ana, assessment=assessment)
    answers = {f"{row.pk}:substance": {"value": "alcohol"}, f"{row.pk}:last_use": {"value": "today"}}
    save_section(by=ana, assessment=assessment, key="substances", bases=0, answers=answers)
    row.refresh_from_db()
    assert row.last_use_latest == form.observed_at


def test_the_safety_check_was_asked_then_and_says_from_which_form(ana):
    episode = make_episode(ana)
    form = begin(ana, episode)
    check = record_safety_check(by=ana, episode=episode, answers={"severe_panic": {"value": "no"}})
    assert (check.asked_at, check.paper) == (form.observed_at, form)


def test_a_form_is_entered_once_by_anybody(ana, ben):
    begin(ana, make_episode(ana))
    with pytest.raises(Conflict) as refused:
        begin(ben, make_episode(ben, name="Riley Park"), serial="p7k-3ma")
    assert "entered before" in refused.value.message


def test_one_form_at_a_time(ana):
    episode = make_episode(ana)
    form = begin(ana, episode)
    with pytest.raises(Conflict) as refused:
        begin(ana, episode, serial="P7K3MB")
    assert "Finish" in refused.value.message
    finish_paper(by=ana, form=form)
    begin(ana, episode, serial="P7K3MB")
    assert PaperForm.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"serial": "nothing"}, "serial"),
        ({"ago": timedelta(minutes=-5)}, "observed_at"),
        ({"ago": timedelta(days=31)}, "observed_at"),
        ({"asked_by": "  "}, "asked_by"),
    ],
)
def test_what_can_not_be_is_refused_at_its_field(ana, change, field):
    with pytest.raises(Refused) as refused:
        begin(ana, make_episode(ana), **change)
    assert refused.value.field == field


def test_only_who_began_it_ends_it_and_ending_twice_is_fine(ana, sam):
    form = begin(ana, make_episode(ana))
    with pytest.raises(Refused):
        finish_paper(by=sam, form=form)
    first = finish_paper(by=ana, form=form).finished_at
    assert finish_paper(by=ana, form=form).finished_at == first
    assert Event.objects.filter(name="paper.finished").count() == 1


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        (
            "UPDATE intake_paperform SET observed_at = observed_at - interval '1 hour'",
            "intake_paperform_kept",
        ),
        ("UPDATE intake_paperform SET serial = 'P7K3MB'", "intake_paperform_kept"),
        ("DELETE FROM intake_paperform", "intake_paperform_kept"),
        ("UPDATE intake_safetycheck SET paper_id = NULL", "intake_safetycheck_kept"),
    ],
)
def test_the_database_keeps_a_form_as_it_was_begun(ana, statement, code):
    episode = make_episode(ana)
    begin(ana, episode)
    record_safety_check(by=ana, episode=episode, answers={"severe_panic": {"value": "no"}})
    with pytest.raises(IntegrityError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refusal_code(refused.value) == code


def test_entering_a_form_on_screen(ana, as_user):
    episode = make_episode(ana)
    client = as_user(ana)
    landing = client.get(reverse("intake:paper-form", args=["P7K3MA"]))
    assert episode.reference in landing.content.decode()
    address = reverse("intake:paper-begin", args=[episode.pk])
    assert b'value="P7K3MA"' in client.get(address, {"form": "P7K3MA"}).content
    wrong = client.post(address, {"serial": "no", "observed_at": "soon", "asked_by": "Ben"})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.content.decode()
    when = (clock.now() - AGO).strftime("%Y-%m-%d %H:%M")
    posted = {"serial": "P7K3MA", "observed_at": when, "asked_by": "Ben"}
    begun = client.post(address, posted)
    assert begun.url == reverse("intake:safety-check", args=[episode.pk])
    assert "You are entering form P7K3MA" in client.get(begun.url).content.decode()
    again = client.get(reverse("intake:paper-form", args=["p7k3ma"])).content.decode()
    assert "was entered before" in again
    assert episode.reference not in again
    ended = client.post(reverse("intake:paper-finish", args=[episode.pk]))
    assert ended.url == reverse("intake:assessment", args=[episode.pk])
    assert client.post(reverse("intake:paper-finish", args=[episode.pk])).status_code == 302
    assert PaperForm.objects.get().finished_at is not None


def test_a_printed_assessment_shows_what_was_asked_and_what_was_not(ana, as_user):
    episode = make_episode(ana)
    save_section(
        by=ana,
        assessment=current_assessment(episode),
        key="goals",
        bases=0,
        answers={"goal_words": {"value": "To sleep again"}},
    )
    page = as_user(ana).get(reverse("intake:assessment-print", args=[episode.pk])).content.decode()
    assert "To sleep again" in page
    assert "Not asked" in page
    assert Event.objects.filter(name="record.viewed", ids__what="assessment print").exists()
