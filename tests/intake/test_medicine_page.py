"""The page of the medicine check."""

import re

import pytest
from django.urls import reverse

from tests.factories.episodes import add_row, ask_safety, make_assessment, save

pytestmark = pytest.mark.django_db


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_cautions_are_shown_with_grade_and_why_and_never_advise_to_stop(client, as_user, ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "health", medicines="alprazolam 1 mg at night\nserteraline 50 mg\nlisinopril 10 mg")
    as_user(ana)
    words = words_of(client.get(reverse("intake:medicines", args=[assessment.episode_id])))
    assert (
        "Major alprazolam CYP3A substrate plus additive sedation. Evidence C: laboratory or model." in words
    )
    assert "Did you mean sertraline?" in words
    assert "lisinopril" in words
    assert "does not make it safe" in words
    assert "Never advise anyone to stop or change a medicine." in words
    assert "Only one of the two questions about medicines was answered." in words


def test_without_medicines_it_does_not_say_that_all_is_well(client, as_user, ana):
    assessment = make_assessment(ana)
    as_user(ana)
    words = words_of(client.get(reverse("intake:medicines", args=[assessment.episode_id])))
    assert "not both questions about medicines were answered" in words
    assert "no interaction" not in words.lower()


def test_the_workspace_leads_to_the_check_and_to_the_course_once_there_is_something(client, as_user, ana):
    assessment = make_assessment(ana)
    ask_safety(ana, assessment.episode)
    as_user(ana)
    pages = [
        reverse("intake:assessment", args=[assessment.episode_id]),
        reverse("intake:assessment-check", args=[assessment.episode_id]),
        reverse("intake:assessment-section", args=[assessment.episode_id, "goals"]),
    ]
    check = reverse("intake:medicines", args=[assessment.episode_id])
    course = reverse("programs:course", args=[assessment.episode_id])

    def links():
        shown = [client.get(page).content.decode() for page in pages]
        return [(check in page, course in page) for page in shown]

    add_row(ana, assessment, substance="alcohol")
    assert links() == [(False, False)] * 3
    save(ana, assessment, "health", medicines="lisinopril 10 mg")
    assert links() == [(True, False)] * 3
    add_row(ana, assessment, substance="seven_oh")
    assert links() == [(True, True)] * 3
