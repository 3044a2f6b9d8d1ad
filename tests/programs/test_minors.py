"""D9: a minor is on a path of their own; by default the center admits none and refers."""

from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.urls import reverse

from config import clock
from config.clock import center_day
from config.errors import Refused
from config.safety import refuse_unsafe
from programs.actions.admissions import admit
from records.actions.people import update_person
from records.minors import minor_path, refused_as_minor
from tests.factories.records import make_person
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db


def born(years, days=0):
    """Return the birthday of somebody who is `years` old today, or `days` younger."""
    today = center_day(clock.now())
    return (today.replace(year=today.year - years, day=min(today.day, 28)) + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(("years", "days", "minor"), [(17, 0, True), (18, 40, True), (18, -40, False)])
def test_who_is_a_minor_is_counted_on_the_centers_calendar(ana, years, days, minor):
    person = make_person(ana, date_of_birth=born(years, days))
    assert refused_as_minor(person, clock.now()) is minor
    assert bool(minor_path(person, clock.now())) is minor


def test_an_unknown_birthday_makes_nobody_a_minor(ana):
    person = make_person(ana)
    assert not refused_as_minor(person, clock.now())
    assert minor_path(person, clock.now()) == ""


def test_by_default_no_minor_is_admitted_however_complete_the_papers(settings):
    ready = Case.good()
    update_person(person=ready.episode.person, by=ready.ana, date_of_birth=born(17))
    with pytest.raises(Refused) as refused:
        admit(episode=ready.episode, program=ready.program, bed=ready.bed, by=ready.ana)
    assert refused.value.code == "minor_not_admitted"
    settings.MINORS_ADMITTED = True
    assert admit(
        episode=ready.episode, program=ready.program, bed=ready.bed, by=ready.ana, left_open="At night."
    ).pk


def test_every_page_of_the_episode_says_so(as_user):
    ready = Case.good()
    update_person(person=ready.episode.person, by=ready.ana, date_of_birth=born(17))
    client = as_user(ready.ana)
    for name in ("intake:assessment", "programs:review", "programs:readiness"):
        page = client.get(reverse(name, args=[ready.episode.pk])).content.decode()
        assert "This center does not admit minors" in page, name
        assert "without the minor&#x27;s written consent" in page, name


@pytest.mark.parametrize("gone", ["MINOR_RULE", "CENTER_STATE", "MINORS_APPROVED_BY"])
def test_admitting_minors_needs_the_rule_the_state_and_a_name(settings, gone):
    settings.MINOR_RULE, settings.CENTER_STATE, settings.MINORS_APPROVED_BY = (
        "minor_alone",
        "VA",
        "A. Counsel",
    )
    settings.MINORS_ADMITTED = True
    refuse_unsafe(settings)
    setattr(settings, gone, "")
    with pytest.raises(ImproperlyConfigured, match="MINORS_APPROVED_BY"):
        refuse_unsafe(settings)
