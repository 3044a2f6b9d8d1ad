"""An emergency is an urgent row of Today until somebody wrote what was done; no episode ends before that."""

import pytest
from django.urls import reverse

import desk.urls
import programs.urls
import referrals.urls
from config import clock
from config.errors import Refused
from desk.today import items_for
from intake.actions.assessments import submit
from intake.actions.episodes import close_episode
from intake.actions.safety import record_disposition
from intake.queries import current_assessment
from programs.urls import BESIDE_EMERGENCIES
from tests.factories.episodes import ask_safety, make_assessment, make_sendable

pytestmark = pytest.mark.django_db


def test_it_stands_on_today_until_somebody_wrote_what_was_done(ana, ben, sam):
    episode = make_assessment(ana).episode
    check = ask_safety(ana, episode, seizure_24h="yes")
    stop = reverse("intake:safety-stop", args=[episode.pk, check.pk])
    for user in (ana, sam):
        first = items_for(user, clock.now())[0]
        assert (first.kind, first.urgent, first.url) == ("emergency", True, stop)
    assert items_for(ben, clock.now()) == [], "nobody outside the care team learns of it"
    record_disposition(by=ana, check=check, actions=["called_911"])
    assert "emergency" not in {item.kind for item in items_for(ana, clock.now())}


def test_no_episode_ends_while_an_emergency_is_open(ana):
    episode = make_assessment(ana).episode
    check = ask_safety(ana, episode, seizure_24h="yes")
    with pytest.raises(Refused) as refused:
        close_episode(by=ana, episode=episode, reason="completed")
    assert refused.value.code == "emergency_open"
    record_disposition(by=ana, check=check, actions=["called_911"])
    assert close_episode(by=ana, episode=episode, reason="completed").status == "closed"


PAGES = [
    f"{app}:{pattern.name}"
    for app, urls in (("desk", desk.urls), ("programs", programs.urls), ("referrals", referrals.urls))
    for pattern in urls.urlpatterns
    if pattern.pattern.converters.keys() == {"episode_id"} and pattern.name not in BESIDE_EMERGENCIES
]


def test_every_page_of_the_episode_leads_to_the_emergency_first(ana, cole, as_user):
    """Every address with an episode in it that the two may open otherwise; what only takes a POST stays."""
    episode = make_sendable(ana).episode
    submit(by=ana, assessment=current_assessment(episode))
    users = as_user(ana), as_user(cole)
    opened = {
        (name, user)
        for name in PAGES
        for user in users
        if user.get(reverse(name, args=[episode.pk])).status_code == 200
    }
    assert {
        *("desk:episode-close", "programs:bed-hold", "programs:family", "programs:checklist"),
        *("programs:waiting-of", "programs:review", "programs:readiness", "programs:care-plan"),
        "referrals:need",
    } <= {name for name, _ in opened}
    check = ask_safety(ana, episode, seizure_24h="yes")
    stop = reverse("intake:safety-stop", args=[episode.pk, check.pk])
    for name, user in opened:
        page = user.get(reverse(name, args=[episode.pk]))
        assert (page.status_code, page.headers.get("Location")) == (302, stop), name
    record_disposition(by=ana, check=check, actions=["called_911"])
    page = as_user(ana).get(reverse("intake:assessment", args=[episode.pk])).content.decode()
    assert f"{reverse('intake:safety-check', args=[episode.pk])}#id_seizure_24h" in page
