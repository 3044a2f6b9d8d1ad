"""An episode ends from its page, unless somebody is admitted. What was held for it is let go with it."""

from uuid import uuid4

import pytest
from django.urls import reverse

from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from desk.actions import close_episode
from desk.today import items_for
from intake.actions.assessments import submit
from intake.choices import CloseReason
from intake.models import Episode
from outbox.submit import AlreadyDone
from programs.actions.admissions import admit, discharge
from programs.models import BedUse
from programs.queries import reviews_for, waiting_clearances
from referrals.actions.referrals import close_referral, open_referral
from tests.factories.care import NO_NEXT, make_bed, make_clearance, make_use
from tests.factories.episodes import make_episode, make_sendable
from tests.factories.referrals import NEED, accept, arrived, make_facility, make_referral, sent
from tests.programs.gate import Case

pytestmark = pytest.mark.django_db


def url_of(episode):
    return reverse("desk:episode-close", args=[episode.pk])


def person_url(episode):
    return reverse("desk:person", args=[episode.person_id])


def close(by, episode, reason="lost_contact", key=None):
    return close_episode(by=by, episode=episode, reason=reason, submit_key=key or uuid4())


def test_the_page_asks_why_with_nothing_chosen_and_is_audited(as_user, ana):
    episode = make_episode(ana)
    client = as_user(ana)
    assert url_of(episode) in client.get(person_url(episode)).content.decode()
    page = client.get(url_of(episode)).content.decode()
    places = [page.index(f'value="{reason}"') for reason in CloseReason.values]
    assert places == sorted(places)
    assert CloseReason.values[-1] == "opened_by_mistake"
    assert "checked" not in page
    title = page.split("<title>")[1].split("</title>")[0]
    assert "Jordan" not in title
    viewed = Event.objects.filter(name="record.viewed", person_id=episode.person_id, actor_id=ana.pk)
    assert viewed.count() == 2


def test_closing_leads_back_to_the_person_who_may_start_again(as_user, ana):
    episode = make_episode(ana)
    answer = as_user(ana).post(url_of(episode), {"close_reason": "lost_contact"}, follow=True)
    assert answer.redirect_chain == [(person_url(episode), 302)]
    page = answer.content.decode()
    assert "The episode is closed" in page
    assert "Start an episode" in page
    assert url_of(episode) not in page
    episode.refresh_from_db()
    assert (episode.status, episode.close_reason) == ("closed", "lost_contact")
    assert episode.closed_at is not None


@pytest.mark.parametrize("given", [{}, {"close_reason": "other"}, {"close_reason": ""}])
def test_without_a_reason_nothing_ends(as_user, ana, given):
    episode = make_episode(ana)
    answer = as_user(ana).post(url_of(episode), given)
    assert answer.status_code == 422
    episode.refresh_from_db()
    assert episode.status == "open"


def test_an_open_stay_stops_it_until_the_discharge(as_user):
    case = Case.good()
    ana, place = case.ana, {"program": case.program, "bed": case.bed}
    stay = admit(episode=case.episode, by=ana, left_open="Came at night", **place)
    answer = as_user(ana).post(url_of(stay.episode), {"close_reason": "completed"})
    assert answer.status_code == 422
    assert "Record the discharge first" in answer.content.decode()
    assert Episode.objects.get(pk=stay.episode_id).status == "open"
    discharge(admission=stay, by=ana, plan=NO_NEXT)
    assert close(ana, stay.episode, "completed").status == "closed"


def test_an_open_referral_stops_it_unless_the_person_pauses(as_user, ana):
    referral = make_referral(ana)
    answer = as_user(ana).post(url_of(referral.episode), {"close_reason": "completed"})
    assert answer.status_code == 422
    assert "Close the referral first" in answer.content.decode()
    close_referral(referral_id=referral.pk, outcome="not_needed", by=ana, now=clock.now())
    assert close(ana, referral.episode).status == "closed"


def test_a_pause_ends_offers_and_links_in_the_same_step(ana):
    facility = make_facility()
    referral = make_referral(ana)
    (out,) = sent(ana, facility, referral=referral)
    link = out.offer.links.get()
    assert link.is_alive(clock.now())
    close(ana, referral.episode, "lost_contact")
    link.refresh_from_db()
    out.offer.refresh_from_db()
    referral.refresh_from_db()
    assert not link.is_alive(clock.now())
    assert (out.offer.status, referral.status, referral.outcome) == ("withdrawn", "closed", "paused")
    assert referral.next_due_at is None


def test_a_partner_who_said_yes_is_told_too(ana):
    referral = make_referral(ana)
    (out,) = sent(ana, make_facility(), referral=referral)
    arrived(accept(out.offer, ana), ana)
    close(ana, referral.episode, "lost_contact")
    out.offer.refresh_from_db()
    assert out.offer.status == "closed"
    assert not out.offer.links.filter(revoked_at__isnull=True).exists()


def test_when_it_does_not_close_nothing_is_let_go(ana):
    """A bed kept for the return stops the close; offers and links of the same transaction stay."""
    referral = make_referral(ana)
    (out,) = sent(ana, make_facility(), referral=referral)
    make_use(make_bed(), kind="return", episode=referral.episode, by=ana)
    with pytest.raises(Refused):
        close(ana, referral.episode, "lost_contact")
    assert out.offer.links.get().is_alive(clock.now())
    referral.refresh_from_db()
    assert referral.status == "open"


def test_a_place_kept_for_the_return_is_released_by_who_closes(as_user, ana):
    episode = make_episode(ana)
    use = make_use(make_bed(label="R7"), kind="return", episode=episode, by=ana)
    client, given = as_user(ana), {"close_reason": "lost_contact"}
    answer = client.post(url_of(episode), given)
    assert answer.status_code == 422
    assert "Bed R7 is kept for the return from detox" in answer.content.decode()
    assert BedUse.objects.get(pk=use.pk).released_at is None
    assert client.post(url_of(episode), {**given, "release_return": "on"}).status_code == 302
    assert BedUse.objects.get(pk=use.pk).released_by == ana
    assert Event.objects.filter(name="bed.released", actor_id=ana.pk).count() == 1


def test_the_person_stops_for_now(as_user, ana):
    episode = make_episode(ana)
    client, given = as_user(ana), {"close_reason": "declined_by_person"}
    answer = client.post(url_of(episode), given)
    assert answer.status_code == 422
    assert "Write what the person said" in answer.content.decode()
    given |= {"words": "Not this month.", "naloxone": "has", "told_tolerance": "on"}
    page = client.post(url_of(episode), given, follow=True).content.decode()
    assert "It can be resumed within 30 days." in page
    assert episode.pauses.get().said["words"] == "Not this month."


def test_beds_held_for_it_open_in_the_same_step(ana):
    episode, other = make_episode(ana), make_episode(ana, name="Riley Park", phone="+18045550199")
    use = make_use(make_bed(), episode=episode, by=ana)
    kept = make_use(make_bed(), episode=other, by=ana)
    close(ana, episode)
    now = clock.now()
    assert BedUse.objects.get(pk=use.pk).released_by == ana
    assert list(BedUse.objects.filter(period__contains=now)) == [kept]


def test_a_refusal_keeps_the_beds_and_the_key(ana):
    referral = make_referral(ana)
    use, key = make_use(make_bed(), episode=referral.episode, by=ana), uuid4()
    with pytest.raises(Refused):
        close(ana, referral.episode, "completed", key=key)
    assert BedUse.objects.get(pk=use.pk).released_at is None
    close_referral(referral_id=referral.pk, outcome="not_needed", by=ana, now=clock.now())
    close(ana, referral.episode, key=key)
    with pytest.raises(AlreadyDone) as done:
        close(ana, referral.episode, key=key)
    assert done.value.url == person_url(referral.episode)


def test_a_second_click_does_nothing_more_and_a_second_tab_is_told(as_user, ana):
    episode, key = make_episode(ana), uuid4()
    client = as_user(ana)
    given = {"close_reason": "lost_contact", "submit_key": key}
    assert client.post(url_of(episode), given).url == person_url(episode)
    assert client.post(url_of(episode), given).url == person_url(episode)
    late = client.post(url_of(episode), {"close_reason": "completed", "submit_key": uuid4()})
    assert late.status_code == 409
    assert "This episode was closed" in late.content.decode()
    assert client.get(url_of(episode)).status_code == 409
    episode.refresh_from_db()
    assert episode.close_reason == "lost_contact"
    assert Event.objects.filter(name="episode.closed").count() == 1


def test_what_waited_of_a_closed_episode_is_no_work_any_more(ana, cole):
    assessment = make_sendable(ana)
    submit(by=ana, assessment=assessment)
    make_clearance(assessment.episode, recorded_by=ana)
    assert reviews_for(cole).exists()
    assert waiting_clearances(cole).exists()
    close(ana, assessment.episode)
    assert not reviews_for(cole).exists()
    assert not waiting_clearances(cole).exists()
    assert items_for(cole, clock.now()) == []


def test_a_referral_opened_from_an_old_page_finds_the_episode_closed(ana):
    stale = make_episode(ana)
    close(ana, stale)
    assert stale.status == "open"
    with pytest.raises(Refused):
        open_referral(episode=stale, need=NEED, by=ana, now=clock.now())
    with pytest.raises(Conflict):
        close(ana, stale)


def test_others_and_strangers_close_nothing(as_user, ana, ben, audrey):
    episode = make_episode(ana)
    assert as_user(audrey).post(url_of(episode), {"close_reason": "completed"}).status_code == 403
    with pytest.raises(Refused):
        close(audrey, episode)
    assert as_user(ben).post(url_of(episode), {"close_reason": "completed"}).status_code == 404
    episode.refresh_from_db()
    assert episode.status == "open"


def test_what_a_pause_asks_is_folded_until_the_person_pauses(as_user, ana):
    page = as_user(ana).get(url_of(make_episode(ana))).content.decode()
    assert page.count("data-shown-when") == 5
    assert "questions.js" in page
