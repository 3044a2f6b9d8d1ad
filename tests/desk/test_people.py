"""Finding people is exact, posted and audited; a page of somebody out of reach is no page."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Event
from desk.queries import newest_people
from intake.actions.episodes import close_episode
from records.actions.care_team import join
from records.choices import TeamReason
from tests.factories.care import make_signed
from tests.factories.records import make_person


@pytest.mark.django_db
@pytest.mark.parametrize(
    "given",
    [
        {"name": "jordan lee"},
        {"phone": "(804) 555-0123"},
        {"date_of_birth": "1990-03-03"},
        {"name": "JORDAN  LEE", "phone": "804.555.0123"},
    ],
)
def test_a_person_is_found_by_exact_values(as_user, ana, given):
    make_person(ana, "Jordan Lee")
    make_person(ana, "Riley Park", phone="+18045550199", date_of_birth="1981-01-01")
    page = as_user(ana).post("/staff/people/", given).content.decode()
    assert "Jordan Lee" in page
    assert "Riley Park" not in page


@pytest.mark.django_db
def test_a_search_is_audited_without_what_was_typed(as_user, ana):
    as_user(ana).post("/staff/people/", {"name": "Quinn Ashby"})
    event = Event.objects.get(name="people.searched")
    assert event.fields == ["name"]
    assert "Quinn" not in str(event.ids)


@pytest.mark.django_db
def test_an_empty_search_and_a_bad_phone_keep_what_was_typed(as_user, ana):
    client = as_user(ana)
    assert client.post("/staff/people/", {}).status_code == 422
    answer = client.post("/staff/people/", {"phone": "12", "name": "Zoë <b>"})
    assert answer.status_code == 422
    assert "Zoë &lt;b&gt;" in answer.content.decode()


@pytest.mark.django_db
def test_searching_is_slowed_down(as_user, ana):
    client = as_user(ana)
    # Thirty in a minute; twice as many, as the first may begin at the end of one.
    answers = [client.post("/staff/people/", {"name": "Quinn Ashby"}).status_code for _ in range(62)]
    assert answers[:30] == [200] * 30
    assert 429 in answers


@pytest.mark.django_db
@pytest.mark.parametrize("given", ["x", "2026-01-01~nobody", "~", "2026-13-45T00:00~" + "a" * 36, "\x00"])
def test_a_mangled_page_address_begins_anew(as_user, ana, given):
    make_person(ana, "Jordan Lee")
    assert as_user(ana).get("/staff/people/", {"after": given}).status_code == 200


@pytest.mark.django_db
def test_pages_follow_one_another_without_gap_or_repeat(ana):
    made = {make_person(ana, f"Person {number}").pk for number in range(60)}
    seen, after = [], ""
    while True:
        page = newest_people(ana, after)
        seen += [one.pk for one in page.rows]
        after = page.after
        if not after:
            break
    assert len(seen) == len(set(seen)) == 60
    assert set(seen) == made


@pytest.mark.django_db
def test_a_person_page_opens_and_is_audited(as_user, ana):
    person = make_person(ana, "Jordan Lee")
    page = as_user(ana).get(reverse("desk:person", args=[person.pk]))
    assert page.status_code == 200
    title = page.content.decode().split("<title>")[1].split("</title>")[0]
    assert "Jordan" not in title
    assert Event.objects.filter(name="record.viewed", person_id=person.pk, actor_id=ana.pk).exists()


@pytest.mark.django_db
def test_a_closed_episode_can_be_read_and_its_decision_stays_in_what_happened(as_user, ana, cole):
    episode = make_signed(ana, cole).assessment.episode
    close_episode(by=ana, episode=episode, reason="care_elsewhere")
    answers = reverse("programs:version-list", args=[episode.pk])
    join(person=episode.person, by=cole, user=cole, reason=TeamReason.EPISODE)
    for user, reads in ((ana, ana.has_perm("programs.review_read")), (cole, True)):
        client = as_user(user)
        page = client.get(reverse("desk:person", args=[episode.person_id])).content.decode()
        assert "Decision signed" in page
        assert "Assessment sent to a clinician" in page
        assert (answers in page) is reads
        assert client.get(answers).status_code == (200 if reads else 403)


def body_of(answer):
    """A page without the tokens that differ at every request."""
    return re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode())


@pytest.mark.django_db
def test_strangers_get_the_same_as_for_nothing(as_user, ana, ben):
    person = make_person(ben, "Jordan Lee")
    client = as_user(ana)
    there = client.get(reverse("desk:person", args=[person.pk]))
    nothing = client.get(reverse("desk:person", args=[uuid4()]))
    assert there.status_code == nothing.status_code == 404
    assert body_of(there) == body_of(nothing)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["pia", "audrey", "ada"])
def test_roles_that_do_not_work_with_people_cannot_look(as_user, request, name, ana):
    person = make_person(ana, "Jordan Lee")
    client = as_user(request.getfixturevalue(name))
    assert client.get("/staff/people/").status_code == 403
    assert client.get(reverse("desk:person", args=[person.pk])).status_code == 403
