"""What a person wishes stands where a place is chosen, and keeps nobody out."""

import pytest
from django.urls import reverse

from programs.wishes import told_by, wishes_of
from tests.factories.episodes import make_assessment, save
from tests.programs.test_screens import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "goals", preferences=["faith", "holistic"], setting_wish="residential")
    save(ana, assessment, "health", conditions_notes="Asthma")
    return assessment.episode


def test_only_what_was_told(told, ana, django_assert_num_queries):
    with django_assert_num_queries(2):
        wishes = wishes_of(told_by(told))
    assert wishes == [
        ("Wishes", "Care with faith, Yoga, art or other holistic care"),
        ("Where care should happen, if there is a choice", "Live there"),
        ("Which conditions, and who treats them?", "Asthma"),
    ]
    assert wishes_of(told_by(make_assessment(ana, name="Riley Park").episode)) == []


@pytest.mark.parametrize("page", ["readiness", "bed-hold"])
def test_they_stand_where_a_place_is_chosen(client, as_user, told, ana, page):
    as_user(ana)
    shown = words_of(client.get(reverse(f"programs:{page}", args=[told.pk])))
    assert "Yoga, art or other holistic care" in shown
    assert "They never keep anybody out." in shown
