"""The screens of an episode: plain posts, nothing typed is lost, strangers get a 404."""

import re
from datetime import timedelta

import pytest

from config import clock
from intake.actions import assessments as act
from intake.actions.substance_rows import MOST_ROWS
from intake.models import Assessment, Episode, SafetyCheck, SectionRevision, SubstanceUse
from intake.picture import center_zone, picture_of
from intake.queries import current_assessment
from intake.questions import SAFETY
from tests.factories.episodes import (
    add_row,
    ask_safety,
    fill_rows,
    make_assessment,
    make_episode,
    make_sendable,
    save,
)
from tests.intake.screens import at, fields_of, section_url, send

pytestmark = pytest.mark.django_db


# Safety


def test_nothing_is_chosen_before_the_question_is_asked(desk, ana):
    page = desk.get(at("safety-check", make_episode(ana).pk)).content.decode()
    checked = re.findall(r"<input[^>]*type=\"radio\"[^>]*checked[^>]*>", page)
    assert len(checked) == len(SAFETY.questions)
    assert all('value=""' in tag for tag in checked)


def test_a_yes_stops_everything_and_asks_what_was_done(desk, ana):
    episode = make_episode(ana)
    sent = desk.post(at("safety-check", episode.pk), {"severe_panic": "yes", "seizure_24h": "__unknown"})
    check = SafetyCheck.objects.get()
    assert (check.emergency, check.unsure, check.complete) == (True, True, False)
    assert sent.url == at("safety-stop", episode.pk, check.pk)
    page = desk.get(sent.url).content.decode()
    assert all(words in page for words in ("911", "988", "1-800-222-1222", "Naloxone"))
    assert desk.post(sent.url, {"note": "on the line"}).status_code == 422
    desk.post(sent.url, {"actions": ["called_911"], "note": "on the line"})
    check.refresh_from_db()
    assert check.disposition == {"actions": ["called_911"], "note": "on the line"}
    assert "on the line" in desk.get(sent.url).content.decode()
    assert desk.post(sent.url, {"actions": ["warm_988"]}).status_code == 409


def test_a_check_in_which_nothing_was_asked_is_none(desk, ana):
    episode = make_episode(ana)
    sent = desk.post(at("safety-check", episode.pk), {})
    assert (sent.status_code, SafetyCheck.objects.count()) == (422, 0)
    assert "Nothing is asked yet" in sent.content.decode()


def test_what_was_left_out_of_a_check_is_said(desk, ana):
    episode = make_episode(ana)
    sent = desk.post(at("safety-check", episode.pk), {"severe_panic": "no"}, follow=True)
    assert "12 of 13 safety questions are not asked yet" in sent.content.decode()
    ask_safety(ana, episode)
    whole = {name: answer["value"] for name, answer in SafetyCheck.objects.latest("asked_at").answers.items()}
    assert (
        "The safety check is saved."
        in desk.post(at("safety-check", episode.pk), whole, follow=True).content.decode()
    )


@pytest.mark.parametrize("name", ["safety-check", "assessment", "assessment-check", "assessment-hold"])
def test_an_unanswered_emergency_comes_before_every_page_of_the_assessment_for_everybody(
    as_user, ana, sam, name
):
    episode = make_episode(ana)
    stop = at("safety-stop", episode.pk, ask_safety(ana, episode, severe_panic="yes").pk)
    for user in (ana, sam):
        assert as_user(user).get(at(name, episode.pk)).url == stop
        assert as_user(user).get(section_url(current_assessment(episode), "mental")).url == stop


def test_what_is_sent_during_an_emergency_is_kept_before_it_leads_to_the_stop_page(desk, ana, assessment):
    page = fields_of(desk.get(section_url(assessment, "goals")))
    stop = at(
        "safety-stop", assessment.episode_id, ask_safety(ana, assessment.episode, severe_panic="yes").pk
    )
    sent = desk.post(section_url(assessment, "goals"), {**page, "goal_words": "To sleep again"})
    assert sent.url == stop
    assert assessment.sections.get(key="goals").answers == {"goal_words": {"value": "To sleep again"}}


def test_the_safety_questions_come_before_the_sections_and_again_after_a_hold(desk, ana, assessment):
    new = make_assessment(ana, name="Riley Park")
    assert desk.get(section_url(new, "mental")).url == at("safety-check", new.episode_id) + "?back=mental"
    assert desk.get(section_url(assessment, "mental")).status_code == 200
    desk.post(at("assessment-hold", assessment.episode_id), {"reason": "hung_up"})
    assessment.refresh_from_db()
    assert assessment.status == "on_hold"
    assert "hung up" in desk.get(at("assessment", assessment.episode_id)).content.decode()
    back = desk.post(at("assessment-resume", assessment.episode_id))
    assert back.url == at("safety-check", assessment.episode_id)
    again = at("safety-check", assessment.episode_id) + "?back=mental"
    assert desk.get(section_url(assessment, "mental")).url == again


# The walk of the kratom caller


def test_the_kratom_caller_without_javascript(desk, ana, assessment):
    send(desk, assessment, "substances", do="add")
    row = SubstanceUse.objects.get()
    six = clock.now().astimezone(center_zone()).replace(hour=0, minute=0) - timedelta(days=1)
    own = {
        "substance": "kratom_leaf",
        "product_form": "powder",
        "amount": "8",
        "unit": "g",
        "times_a_day": "4",
        "days_per_week": "7",
        "duration_months": "14",
        "last_use": "exact",
        "last_use_at": six.strftime("%Y-%m-%dT%H:%M"),
    }
    sent = send(
        desk,
        assessment,
        "substances",
        substance_list_complete="yes",
        **{f"{row.pk}-{name}": value for name, value in own.items()},
    )
    assert sent.url == section_url(assessment, "withdrawal")
    sent = send(desk, assessment, "withdrawal", withdrawal_if_skipped="yes", quit_attempts="2",
                prior_complicated_withdrawal="no")  # fmt: skip
    assert sent.url == section_url(assessment, "health")
    send(desk, assessment, "health", pregnant="not_able", medicines="sertraline 50 mg daily")
    send(desk, assessment, "mental", anxiety="yes", suicidality="none")
    send(desk, assessment, "social", lives_with="sister", home_stability="stable", work_hours="works nights",
         payer="aetna")  # fmt: skip
    last = send(desk, assessment, "goals", goal_words="To sleep again", do="next")
    assert last.url == at("assessment-check", assessment.episode_id)

    picture = picture_of(current_assessment(Episode.objects.get()), clock.now())
    entry = picture["substances"]["kratom_leaf"]
    assert (entry["amount"], entry["duration_months"]) == (32, 14)
    assert 24 <= entry["hours_since_last"] <= 49
    assert Episode.objects.get().last_use_latest == six.replace(second=0, microsecond=0)
    check = desk.get(last.url).content.decode()
    assert all(
        words in check for words in ("sertraline", "Aetna", "works nights", "Not asked", "Nothing blocks")
    )

    assert "Strength of one piece" not in check  # only asked of what is counted in pieces

    again = desk.get(section_url(assessment, "substances")).content.decode()
    assert 'value="8"' in again
    sent = desk.post(last.url, fields_of(desk.get(last.url)))
    assert sent.status_code == 302
    assert Assessment.objects.get().status == "ready_for_review"
    assert "Sent " in desk.get(last.url).content.decode()


def test_a_page_sent_back_unchanged_changes_nothing(desk, ana):
    assessment = make_sendable(ana)
    save(ana, assessment, "health", vitals_at="2026-03-08T06:30:00+00:00", temp_c=36.8, medicines="a\nb")
    save(ana, assessment, "goals", earliest_start="2026-12-01", preferences=["smart", "peer"])
    before = SectionRevision.objects.count()
    for key in ("substances", "withdrawal", "health", "mental", "social", "goals"):
        assert send(desk, assessment, key).status_code == 302
        assert SectionRevision.objects.count() == before


def test_sending_with_gaps_lists_them_and_sends_nothing(desk, assessment):
    sent = desk.post(at("assessment-check", assessment.episode_id), {})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert f"{section_url(assessment, 'health')}#id_pregnant" in text
    assert (
        Assessment.objects.get().status == "in_progress" or Assessment.objects.get().status == "not_started"
    )


# Bad input


@pytest.mark.parametrize(
    ("key", "field", "value", "words"),
    [
        ("mental", "diagnoses", "x" * 10_001, "10000 characters or fewer"),
        ("mental", "diagnoses", "a\x00b", "can&#x27;t store"),
        ("mental", "treatment_count", "-1", "0 or more"),
        ("mental", "treatment_count", "1e309", "must be a number"),
        ("mental", "treatment_count", "2.5", "must be a number"),
        ("health", "temp_c", "1e309", "must be a number"),
        ("health", "temp_c", "nan", "must be a number"),
        ("health", "temp_c", "99", "50"),
        ("health", "vitals_at", "2150-01-01T00:00", "must not be in the future"),
        ("health", "vitals_at", "yesterday", "must be a date and a time"),
        ("health", "pregnant", "maybe", "Select one of the choices"),
        ("goals", "earliest_start", "31/31/2026", "must be a date"),
        ("goals", "preferences", "nonsense", "Select one of the choices"),
    ],
)
def test_an_answer_that_is_not_right_keeps_everything_typed(desk, assessment, key, field, value, words):
    notes = f"{key}_notes"
    sent = send(desk, assessment, key, **{field: value, notes: "typed <b>before</b> 🌿"})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert words in text
    assert f'href="#id_{field}' in text
    assert "typed &lt;b&gt;before&lt;/b&gt; 🌿" in text
    kept = assessment.sections.get(key=key)
    assert field not in kept.answers
    assert kept.drafts[field]["posted"][field]
    assert {name for one in SectionRevision.objects.all() for name in one.field_names} <= {notes}


def test_an_answer_and_a_reason_for_none_is_a_question(desk, assessment):
    sent = send(desk, assessment, "mental", treatment_count="2", treatment_count__na="unknown")
    assert sent.status_code == 422
    assert "Choose one" in sent.content.decode()


def test_emoji_and_long_words_are_kept(desk, assessment):
    send(desk, assessment, "goals", goal_words="🌿 ñ " + "w" * 4000)
    assert "🌿 ñ" in assessment.sections.get(key="goals").answers["goal_words"]["value"]


def test_the_longest_list_of_substances_is_sent_as_one_page(desk, assessment):
    fill_rows(assessment, MOST_ROWS)
    page, row = desk.get(section_url(assessment, "substances")), assessment.substance_rows.first()
    data = {**fields_of(page), f"{row.pk}-amount": ["77"], "do": ["next"]}
    assert sum(map(len, data.values())) > 2000
    desk.post(section_url(assessment, "substances"), data)
    row.refresh_from_db()
    assert row.details["amount"] == {"value": 77}


@pytest.mark.parametrize("version", ["", "-1", "9999999999999", "x", "7"])
def test_a_bad_version_is_a_conflict_that_keeps_what_was_typed(desk, assessment, version):
    sent = send(desk, assessment, "goals", version=version, goal_words="To sleep again")
    assert sent.status_code == 409
    assert "To sleep again" in sent.content.decode()


def test_a_last_use_in_the_future_is_refused(desk, ana, assessment):
    row = add_row(ana, assessment, substance="alcohol")
    sent = send(desk, assessment, "substances", **{f"{row.pk}-last_use_at": "2150-01-01T00:00"})
    assert sent.status_code == 422
    assert "Substance 1: Exact date and time must not be in the future" in sent.content.decode()


def test_a_wrong_row_can_still_be_removed(desk, ana, assessment):
    row = add_row(ana, assessment, substance="alcohol")
    sent = send(desk, assessment, "substances", do=f"remove:{row.pk}", **{f"{row.pk}-amount": "lots"})
    assert sent.status_code == 302
    assert SubstanceUse.objects.get().removed_at is not None


@pytest.mark.parametrize("target", ["nonsense", "00000000-0000-0000-0000-000000000000"])
def test_removing_a_row_that_is_not_there_harms_nothing(desk, ana, assessment, target):
    add_row(ana, assessment, substance="alcohol")
    assert send(desk, assessment, "substances", do=f"remove:{target}").status_code in (302, 404)
    assert SubstanceUse.objects.get().removed_at is None


# Two people


def test_two_people_change_different_fields(desk, ana, ben, assessment):
    page = fields_of(desk.get(section_url(assessment, "mental")))
    save(ben, assessment, "mental", depression="yes")
    page.update({"treatment_count": ["4"]})
    assert desk.post(section_url(assessment, "mental"), page).status_code == 302
    answers = assessment.sections.get(key="mental").answers
    assert answers == {"depression": {"value": "yes"}, "treatment_count": {"value": 4}}


@pytest.mark.parametrize(("pick", "kept"), [("mine", 4), ("theirs", 9)])
def test_two_people_change_the_same_field_and_one_chooses(desk, ben, assessment, pick, kept):
    url = section_url(assessment, "mental")
    page = fields_of(desk.get(url))
    save(ben, assessment, "mental", treatment_count=9)
    page.update({"treatment_count": ["4"], "trauma": ["yes"]})
    asked = desk.post(url, page)
    text = asked.content.decode()
    assert asked.status_code == 409
    assert ben.display_name in text
    assert assessment.sections.get(key="mental").answers["trauma"] == {"value": "yes"}
    choice = fields_of(asked)
    unchosen = desk.post(url, choice)
    assert unchosen.status_code == 409
    assert "Choose one answer for" in unchosen.content.decode()
    done = desk.post(url, {**fields_of(unchosen), "choice-0": pick})
    assert done.status_code == 302
    answers = assessment.sections.get(key="mental").answers
    assert answers["treatment_count"] == {"value": kept}
    assert answers["trauma"] == {"value": "yes"}
    kinds = {
        (r.kind, r.answers.get("treatment_count", {}).get("value")) for r in SectionRevision.objects.all()
    }
    assert {("saved", 9), ("not_kept", 4)} <= kinds


def test_a_conflict_in_a_substance_row_names_the_row(desk, ana, ben, assessment):
    row = add_row(ana, assessment, substance="kratom_leaf", amount=32)
    url = section_url(assessment, "substances")
    page = fields_of(desk.get(url))
    save(ben, assessment, "substances", **{f"{row.pk}:amount": 40})
    page[f"{row.pk}-amount"] = ["35"]
    asked = desk.post(url, page)
    assert asked.status_code == 409
    assert "Substance 1: Amount each time" in asked.content.decode()
    desk.post(url, {**fields_of(asked), "choice-0": "mine"})
    row.refresh_from_db()
    assert row.details["amount"] == {"value": 35}
    assert row.details["substance"] == {"value": "kratom_leaf"}


def test_saving_a_decided_assessment_is_a_conflict_that_keeps_what_was_typed(desk, ana, cole):
    assessment = make_sendable(ana)
    act.submit(by=ana, assessment=assessment)
    page = fields_of(desk.get(section_url(assessment, "goals")))
    act.mark_decided(by=cole, assessment=assessment)
    sent = desk.post(section_url(assessment, "goals"), {**page, "goal_words": "To sleep again"})
    assert sent.status_code == 409
    assert "To sleep again" in sent.content.decode()
