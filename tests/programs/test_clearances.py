"""A clearance from needed to verified, and how it ends."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from audit.actors import Actor
from audit.models import Event
from config import clock
from config.errors import Conflict, Refused
from intake.actions.instruments import Given, record_instrument
from intake.models import Episode
from programs import papers, since
from programs.actions import clearances
from programs.models import ClearanceStatusChange, MedicalClearance
from tests.factories.care import make_clearance, make_determination
from tests.factories.episodes import ask_safety, make_assessment, make_episode, save

pytestmark = pytest.mark.django_db
CALLED = {"number_called": "8045550199", "number_from": "directory", "spoke_with": "Dr. Blue"}
HOUR = timedelta(hours=1)


def content(**given):
    now = clock.now()
    return {
        "decision": "cleared",
        "stable": True,
        "person_name": "Jordan Lee",
        "person_born": date(1990, 3, 3),
        "limits": [],
        "examined_at": now - 2 * HOUR,
        "signed_at": now - HOUR,
        "last_use_on": clock.center_day(now - timedelta(days=7)),
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
        "parts": dict.fromkeys(("urine_drug_screen", "pregnancy_test"), now - 2 * HOUR),
        "results": dict.fromkeys(("urine_drug_screen", "pregnancy_test"), "negative"),
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
    done = clearances.verify(clearance=paper, by=dana, **CALLED)
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
        ({"last_use_on": clock.center_day(now + timedelta(days=1))}, "last_use_on"),
        ({"parts": {"ecg": now + HOUR}}, "ecg_at"),
        ({"cows_before": 9, "score_before_at": now - HOUR}, "score_before_at"),
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
        ({"cows": 9, "cows_before": 7}, "outside_entry_band"),
        ({"cows": 9}, "gaps"),
        ({"ciwa": 2}, "gaps"),
        ({"person_born": date(1990, 3, 4)}, "other_person"),
        ({"person_born": None}, "gaps"),
        ({"person_name": "Riley Park"}, "gaps"),
        ({"stable": False}, "clearance_not_stable"),
        ({"allergies": ""}, "gaps"),
        ({"cows": None}, "gaps"),
        ({"results": {"pregnancy_test": "negative"}}, "gaps"),
    ],
)
def test_what_cannot_be_accepted(episode, ana, cole, given, code):
    paper = clearances.receive(episode=episode, content=content(**given), by=ana)
    with pytest.raises(Refused) as refused:
        clearances.accept(clearance=paper, by=cole)
    assert refused.value.code == code
    assert MedicalClearance.objects.get().accepted_by is None


def test_a_medicine_that_lengthens_qt_asks_for_an_ecg_wherever_it_is_written(ana):
    assessment = make_assessment(ana)
    paper = clearances.receive(
        episode=assessment.episode, content=content(medicines="buprenorphine 8 mg\ncitalopram 20 mg"), by=ana
    )
    assert papers.gaps_of(paper, clock.now()) == ("ECG (medicine that can lengthen QT: citalopram)",)
    save(ana, assessment, "health", medicines="methadone 60 mg, citalopram")
    (told,) = papers.gaps_of(paper, clock.now())
    assert "citalopram, methadone" in told


@pytest.mark.parametrize("level,asked", [("residential", True), ("inpatient", True), ("iop", False)])
def test_care_with_nights_asks_for_a_tb_screen(episode, received, cole, level, asked):
    assert papers.gaps_of(received, clock.now()) == ()
    make_determination(episode, cole, level)
    assert bool(papers.gaps_of(received, clock.now())) is asked


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
        clearances.verify(clearance=received, by={"ana": ana, "cole": cole}[who], **CALLED)
    assert refused.value.code == "needs_second_verifier"


def test_who_signed_the_paper_neither_accepts_it_nor_verifies_it(episode, ana, cole, dana):
    paper = clearances.receive(episode=episode, content=content(examiner_name="Dr. Cole Reyes"), by=ana)
    with pytest.raises(Refused) as refused:
        clearances.accept(clearance=paper, by=cole)
    assert refused.value.code == "signer_is_ours"
    clearances.accept(clearance=paper, by=dana)
    with pytest.raises(Refused) as refused:
        clearances.verify(clearance=paper, by=cole, **CALLED)
    assert refused.value.code == "signer_is_ours"


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


@pytest.mark.parametrize(
    ("instrument", "result", "hours", "expected"),
    [
        ("cows", {"total": 13}, 0, ("revoked", "withdrawal_score")),
        ("cows", {"total": 12}, 0, ("revoked", "withdrawal_score")),
        ("cows", {"total": 4}, 0, ("received", None)),
        ("cows", {"total": 30}, 9, ("received", None)),
        ("ciwa_ar", {"total": 10}, 0, ("revoked", "withdrawal_score")),
        ("ciwa_ar", {"total": 4, "answers": {"ciwa_10": 2}}, 0, ("revoked", "red_flag")),
        ("asq", {"band": "acute_positive"}, 0, ("revoked", "red_flag")),
        ("asq", {"band": "non_acute_positive"}, 0, ("received", None)),
    ],
)
def test_a_score_measured_after_the_examination_can_end_it(ana, instrument, result, hours, expected):
    """Also after the decision; what was measured before the examination was for the examiner to judge."""
    episode = make_episode(ana)
    episode.assessments.update(status="decided")
    paper = clearances.receive(episode=episode, content=content(), by=ana)
    measured = clock.now() - timedelta(hours=hours)
    given = Given(
        instrument, outside=True, measured_by="Nurse Reyes", where="Easton", observed_at=measured, **result
    )
    record_instrument(by=ana, episode=episode, given=given)
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == expected


@pytest.mark.parametrize("later,status", [(5, "received"), (9, "revoked")])
def test_a_score_that_rises_again_ends_it(ana, later, status):
    assessment = make_assessment(ana)
    earlier = {"cows": 6, "cows_before": 8, "score_before_at": clock.now() - 6 * HOUR}
    paper = clearances.receive(episode=assessment.episode, content=content(**earlier), by=ana)
    given = Given(
        "cows", outside=True, measured_by="Nurse Reyes", where="Easton", observed_at=clock.now(), total=later
    )
    record_instrument(by=ana, episode=assessment.episode, given=given)
    paper.refresh_from_db()
    assert paper.status == status


def test_what_was_known_before_the_paper_came_keeps_it_from_being_accepted(ana, cole):
    """No hook saw it: the paper was not here yet when a safety question was answered with yes."""
    episode = make_episode(ana)
    ask_safety(ana, episode, seizure_24h="yes")
    paper = clearances.receive(episode=episode, content=content(), by=ana)
    with pytest.raises(Refused) as refused:
        clearances.accept(clearance=paper, by=cole)
    assert refused.value.code == "learned_since"
    assert MedicalClearance.objects.get().accepted_by is None


def test_a_pregnancy_that_nobody_knew_of_revokes_at_once(ana):
    assessment = make_assessment(ana)
    save(ana, assessment, "health", pregnant="no")
    paper = clearances.receive(episode=assessment.episode, content=content(), by=ana)
    save(ana, assessment, "mental", anxiety="yes")
    paper.refresh_from_db()
    assert paper.status == "received"
    save(ana, assessment, "health", pregnant="yes")
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == ("revoked", "pregnancy")


@pytest.mark.parametrize("known", ["answer", "paper"])
def test_a_pregnancy_that_was_known_at_the_examination_does_not(ana, known):
    assessment = make_assessment(ana)
    save(ana, assessment, "health", pregnant="yes" if known == "answer" else "no")
    found = {"urine_drug_screen": "negative", "pregnancy_test": "positive"}
    told = content(results=found) if known == "paper" else content()
    paper = clearances.receive(episode=assessment.episode, content=told, by=ana)
    save(ana, assessment, "health", pregnant="yes")
    save(ana, assessment, "mental", anxiety="yes")
    paper.refresh_from_db()
    assert paper.status == "received"


def test_a_positive_test_asks_for_obstetric_contact_and_ends_what_was_signed_before(episode, received, ana):
    assert not Episode.objects.get().ob_contact_needed
    found = {"urine_drug_screen": "negative", "pregnancy_test": "positive"}
    later = clearances.receive(episode=episode, content=content(results=found), by=ana)
    received.refresh_from_db()
    assert (received.status, received.revoke_reason) == ("revoked", "pregnancy")
    assert later.status == "received"
    assert Episode.objects.get().ob_contact_needed


@pytest.mark.parametrize(
    ("sign", "hours", "expected"),
    [
        ({"hr": 190}, 0, ("revoked", "vital_sign")),
        ({"hr": 190}, 9, ("received", None)),
        ({"hr": 80}, 0, ("received", None)),
    ],
)
def test_a_vital_sign_measured_after_the_examination_can_end_it(ana, monkeypatch, sign, hours, expected):
    """What makes an emergency by itself has its own reason; here the detox rules say none."""
    monkeypatch.setattr(since, "decide_detox", lambda picture: SimpleNamespace(outcome="no_detox_needed"))
    assessment = make_assessment(ana)
    paper = clearances.receive(episode=assessment.episode, content=content(), by=ana)
    measured = (clock.now() - timedelta(hours=hours)).isoformat()
    save(ana, assessment, "health", vitals_at=measured, **sign)
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == expected


def test_a_new_use_revokes_at_once(ana):
    assessment = make_assessment(ana)
    paper = clearances.receive(episode=assessment.episode, content=content(), by=ana)
    Episode.objects.filter(pk=assessment.episode_id).update(last_use_latest=clock.now())
    save(ana, assessment, "mental", anxiety="yes")
    paper.refresh_from_db()
    assert (paper.status, paper.revoke_reason) == ("revoked", "return_to_use")


def test_renewal_is_asked_for_when_the_time_is_over_and_not_before(ana):
    """Also before the sweep came by: the refusal's button works at the minute of the end."""
    episode = make_episode(ana)
    paper = make_clearance(episode, recorded_by=ana)
    assert not clearances.may_ask(episode, clock.now())
    with pytest.raises(Conflict):
        clearances.request(episode=episode, by=ana)
    old = make_episode(ana)
    over = make_clearance(old, recorded_by=ana, examined_at=clock.now() - 25 * HOUR)
    assert clearances.may_ask(old, clock.now())
    clearances.request(episode=old, by=ana)
    over.refresh_from_db()
    paper.refresh_from_db()
    assert (over.status, paper.status) == ("expired", "received")
    assert old.clearances.filter(status="requested").count() == 1
    assert not clearances.may_ask(old, clock.now())
    assert clearances.request(episode=old, by=ana).status == "requested"


@pytest.mark.parametrize("number", ["8045550144", "+1 804 555 0144", "(804) 555-0144"])
def test_the_papers_own_number_is_called_only_with_a_reason(episode, ana, cole, dana, number):
    made = clearances.receive(episode=episode, content=content(), by=ana)
    clearances.accept(clearance=made, by=cole)
    said = {**CALLED, "number_called": number}
    with pytest.raises(Refused) as refused:
        clearances.verify(clearance=made, by=dana, **said, why_same_number=" ")
    assert (refused.value.code, refused.value.field) == ("number_of_paper", "why_same_number")
    why = "The directory lists the same number."
    done = clearances.verify(clearance=made, by=dana, **said, why_same_number=why)
    assert done.verification["why_same_number"] == why
