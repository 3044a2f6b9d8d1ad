"""Who is or may be pregnant: a consultation is due on Today until it is recorded, and nothing says why."""

import re

import pytest
from django.urls import reverse

from config import clock
from desk.today import items_for
from intake.actions.assessments import save_section
from intake.actions.episodes import record_ob_contact
from tests.factories.episodes import ask_safety, make_assessment, save

pytestmark = pytest.mark.django_db


def rows(user):
    return [item for item in items_for(user, clock.now()) if item.kind == "consultation"]


@pytest.mark.parametrize("answer", ["yes", "possible"])
def test_a_consultation_is_due_now_until_it_is_recorded(ana, ben, answer):
    assessment = make_assessment(ana)
    assert rows(ana) == []
    save(ana, assessment, "health", pregnant=answer)
    (row,) = rows(ana)
    assert row.urgent
    assert row.due_at <= clock.now()
    assert row.url.startswith(reverse("programs:readiness", args=[assessment.episode_id]))
    assert "pregn" not in row.why.lower()
    assert rows(ben) == [], "nobody outside the care team learns of it"
    record_ob_contact(by=ana, episode=assessment.episode)
    assert rows(ana) == []


def test_prefers_not_to_say_is_not_no(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "health", pregnant="possible")
    section = assessment.sections.get(key="health")
    save_section(
        by=ana,
        assessment=assessment,
        key="health",
        bases=section.version,
        answers={"pregnant": {"missing": "declined"}},
    )
    assert len(rows(ana)) == 1


def test_nobody_is_admitted_before_and_no_page_says_to_stop(client, as_user, ana):
    assessment = make_assessment(ana)
    ask_safety(ana, assessment.episode)
    save(ana, assessment, "health", pregnant="possible")
    as_user(ana)
    page = reverse("programs:readiness", args=[assessment.episode_id])
    assert "record the contact with obstetric care" in client.get(page).content.decode()
    refused = client.post(reverse("programs:admit", args=[assessment.episode_id]), {"place": ""})
    assert refused.status_code == 422
    assert "obstetric" in refused.content.decode()
    health = reverse("intake:assessment-section", args=[assessment.episode_id, "health"])
    words = re.sub(r"<[^>]+>", " ", client.get(health).content.decode())
    assert "Never advise stopping suddenly in pregnancy." in words
    assert "should stop" not in words
