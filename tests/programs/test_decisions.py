"""From what is known to a signed decision."""

import pytest

from config import clock
from config.errors import Conflict, Refused
from intake.actions.assessments import submit
from intake.actions.episodes import report_use
from intake.actions.review_questions import Asked
from intake.actions.safety import record_disposition
from intake.models import Assessment, Episode
from programs.actions.determinations import Choice, ask, settle, sign
from programs.actions.recommendations import recommend
from programs.models import Determination, MedicalClearance, Recommendation
from programs.queries import detox_needed, is_outdated
from programs.rules.detox import decide_detox
from programs.rules.level_of_care import decide_level
from tests.factories.episodes import ask_safety, make_instrument, make_sendable, save

pytestmark = pytest.mark.django_db
RATINGS = {"F1": 1, "F2": 2, "F3": 1, "F4": 1, "F5": 1, "sud": "severe"}
WHY = "Sister is with the person day and night."


@pytest.fixture
def assessment(ana):
    made = make_sendable(ana)
    submit(by=ana, assessment=made)
    made.refresh_from_db()
    return made


@pytest.fixture
def suggestion(assessment, cole):
    return recommend(assessment=assessment, ratings=RATINGS, by=cole)


def sign_it(suggestion, by, choice=None, seen=None, name=None):
    return sign(
        recommendation=suggestion,
        choice=choice or Choice("agree", detox_first=True),
        typed_name=name or by.display_name,
        seen=seen,
        by=by,
    )


def test_a_recommendation_can_be_computed_again_from_what_it_keeps(suggestion, assessment):
    kept = Recommendation.objects.get()
    assert decide_detox(kept.snapshot["detox"]).outcome == kept.detox_outcome
    again = decide_level(kept.snapshot["loc"])
    assert again.recommended == kept.result["loc"]["recommended"]
    assert kept.detox_ruleset_sha256 == decide_detox({}).ruleset_sha256
    assert [rule["id"] for rule in kept.result["detox"]["fired"]] == kept.result["detox"]["rules"]
    assert all(rule["statement"] and rule["source"] for rule in kept.result["detox"]["fired"])
    assert kept.assessment_version == assessment.version


def test_only_clinicians_rate(assessment, ana, sam):
    for user in (ana, sam):
        with pytest.raises(Refused) as refused:
            recommend(assessment=assessment, ratings=RATINGS, by=user)
        assert refused.value.code == "not_permitted"


@pytest.mark.parametrize("bad", [{"F1": 5}, {"F2": -1}, {"F3": "x"}, {"sud": "terrible"}])
def test_a_rating_out_of_range(assessment, cole, bad):
    with pytest.raises(Refused):
        recommend(assessment=assessment, ratings={**RATINGS, **bad}, by=cole)
    assert not Recommendation.objects.exists()


def test_signing_moves_everything(suggestion, cole, assessment):
    signed = sign_it(suggestion, cole)
    assert Assessment.objects.get(pk=assessment.pk).status == "decided"
    episode = Episode.objects.get(pk=assessment.episode_id)
    assert episode.stage == ("detox" if signed.detox_first else "clearance")
    assert detox_needed(episode) == (signed if signed.detox_first else None)
    assert MedicalClearance.objects.get(episode=episode).status == "needed"
    assert len(signed.statement_sha256) == 64


def test_two_clinicians_cannot_decide_at_once(suggestion, cole, dana):
    sign_it(suggestion, cole)
    with pytest.raises(Conflict) as conflict:
        sign_it(suggestion, dana)
    assert cole.display_name in conflict.value.message
    assert Determination.objects.count() == 1


def test_a_later_decision_supersedes(suggestion, cole, dana):
    first = sign_it(suggestion, cole)
    other = Choice("other", level="iop", detox_first=False, reason=WHY)
    second = sign_it(suggestion, dana, other, seen=first.pk)
    first.refresh_from_db()
    assert first.superseded_at is not None
    assert second.supersedes == first


def test_answers_that_changed_call_for_a_new_suggestion(suggestion, assessment, ana, cole):
    save(ana, assessment, "mental", anxiety="no")
    with pytest.raises(Conflict):
        sign_it(suggestion, cole)


def test_an_open_emergency_is_no_time_to_decide(suggestion, assessment, ana, cole):
    check = ask_safety(ana, assessment.episode, seizure_24h="yes")
    with pytest.raises(Conflict) as open_now:
        sign_it(suggestion, cole)
    assert "emergency is open" in open_now.value.message
    record_disposition(by=ana, check=check, actions=["called_911"])
    with pytest.raises(Conflict) as outdated:
        sign_it(suggestion, cole)
    assert "changed after this suggestion" in outdated.value.message


def test_an_emergency_that_opens_after_a_new_suggestion(assessment, ana, cole):
    ask_safety(ana, assessment.episode, seizure_24h="yes")
    made = recommend(assessment=assessment, ratings=RATINGS, by=cole)
    with pytest.raises(Conflict) as conflict:
        sign_it(made, cole)
    assert "emergency is open" in conflict.value.message


def told_of_use(ana, episode):
    report_use(by=ana, episode=episode, used_at=clock.now(), substance="heroin")


TOLD = {
    "safety": ask_safety,
    "use": told_of_use,
    "instrument": make_instrument,
}


@pytest.mark.parametrize("told", TOLD)
def test_what_is_told_beside_the_answers_outdates_a_suggestion(told, suggestion, assessment, ana, cole):
    TOLD[told](ana, assessment.episode)
    assert is_outdated(suggestion, Assessment.objects.get(pk=assessment.pk))
    with pytest.raises(Conflict):
        sign_it(suggestion, cole)


@pytest.mark.parametrize("told", TOLD)
def test_so_it_does_after_the_decision(told, suggestion, assessment, ana, cole, dana):
    signed = sign_it(suggestion, cole)
    decided = Assessment.objects.get(pk=assessment.pk)
    assert not is_outdated(suggestion, decided)
    TOLD[told](ana, assessment.episode)
    assert is_outdated(suggestion, Assessment.objects.get(pk=assessment.pk))
    with pytest.raises(Conflict):
        sign_it(suggestion, dana, Choice("other", level="iop", detox_first=False, reason=WHY), signed.pk)


def test_an_older_suggestion_is_not_signed(suggestion, assessment, cole):
    recommend(assessment=assessment, ratings={**RATINGS, "F4": 3}, by=cole)
    with pytest.raises(Conflict):
        sign_it(suggestion, cole)


def test_the_signature_is_the_clinicians_own_name(suggestion, cole):
    with pytest.raises(Refused) as refused:
        sign_it(suggestion, cole, name="Somebody Else")
    assert refused.value.field == "typed_name"


def a_suggestion(**given):
    outcome = given.pop("detox_outcome", "no_detox_needed")
    plan = {"level": "iop", "level_after_detox": given.pop("after", ""), "detox_first": False, **given}
    return Recommendation(result={"detox": {"outcome": outcome}, "plan": plan})


@pytest.mark.parametrize(
    "choice,suggestion,field",
    [
        (Choice(""), {}, "outcome"),
        (Choice("ask"), {}, "outcome"),
        (Choice("other", level="php", detox_first=False), {}, "reason"),
        (Choice("other", level="php", detox_first=False, reason="too short"), {}, "reason"),
        (Choice("other", detox_first=False, reason=WHY), {}, "level"),
        (Choice("other", level="php", reason=WHY), {}, "detox_first"),
        (Choice("other", level="iop", detox_first=False, reason=WHY), {}, "level"),
        (Choice("refer"), {}, "reason"),
        (Choice("agree"), {"detox_outcome": "clinician_must_review"}, "detox_first"),
        (
            Choice("other", level="php", detox_first=False, reason=WHY),
            {"detox_outcome": "emergency_now", "detox_first": True},
            "in_person",
        ),
    ],
)
def test_what_a_decision_needs(choice, suggestion, field):
    with pytest.raises(Refused) as refused:
        settle(choice, a_suggestion(**suggestion))
    assert refused.value.field == field


def test_what_agreeing_means():
    after = a_suggestion(detox_outcome="needs_medically_managed_inpatient", detox_first=True, after="php")
    assert settle(Choice("agree"), after) == Choice("agree", "php", True)
    unknown = a_suggestion(detox_outcome="emergency_now", detox_first=True)
    assert settle(Choice("agree"), unknown) == Choice("agree", "detox", True)
    open_question = a_suggestion(detox_outcome="clinician_must_review")
    agreed = settle(Choice("agree", detox_first=True, reason=WHY), open_question)
    assert agreed == Choice("agree", "iop", True, reason=WHY)


def test_asking_sends_it_back(assessment, cole, ana):
    questions = [Asked("Was there a seizure before?", "withdrawal", "prior_complicated_withdrawal")]
    with pytest.raises(Refused):
        ask(assessment=assessment, questions=questions, by=ana)
    ask(assessment=assessment, questions=questions, by=cole)
    assert Assessment.objects.get(pk=assessment.pk).status == "needs_answers"
