"""A stored result argues its case, and an earlier call for detox stands until a clinician lifts it."""

import json
import re

import pytest
from django.db import connection
from django.urls import reverse

from config.errors import Refused
from intake.actions.assessments import submit
from programs.actions.determinations import Choice, settle, sign
from programs.actions.recommendations import recommend
from programs.actions.second_views import agree
from programs.models import Recommendation
from tests.factories.episodes import add_row, ask_safety, make_assessment, make_sendable, save

pytestmark = pytest.mark.django_db
RATINGS = {"F1": 1, "F2": 1, "F3": 1, "F4": 3, "F5": 1, "sud": "moderate"}
NIGHTLY = {"unit": "drinks", "amount": 5, "times_a_day": 1, "days_per_week": 7, "duration_months": 24}
ALPRAZOLAM = {
    "unit": "mg_diazepam_eq",
    "amount": 10,
    "times_a_day": 1,
    "days_per_week": 7,
    "duration_months": 12,
}
LITTLE = {
    "product_form": "powder",
    "unit": "g",
    "amount": 2,
    "times_a_day": 1,
    "days_per_week": 7,
    "duration_months": 6,
}
REASON = "Seen at the clinic today; the alprazolam was a one-time mistake on the list."


def words_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def drinker(ana):
    """2 g of kratom a day, nightly alcohol and alprazolam (D12); everything else known and calm."""
    assessment = make_assessment(ana)
    ask_safety(ana, assessment.episode)
    for code, use in (("kratom_leaf", LITTLE), ("alcohol", NIGHTLY), ("benzodiazepine", ALPRAZOLAM)):
        add_row(ana, assessment, substance=code, last_use="today", **use)
    save(ana, assessment, "substances", substance_list_complete="yes")
    save(
        ana,
        assessment,
        "withdrawal",
        prior_complicated_withdrawal="no",
        prior_severe_opioid_kratom_withdrawal="no",
    )
    none = dict.fromkeys(("liver", "cardiac", "respiratory", "seizure_disorder", "renal_or_other"), "none")
    save(ana, assessment, "health", pregnant="no", jaundice_or_dark_urine="no", **none)
    save(ana, assessment, "mental", suicidality="none")
    submit(by=ana, assessment=assessment)
    assessment.refresh_from_db()
    return assessment


def without_alprazolam(drinker, ana):
    """The same person, after a correction took the alprazolam off the list."""
    row = next(
        row for row in drinker.substance_rows.all() if row.details["substance"]["value"] == "benzodiazepine"
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE intake_substanceuse SET removed_at = app_now() WHERE id = %s", [row.pk])


def test_a_result_keeps_its_reasons(drinker, cole):
    made = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    kept = Recommendation.objects.get(pk=made.pk).result["detox"]["reasons"]
    assert set(kept) == {"certain", "changes", "doses", "open_rules"}
    assert {"I-09"} <= set(kept["certain"])
    assert {dose["code"] for dose in kept["doses"]} == {"kratom_leaf", "alcohol", "benzodiazepine"}
    assert json.loads(json.dumps(kept)) == kept


def test_the_page_says_that_the_dose_of_kratom_changes_nothing(client, as_user, drinker, cole):
    recommend(assessment=drinker, ratings=RATINGS, by=cole)
    as_user(cole)
    words = words_of(client.get(reverse("programs:review", args=[drinker.episode_id])))
    assert "Medical detox in an inpatient unit" in words
    assert "Two sedative classes" in words
    assert "No change of the dose would: Kratom leaf, powder, capsules or tea" in words
    assert "Benzodiazepine: not used" in words
    assert "Do not stop all at once" in words
    assert "10 mg diazepam-eq a day" in words or "10 milligrams diazepam-eq a day" in words


def test_what_raises_a_result_is_for_clinicians(client, as_user, ana, cole):
    assessment = make_sendable(ana)
    submit(by=ana, assessment=assessment)
    recommend(assessment=assessment, ratings=RATINGS, by=cole)
    page = reverse("programs:review", args=[assessment.episode_id])
    as_user(cole)
    assert "What would call for more" in words_of(client.get(page))
    as_user(ana)
    assert "What would call for more" not in words_of(client.get(page))


def test_every_fired_rule_stands_with_source_and_answers(client, as_user, drinker, cole):
    made = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    as_user(cole)
    page = client.get(reverse("programs:review", args=[drinker.episode_id])).content.decode()
    for rule in (*made.result["detox"]["fired"], *made.result["loc"]["fired"]):
        assert f"#{rule['id']}" in page
        assert rule["statement"].replace("'", "&#x27;") in page
    assert "Alcohol</a>: 5 US drinks a day, 7 days a week, 24 months" in page


def test_a_result_of_before_is_shown_without_what_it_did_not_keep(client, as_user, drinker, cole):
    made = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    result = json.loads(json.dumps(made.result))
    del result["detox"]["reasons"]
    columns = {field.attname for field in Recommendation._meta.concrete_fields}
    kept = {name: getattr(made, name) for name in columns - {"id", "made_at", "result", "snapshot"}}
    Recommendation.objects.create(result=result, snapshot=made.snapshot, **kept)
    as_user(cole)
    shown = client.get(reverse("programs:review", args=[drinker.episode_id]))
    assert shown.status_code == 200
    assert "I-09" in words_of(shown)


def test_an_answer_taken_out_later_does_not_lower_detox_first(client, as_user, drinker, ana, cole, dana):
    first = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    assert first.detox_first
    without_alprazolam(drinker, ana)
    later = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    assert later.detox_outcome == "clinician_must_review"
    assert later.detox_first
    assert later.held_outcome == "needs_medically_managed_inpatient"
    as_user(cole)
    words = words_of(client.get(reverse("programs:review", args=[drinker.episode_id])))
    assert "An earlier result still stands" in words

    agreed = settle(Choice("agree", detox_first=False), later)
    assert agreed.detox_first, "agreeing can't lift it"
    with pytest.raises(Refused) as refused:
        settle(Choice("other", level="residential", detox_first=False, reason="short"), later)
    assert refused.value.code == "no_reason"
    lifted = settle(Choice("other", level="residential", detox_first=False, reason=REASON), later)
    assert not lifted.detox_first


def test_only_a_decision_in_force_lifts_what_stood(drinker, ana, cole, dana):
    recommend(assessment=drinker, ratings=RATINGS, by=cole)
    without_alprazolam(drinker, ana)
    later = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    choice = Choice("other", level="residential", detox_first=False, reason=REASON)
    signed = sign(recommendation=later, choice=choice, typed_name=cole.display_name, seen=None, by=cole)
    assert signed.needs_second
    assert recommend(assessment=drinker, ratings=RATINGS, by=cole).held_outcome, "a second view is missing"
    agree(determination=signed, by=dana)
    assert not recommend(assessment=drinker, ratings=RATINGS, by=cole).held_outcome


def test_referring_elsewhere_lifts_nothing(drinker, ana, cole):
    """It decides on no care here and takes no second view, so it can't be a way around one."""
    recommend(assessment=drinker, ratings=RATINGS, by=cole)
    without_alprazolam(drinker, ana)
    later = recommend(assessment=drinker, ratings=RATINGS, by=cole)
    choice = Choice("refer", reason=REASON)
    signed = sign(recommendation=later, choice=choice, typed_name=cole.display_name, seen=None, by=cole)
    assert not signed.awaits_second
    assert recommend(assessment=drinker, ratings=RATINGS, by=cole).held_outcome


def test_without_an_earlier_call_nothing_is_held(ana, cole):
    assessment = make_sendable(ana)
    row = assessment.substance_rows.get()
    save(ana, assessment, "substances", **{f"{row.pk}:last_use": "over_a_week", f"{row.pk}:amount": 1})
    submit(by=ana, assessment=assessment)
    made = recommend(assessment=assessment, ratings=RATINGS, by=cole)
    assert made.held_outcome == ""
    assert not made.detox_first
