"""A clinician reads why, in a real browser: D12 with its pages, and the look of every page of reasons."""

import re

import pytest
from playwright.sync_api import expect

from intake.actions.assessments import submit
from programs.actions.recommendations import recommend
from tests.factories.episodes import add_row, ask_safety, make_assessment, save

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RATINGS = {"F1": 1, "F2": 1, "F3": 1, "F4": 3, "F5": 1, "sud": "moderate"}
DAILY = {"times_a_day": 1, "days_per_week": 7, "duration_months": 24, "last_use": "yesterday"}
USES = (
    {"substance": "kratom_leaf", "product_form": "powder", "unit": "g", "amount": 2},
    {"substance": "alcohol", "unit": "drinks", "amount": 5},
    {"substance": "benzodiazepine", "unit": "mg_diazepam_eq", "amount": 10},
)


@pytest.fixture
def drinker(ana):
    """2 g of kratom a day, nightly alcohol and alprazolam; two medicines, one of them misspelt."""
    assessment = make_assessment(ana)
    ask_safety(ana, assessment.episode)
    for use in USES:
        add_row(ana, assessment, **use, **DAILY)
    save(ana, assessment, "substances", substance_list_complete="yes")
    save(ana, assessment, "withdrawal", prior_complicated_withdrawal="no")
    save(ana, assessment, "health", pregnant="no", medicines="alprazolam 1 mg\nserteraline 50 mg")
    save(ana, assessment, "mental", suicidality="none")
    return assessment


@pytest.fixture
def as_cole(cole, as_user, open_page, live_server, settings):
    """A function that opens a path as Cole, with or without JavaScript."""
    settings.MFA_REQUIRED = False
    cookie = as_user(cole).cookies["session"].value

    def open_as_cole(path, **options):
        page = open_page("/sign/", **options)
        page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return open_as_cole


def test_why_and_what_if_for_nightly_alcohol_and_alprazolam(drinker, ana, cole, as_cole, look):
    """D12: detox although 2 g of kratom alone would not ask for it, and no dose of kratom alters that."""
    base = f"/staff/reviews/{drinker.episode_id}"
    submit(by=ana, assessment=drinker)
    drinker.refresh_from_db()
    recommend(assessment=drinker, ratings=RATINGS, by=cole)
    page = as_cole(f"{base}/")
    suggestion = page.locator("#suggestion")
    expect(suggestion).to_contain_text("Medical detox in an inpatient unit")
    expect(suggestion).to_contain_text("Two sedative classes")
    expect(suggestion).to_contain_text("No change of the dose would: Kratom leaf")
    expect(suggestion).to_contain_text("Do not stop all at once")
    expect(page.locator("[name=outcome]:checked")).to_have_count(0)
    look(page, "review")

    page.get_by_role("link", name="What if an answer were another").click()
    expect(page.get_by_text("What if: nothing is saved").first).to_be_visible()
    page.get_by_label("As if it were not used").last.check()
    page.get_by_role("button", name="Try it").click()
    result = page.locator("#result")
    expect(result).to_contain_text("Differs")
    expect(result).to_contain_text("A clinician must decide about medical detox")
    look(page, "what-if")
    result.get_by_role("link", name="Back to the real answers").click()
    expect(page.locator("#result")).to_contain_text("this is the real result")

    page.goto(f"{base}/course/")
    expect(page.get_by_role("img", name=re.compile("after the last use"))).to_be_visible()
    expect(page.get_by_text("Nobody stops alone")).to_be_visible()
    look(page, "course")

    page.goto(f"/staff/episodes/{drinker.episode_id}/medicines/")
    expect(page.get_by_text("Did you mean sertraline?")).to_be_visible()
    look(page, "medicines")

    page.goto("/staff/rules/#M-01")
    expect(page.locator("#M-01")).to_contain_text("seeds/003_6413cf4bbc8f0f0c.txt:64")
    look(page, "rules")


def test_what_is_possible_narrows_with_answers_and_needs_no_javascript(ana, cole, drinker, as_cole, look):
    submit(by=ana, assessment=drinker)
    page = as_cole(f"/staff/reviews/{drinker.episode_id}/so-far/", java_script_enabled=False)
    expect(page.get_by_text("From the answers so far, medical detox can still come out as:")).to_be_visible()
    expect(page.locator("#so-far")).to_contain_text("Certain already")
    expect(page.locator("#so-far")).not_to_contain_text("No medical detox needed")
    seen = as_cole(f"/staff/reviews/{drinker.episode_id}/so-far/")
    look(seen, "so-far")


def test_questions_that_follow_an_answer_stay_in_the_page(ana, staff_page, look):
    """When the first of a group does not ask, the next ones begin under the group's title, not beside it."""
    assessment = make_assessment(ana)
    ask_safety(ana, assessment.episode)
    save(ana, assessment, "withdrawal", symptoms_now=["sleep", "cravings"])
    page = staff_page(f"/staff/episodes/{assessment.episode_id}/assessment/withdrawal/")
    expect(page.get_by_role("radiogroup", name="Cannot sleep: how strong?")).to_be_visible()
    look(page, "withdrawal")
