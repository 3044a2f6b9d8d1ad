"""A clearance from needed to verified, and how it ends."""

from datetime import timedelta
from decimal import Decimal

import pytest

from audit.actors import Actor
from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from intake.models import Episode
from programs.actions import clearances
from programs.models import ClearanceStatusChange, MedicalClearance
from tests.factories.episodes import ask_safety, make_assessment, make_episode, save

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def content(**given):
    now = clock.now()
    return {
        "decision": "cleared",
        "stable": True,
        "limits": [],
        "examined_at": now - 2 * HOUR,
        "signed_at": now - HOUR,
        "last_use_on": (now - timedelta(days=7)).date(),
        "facility": "Harbor Detox",
        "examiner_name": "Dr. Blue",
        "credential": "MD",
        "licence": "VA 0101",
        "npi": "1234567893",
        "callback_phone": "(804) 555-0144",
        "hr": 72,
        "sbp": 118,
        "dbp": 76,
        "rr": 14,
        "spo2": 98,
        "temp_c": Decimal("36.8"),
        "cows": 3,
        "ciwa": None,
        "medicines": "buprenorphine 8 mg",
        "allergies": "none known",
        **given,
    }


@pytest.fixture
def episode(ana):
    return make_episode(ana)


@pytest.fixture
def received(episode, ana):
    return clearances.receive(episode=episode, content=content(), by=ana)


def test_the_whole_way(episode, ana, cole, dana):
    clearances.request(episode=episode, by=ana)
    paper = clearances.receive(
        episode=episode, content=content(decision="cleared_with_limits", limits=["No stairs"]), by=ana
    )
    assert MedicalClearance.objects.count() == 1
    limit = paper.limits.get()
    clearances.accept(clearance=paper, by=cole, limits={limit.pk})
    done = clearances.verify(
        clearance=paper, by=dana, number_called="8045550144", number_from="directory", spoke_with="Dr. Blue"
    )
    assert done.status == "verified"
    kept = list(ClearanceStatusChange.objects.order_by("at").values_list("new", flat=True))
    assert kept == ["needed", "requested", "received", "accepted", "verified"]
    names = Event.objects.filter(object_id=paper.pk).values_list("name", flat=True)
    assert {"clearance.receive", "clearance.accept", "clearance.verify"} <= set(names)
    assert MedicalClearance.objects.get().content["temp_c"] == 36.8


def test_it_ends_with_its_earliest_part(received):
    assert received.valid_until == received.examined_at + 24 * HOUR


def test_a_partner_hands_it_in(episode):
    link = Actor.partner(episode.pk)
    paper = clearances.receive(episode=episode, content=content(), by=link, source_id=episode.pk)
    assert (paper.received_via, paper.recorded_by) == ("link", None)


@pytest.mark.parametrize(
    "wrong,field",
    [
        ({"decision": "maybe"}, "decision"),
        ({"stable": "yes"}, "stable"),
        ({"examined_at": None}, "examined_at"),
        ({"decision": "cleared_with_limits"}, "limits"),
        ({"limits": ["No stairs"]}, "limits"),
        ({"npi": "1234567890"}, "npi"),
        ({"credential": "RN"}, "credential"),
    ],
)
def test_what_contradicts_itself_is_refused(episode, ana, wrong, field):
    with pytest.raises(Refused) as refused:
        clearances.receive(episode=episode, content=content(**wrong), by=ana)
    assert refused.value.field == field
    assert not MedicalClearance.objects.exists()


def test_times_are_checked(episode, ana):
    now = clock.now()
    wrong = [
        ({"examined_at": now + HOUR, "signed_at": now + HOUR}, "examined_at"),
        ({"signed_at": now - 3 * HOUR}, "signed_at"),
        ({"last_use_on": (now + timedelta(days=1)).date()}, "last_use_on"),
        ({"parts": {"ecg": now + HOUR}}, "ecg_at"),
    ]
    for given, field in wrong:
        with pytest.raises(Refused) as refused:
            clearances.receive(episode=episode, content=content(**given), by=ana)
        assert refused.value.field == field


def test_only_clinicians_accept(received, ana, sam):
    for user in (ana, sam):
        with pytest.raises(Refused) as refused:
            clearances.accept(clearance=received, by=user)
        assert refused.value.code == "not_permitted"


@pytest.mark.parametrize(
    "given,code",
    [
        ({"cows": 13}, "outside_entry_band"),
        ({"ciwa": 10}, "outside_entry_band"),
        ({"spo2": 70}, "outside_entry_band"),
        ({"stable": False}, "clearance_not_stable"),
        ({"allergies": ""}, "gaps"),
        ({"cows": None}, "gaps"),
    ],
)
def test_what_cannot_be_accepted(episode, ana, cole, given, code):
    paper = clearances.receive(episode=episode, content=content(**given), by=ana)
    with pytest.raises(Refused) as refused:
        clearances.accept(clearance=paper, by=cole)
    assert refused.value.code == code
    assert MedicalClearance.objects.get().accepted_by is None


def test_a_note_accounts_for_what_is_missing(episode, ana, cole):
    paper = clearances.receive(episode=episode, content=content(allergies=""), by=ana)
    done = clearances.accept(clearance=paper, by=cole, gaps_note="Called Dr. Blue: no allergies")
    assert done.status == "accepted"


def test_every_limit_is_accepted_by_itself(episode, ana, cole):
    told = content(decision="cleared_with_limits", limits=["No stairs", "Continue propranolol"])
    paper = clearances.receive(episode=episode, content=told, by=ana)
    first, second = paper.limits.order_by("position")
    with pytest.raises(Refused) as refused:
        clearances.accept(clearance=paper, by=cole, limits={first.pk})
    assert refused.value.field == f"limit_{second.pk}"
    assert not paper.limits.filter(accepted_by__isnull=False).exists()


@pytest.mark.parametrize("who", ["ana", "cole"])
def test_the_same_person_does_not_verify(received, ana, cole, who):
    clearances.accept(clearance=received, by=cole)
    with pytest.raises(Refused) as refused:
        clearances.verify(
            clearance=received,
            by={"ana": ana, "cole": cole}[who],
            number_called="8045550144",
            number_from="directory",
            spoke_with="Dr. Blue",
        )
    assert refused.value.code == "needs_second_verifier"


def test_rejecting_asks_for_another(received, cole):
    clearances.reject(clearance=received, by=cole, reason="The name on the paper differs")
    statuses = MedicalClearance.objects.order_by("created_at").values_list("status", flat=True)
    assert list(statuses) == ["rejected", "needed"]


def test_revoking_is_final(received, cole, sam):
    clearances.revoke(clearance=received, by=sam, reason="lab")
    with pytest.raises(Conflict):
        clearances.accept(clearance=received, by=cole)
    with pytest.raises(Conflict):
        clearances.revoke(clearance=received, by=sam, reason="lab")


def test_a_clearance_that_says_no(episode, ana, cole):
    paper = clearances.receive(episode=episode, content=content(decision="not_cleared"), by=ana)
    assert paper.status == "not_cleared"
    with pytest.raises(Conflict):
        clearances.accept(clearance=paper, by=cole)


def test_the_sweep_ends_what_is_over_once(received):
    now = received.valid_until
    assert clearances.sweep_expired(now - timedelta(seconds=1)) == 0
    assert clearances.sweep_expired(now) == 1
    assert clearances.sweep_expired(now) == 0
    statuses = MedicalClearance.objects.order_by("created_at").values_list("status", flat=True)
    assert list(statuses) == ["expired", "needed"]


def test_a_new_red_flag_revokes_at_once(ana):
    assessment = make_assessment(ana)
    paper = clearances.receive(episode=assessment.episode, content=content(), by=ana)
    save(ana, assessment, "mental", suicidality="active_now")
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == ("revoked", "red_flag")


def test_an_emergency_sign_after_the_decision_revokes_at_once(ana, cole):
    """Also when the answers are decided and closed: the safety questions are asked at every contact."""
    episode = make_episode(ana)
    assessment = episode.assessments.get()
    assessment.status = "decided"
    assessment.save(update_fields=["status"])
    paper = clearances.receive(episode=episode, content=content(), by=ana)
    ask_safety(ana, episode)
    paper.refresh_from_db()
    assert paper.status == "received"
    ask_safety(ana, episode, seizure_24h="yes")
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == ("revoked", "red_flag")


def test_a_new_use_revokes_at_once(ana):
    assessment = make_assessment(ana)
    paper = clearances.receive(episode=assessment.episode, content=content(), by=ana)
    Episode.objects.filter(pk=assessment.episode_id).update(last_use_latest=clock.now())
    save(ana, assessment, "mental", anxiety="yes")
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == ("revoked", "return_to_use")
