"""What if: any answer can be tried, the result stands beside the real one, and nothing is written."""

import re

import pytest
from django.db import connection
from django.urls import reverse

from audit.models import Event
from intake.actions.assessments import submit
from programs.actions.recommendations import recommend
from programs.display import OUTCOME_WORDS
from programs.models import Recommendation
from programs.rules.changes import step_of
from tests.factories.episodes import make_sendable

pytestmark = pytest.mark.django_db
RATINGS = {"F1": 1, "F2": 1, "F3": 1, "F4": 3, "F5": 1, "sud": "moderate"}
QUIET = {"audit_event", "django_session"}


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def counts() -> dict[str, int]:
    """The number of rows, and of their versions, of every table but the trail and the session."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_stat_user_tables ORDER BY relname")
        tables = [name for (name,) in cursor.fetchall() if name not in QUIET]
        found = {}
        for table in tables:
            cursor.execute(f'SELECT count(*), max(xmin::text::bigint) FROM "{table}"')
            found[table] = cursor.fetchone()
    return found


@pytest.fixture
def reviewed(ana, cole):
    assessment = make_sendable(ana)
    submit(by=ana, assessment=assessment)
    recommend(assessment=assessment, ratings=RATINGS, by=cole)
    return assessment


def url_of(assessment) -> str:
    return reverse("programs:what-if", args=[assessment.episode_id])


def filled(page) -> dict[str, str]:
    """What the browser would send without touching anything."""
    form = page.context["form"]
    return {
        bound.html_name: str(bound.value() if bound.value() is not None else "")
        for bound in form
        if bound.value() is not False
    }


def test_it_starts_with_the_real_answers_and_sending_them_changes_nothing(client, as_user, reviewed, cole):
    as_user(cole)
    page = client.get(url_of(reviewed))
    assert "What if: nothing is saved" in words_of(page)
    assert "Nothing is changed yet" in words_of(page)
    again = client.post(url_of(reviewed), filled(page))
    assert again.status_code == 200, words_of(again)
    assert "Nothing is changed yet" in words_of(again)
    assert "Differs" not in words_of(again)


def test_what_was_predicted_is_what_it_shows(client, as_user, reviewed, cole):
    as_user(cole)
    page = client.get(url_of(reviewed))
    changes = Recommendation.objects.get().result["detox"]["reasons"]["changes"]
    assert changes
    for change in changes:
        sent = filled(page)
        name = change["key"].replace(".", "__")
        if change["step"] is None:
            sent[f"{name}__gone"] = "on"
        else:
            value = step_of(change["step"]).value
            sent[name] = str(value).lower() if isinstance(value, bool) else str(value)
        shown = client.post(url_of(reviewed), sent)
        assert shown.status_code == 200, change["key"]
        assert shown.context["outcome"] == OUTCOME_WORDS[change["outcome"]], change["key"]
        assert "Differs" in words_of(shown)


def test_a_rating_can_be_tried(client, as_user, reviewed, cole):
    as_user(cole)
    sent = {**filled(client.get(url_of(reviewed))), "F4": "0", "F2": "4"}
    shown = words_of(client.post(url_of(reviewed), sent))
    assert "Fires now: Acute unstable medical/mental condition" in shown
    assert "Back to the real answers" in shown


def test_nothing_is_written_but_the_audit_of_looking(client, as_user, reviewed, cole):
    as_user(cole)
    page = client.get(url_of(reviewed))
    before, looks = counts(), Event.objects.count()
    sent = {**filled(page), "pregnant": "yes", "F4": "4", "added_substance": "alcohol"}
    shown = client.post(url_of(reviewed), sent)
    assert "Pregnant" in words_of(shown)
    assert counts() == before
    assert Event.objects.count() == looks + 1


def test_what_the_rules_cannot_read_is_refused_in_words(client, as_user, reviewed, cole):
    as_user(cole)
    sent = {**filled(client.get(url_of(reviewed))), "substances__kratom_leaf__days_per_week": "9"}
    shown = client.post(url_of(reviewed), sent)
    assert shown.status_code == 422


def test_only_clinicians_try(client, as_user, reviewed, ana):
    as_user(ana)
    assert client.get(url_of(reviewed)).status_code in (403, 404)
