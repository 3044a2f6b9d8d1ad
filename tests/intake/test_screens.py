"""The screens of an episode: plain posts, nothing typed is lost, strangers get a 404."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.models import Event
from config import clock
from intake.actions import assessments as act
from intake.models import Assessment, Episode, SafetyCheck, SectionRevision, SubstanceUse
from intake.picture import center_zone, picture_of
from intake.queries import current_assessment
from intake.questions import SAFETY
from records.models import Person
from tests.factories.contact import make_request
from tests.factories.episodes import (
    add_row,
    ask_safety,
    fill_rows,
    make_assessment,
    make_episode,
    make_sendable,
    save,
)

pytestmark = pytest.mark.django_db


def at(name, *args):
    return reverse(f"intake:{name}", args=args)


def fields_of(page):
    """What a browser without JavaScript would send back from the page's form, unchanged."""
    text = page.content.decode()
    form = max(re.findall(r'<form method="post".*?</form>', text, re.DOTALL), key=len)
    data = {}
    for tag in re.findall(r"<input[^>]*>", form):
        kind, name = re.search(r'type="([^"]*)"', tag)[1], re.search(r'name="([^"]*)"', tag)[1]
        value = re.search(r'value="([^"]*)"', tag)
        if name == "csrfmiddlewaretoken" or (kind in ("radio", "checkbox") and " checked" not in tag):
            continue
        data.setdefault(name, []).append(value[1] if value else "")
    for name, body in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        data[name] = [body]
    for name, body in re.findall(r'<select[^>]*name="([^"]*)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        data[name] = [chosen[1] if chosen else ""]
    return data


@pytest.fixture
def desk(as_user, ana):
    return as_user(ana)


@pytest.fixture
def assessment(ana):
    made = make_assessment(ana)
    ask_safety(ana, made.episode)
    return made


def section_url(assessment, key):
    return at("assessment-section", assessment.episode_id, key)


def send(desk, assessment, key, do="next", **values):
    """Open a section, change some fields and post the whole form."""
    page = desk.get(section_url(assessment, key))
    data = fields_of(page)
    data.update({name: value if isinstance(value, list) else [value] for name, value in values.items()})
    return desk.post(section_url(assessment, key), {**data, "do": do})


# Starting


START = {"name": "Jordan Lee", "phone": "804 555 0123", "date_of_birth": "1990-03-03", "language": "en"}


def test_an_episode_starts_and_leads_to_the_safety_check(desk):
    assert desk.get(at("episode-start")).status_code == 200
    sent = desk.post(at("episode-start"), START)
    episode = Episode.objects.get()
    assert sent.url == at("safety-check", episode.pk)
    assert (episode.person.name, episode.person.phone) == ("Jordan Lee", "+18045550123")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Enter person"),
        ({"name": "x" * 10_000}, "120 characters or fewer"),
        ({"name": "Jo\x00"}, "can&#x27;t store"),
        ({"phone": "12"}, "10 digits"),
        ({"date_of_birth": "2150-01-01"}, "in the past"),
        ({"date_of_birth": "1776-07-04"}, "1900"),
        ({"date_of_birth": "soon"}, "must be a date"),
        ({"language": "fr"}, "Select one"),
    ],
)
def test_a_start_that_is_not_right_keeps_what_was_typed(desk, change, words):
    sent = desk.post(at("episode-start"), {**START, **change})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert words in text
    assert "<title>Error: " in text
    if "name" not in change:
        assert 'value="Jordan Lee"' in text
    assert not Episode.objects.exists()


def test_somebody_on_file_is_only_used_when_staff_choose_so(desk, ana):
    person = make_episode(ana).person
    Episode.objects.update(
        status="closed", stage="closed", closed_at=clock.now(), close_reason="lost_contact"
    )
    asked = desk.post(at("episode-start"), START)
    assert asked.status_code == 422
    assert person.reference in asked.content.decode()
    assert not re.search(r'name="use_person"[^>]*checked', asked.content.decode())
    assert Episode.objects.filter(status="open").count() == 0
    desk.post(at("episode-start"), {**START, "use_person": str(person.pk)})
    assert Episode.objects.get(status="open").person == person
    assert Person.objects.count() == 1


def test_somebody_new_with_the_same_name_gets_their_own_record(desk, ana):
    make_episode(ana)
    desk.post(at("episode-start"), {**START, "use_person": "new"})
    assert Person.objects.count() == 2
    assert Episode.objects.count() == 2


def test_a_person_with_an_open_episode_is_a_conflict(desk, ana):
    person = make_episode(ana).person
    sent = desk.post(at("episode-start"), {**START, "use_person": str(person.pk)})
    assert sent.status_code == 409
    assert "already has an open episode" in sent.content.decode()


def test_a_start_sent_twice_starts_once(desk):
    data = fields_of(desk.get(at("episode-start"))) | {name: [value] for name, value in START.items()}
    first = desk.post(at("episode-start"), data)
    again = desk.post(at("episode-start"), {**data, "use_person": "new"})
    assert first.url == again.url
    assert Episode.objects.count() == 1


@pytest.mark.parametrize(("who", "phone"), [("me", "(804) 555-0177"), ("family", "")])
def test_a_request_tells_about_the_person_only_when_they_asked_themselves(desk, ana, who, phone):
    request = make_request(ana, who=who, phone="+18045550177")
    page = desk.get(f"{at('episode-start')}?request={request.pk}").content.decode()
    assert ("(804) 555-0177" in page) is bool(phone)


def test_a_request_leads_to_one_episode(desk, ana):
    request = make_request(ana)
    url = f"{at('episode-start')}?request={request.pk}"
    desk.post(url, START)
    assert Episode.objects.get().contact_request == request
    again = desk.post(url, {**START, "name": "Riley Park", "phone": ""})
    assert again.status_code == 409
    assert Person.objects.count() == 1


def test_a_possible_pregnancy_shows_that_a_contact_is_needed(desk, ana, assessment):
    page = at("assessment", assessment.episode_id)
    assert "bstetric" not in desk.get(page).content.decode()
    save(ana, assessment, "health", pregnant="possible")
    assert "bstetric contact is needed" in desk.get(page).content.decode()


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


def test_an_unanswered_emergency_shows_on_the_safety_check(desk, ana):
    episode = make_episode(ana)
    check = ask_safety(ana, episode, severe_panic="yes")
    assert (
        at("safety-stop", episode.pk, check.pk) in desk.get(at("safety-check", episode.pk)).content.decode()
    )


def test_the_safety_questions_come_before_the_sections_and_again_after_a_hold(desk, ana, assessment):
    new = make_assessment(ana, name="Riley Park")
    assert desk.get(section_url(new, "mental")).url == at("safety-check", new.episode_id)
    assert desk.get(section_url(assessment, "mental")).status_code == 200
    desk.post(at("assessment-hold", assessment.episode_id), {"reason": "hung_up"})
    assessment.refresh_from_db()
    assert assessment.status == "on_hold"
    assert "hung up" in desk.get(at("assessment", assessment.episode_id)).content.decode()
    back = desk.post(at("assessment-resume", assessment.episode_id))
    assert back.url == at("safety-check", assessment.episode_id)
    assert desk.get(section_url(assessment, "mental")).url == at("safety-check", assessment.episode_id)


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
        ("mental", "diagnoses", "x" * 10_000, "5000 characters or fewer"),
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
    assert not SectionRevision.objects.exists()


def test_an_answer_and_a_reason_for_none_is_a_question(desk, assessment):
    sent = send(desk, assessment, "mental", treatment_count="2", treatment_count__na="unknown")
    assert sent.status_code == 422
    assert "Choose one" in sent.content.decode()


def test_emoji_and_long_words_are_kept(desk, assessment):
    send(desk, assessment, "goals", goal_words="🌿 ñ " + "w" * 4000)
    assert "🌿 ñ" in assessment.sections.get(key="goals").answers["goal_words"]["value"]


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


# Access


PAGES = ["safety-check", "assessment", "assessment-hold", "assessment-check", "report-use"]


@pytest.mark.parametrize("name", PAGES)
def test_only_who_works_with_people_opens_a_page(client, as_user, ana, ben, cole, audrey, pia, ada, name):
    episode = make_episode(ana)
    assert client.get(at(name, episode.pk)).status_code == 302
    for user in (audrey, pia, ada):
        assert as_user(user).get(at(name, episode.pk)).status_code == 403
    for stranger in (ben, cole):
        assert as_user(stranger).get(at(name, episode.pk)).status_code == 404
    assert as_user(ana).get(at(name, episode.pk)).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_stranger_is_the_same_404_as_nobody(desk, name):
    page = desk.get(at(name, "00000000-0000-4000-8000-000000000000"))
    assert page.status_code == 404


def test_every_look_is_recorded_and_changes_nothing_else(desk, ana, assessment):
    before = [SectionRevision.objects.count(), SafetyCheck.objects.count()]
    for url in [*(at(name, assessment.episode_id) for name in PAGES), section_url(assessment, "mental")]:
        looked = Event.objects.filter(name="record.viewed").count()
        assert desk.get(url).status_code == 200
        assert Event.objects.filter(name="record.viewed").count() == looked + 1
    assert [SectionRevision.objects.count(), SafetyCheck.objects.count()] == before


def test_no_page_names_the_person_in_its_title_or_address(desk, ana, assessment):
    for url in [*(at(name, assessment.episode_id) for name in PAGES), section_url(assessment, "mental")]:
        title = re.search("<title>(.*?)</title>", desk.get(url).content.decode(), re.DOTALL)[1]
        assert "Jordan" not in title + url


def test_an_unknown_section_is_not_found(desk, assessment):
    assert desk.get(section_url(assessment, "nonsense")).status_code == 404


@pytest.mark.parametrize("name", ["assessment", "assessment-check"])
def test_pages_take_the_same_queries_for_one_substance_and_fifty(
    desk, ana, assessment, name, django_assert_num_queries
):
    add_row(ana, assessment, substance="alcohol")
    desk.get(at(name, assessment.episode_id))
    with CaptureQueriesContext(connection) as few:
        desk.get(at(name, assessment.episode_id))
    fill_rows(assessment, 49)
    with django_assert_num_queries(len(few)):
        desk.get(at(name, assessment.episode_id))


def test_the_substances_page_takes_the_same_queries_for_one_and_fifty(
    desk, ana, assessment, django_assert_num_queries
):
    url = section_url(assessment, "substances")
    add_row(ana, assessment, substance="alcohol")
    desk.get(url)
    with CaptureQueriesContext(connection) as few:
        desk.get(url)
    fill_rows(assessment, 49)
    with django_assert_num_queries(len(few)):
        desk.get(url)
