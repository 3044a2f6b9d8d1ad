"""A facility outside the network: made on the spot, named by a consent before anything is sent."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, ProgrammingError, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Refused
from referrals.actions.facilities import change_facility
from referrals.actions.outside import CAUTION, add_outside
from referrals.models import Facility, OutsideUse
from referrals.views.match import found_for
from tests.factories.episodes import make_episode
from tests.factories.referrals import NEED, consent_for, make_facility, make_referral, sent

pytestmark = pytest.mark.django_db
GIVEN = {
    "name": "Riverside General",
    "phone": "804 555 0177",
    "said_by": "Ira, charge nurse",
    "legal_status": "covered_entity",
    "can": "on",
}


def add(by, **more):
    given = {key: value for key, value in GIVEN.items() if key != "can"} | {"need": NEED}
    episode = more.pop("episode", None) or make_episode(by)
    return add_outside(episode=episode, by=by, **{**given, **more})


def names(by, referral):
    found = found_for(by, referral.need, clock.now(), referral.episode_id)
    assert found.fits_count == len(found.fits) and found.misses_count == len(found.misses)
    return [one.name for one in (*found.fits, *found.misses)]


def test_it_counts_for_the_one_it_was_added_for_and_for_nobody_else(ana, sam):
    mine, theirs = make_referral(ana), make_referral(ana, make_episode(ana, "Riley Stone"))
    made = add(ana, episode=mine.episode)
    make_facility()
    assert sorted(names(ana, mine)) == ["Harbor Detox", "Riverside General"]
    assert names(ana, theirs) == ["Harbor Detox"]
    change_facility(facility=made, seen=1, by=sam, caution="")
    assert sorted(names(ana, theirs)) == ["Harbor Detox", "Riverside General"]


def test_one_that_was_added_for_somebody_else_is_asked_anew(ana):
    mine, theirs = make_referral(ana), make_referral(ana, make_episode(ana, "Riley Stone"))
    made = add(ana, episode=mine.episode)
    again = add(ana, episode=theirs.episode, name="riverside general", said_by="Jo")
    assert again.pk == made.pk and names(ana, theirs) == names(ana, mine) == ["Riverside General"]
    assert [one.said_by for one in made.outside_uses.order_by("at")] == ["Ira, charge nurse", "Jo"]
    with pytest.raises(Refused) as refused:
        add(ana, episode=mine.episode, legal_status="other_lawful_holder")
    assert refused.value.field == "legal_status"
    again.recipient.active = False
    again.recipient.save()
    assert names(ana, theirs) == []


def test_the_database_wants_to_know_who_said_it_and_keeps_it(ana):
    use = {"facility": add(ana), "episode": make_episode(ana), "by": ana}
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        OutsideUse.objects.create(**use, said_by="")
    assert refusal_code(refused.value) == "referrals_outsideuse_said_by"
    with pytest.raises(ProgrammingError), transaction.atomic():
        OutsideUse.objects.update(said_by="Lou")


def test_it_can_what_was_asked_and_says_that_it_is_no_partner(ana):
    made = add(ana)
    assert (made.levels, made.withdrawal_yes, made.caution) == (["detox"], ["kratom"], CAUTION)
    assert (made.channel, made.coordinator) == ("phone", "Ira, charge nurse")
    assert add(ana, name="Other", email="er@other.example").channel == "link"


def test_who_said_it_is_needed_and_a_known_name_is_not_made_again(ana, pia):
    make_facility("Riverside General")
    with pytest.raises(Refused) as refused:
        add(ana)
    assert refused.value.field == "name"
    with pytest.raises(Refused):
        add(ana, name="Other", said_by=" ")
    with pytest.raises(PermissionDenied):
        add(pia, name="Other")


def test_nothing_is_sent_before_a_consent_names_it(ana):
    made, referral = add(ana), make_referral(ana)
    with pytest.raises(Refused) as refused:
        sent(ana, made, referral=referral, consent=False)
    assert refused.value.code == "consent_needed"
    consent_for(ana, referral, made)
    assert sent(ana, made, referral=referral, consent=False)[0].offer.status == "sent"


def test_the_page_leads_to_the_consent_and_back_to_the_match(ana, as_user):
    referral, client = make_referral(ana), as_user(ana)
    url = reverse("referrals:outside", args=[referral.episode_id])
    match = reverse("referrals:match", args=[referral.episode_id])
    assert url in client.get(match).content.decode()
    assert client.post(url, {**GIVEN, "legal_status": ""}).status_code == 422
    assert client.post(url, {**GIVEN, "can": ""}).status_code == 422
    done = client.post(url, GIVEN)
    made = Facility.objects.get()
    assert done.status_code == 302
    assert str(made.recipient_id) in done.url and "Riverside" not in done.url
    assert client.get(done.url).status_code == 200
    consent_for(ana, referral, made)
    assert "Riverside General" in client.get(match).content.decode()
