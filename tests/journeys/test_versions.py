"""Returned with questions, corrected and compared, two clinicians at once: in a real browser."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from intake.actions.assessments import submit
from intake.actions.corrections import correct
from intake.actions.review_questions import Asked
from intake.models import Assessment, ReviewQuestion
from programs.actions.determinations import ask
from programs.actions.recommendations import recommend
from programs.models import Determination
from tests.factories.accounts import make_user
from tests.factories.care import BELOW, RATINGS, make_review, make_signed
from tests.factories.episodes import save
from tests.journeys.conftest import SIZES, run_axe

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
JAVASCRIPT = pytest.mark.parametrize("javascript", [True, False], ids=["js", "no-js"])


@pytest.fixture
def cast():
    """Admissions, and two clinicians."""
    return make_user("admissions", "ana"), make_user("clinician", "cole"), make_user("clinician", "dana")


@pytest.fixture
def open_as(open_page):
    """Return a function that opens a path as a user, each with a session of their own."""

    def open_path(user, path, **options):
        client = Client()
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = open_page("/accounts/login/", **options)
        address = page.url.split("/accounts/")[0]
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
        page.goto(path)
        return page

    return open_path


def pick(page, question, answer):
    """Choose an answer of a question with radios."""
    page.get_by_role("radiogroup", name=question).get_by_label(answer, exact=True).check()


@JAVASCRIPT
def test_returned_with_two_questions_answered_and_sent_again(cast, open_as, javascript):
    ana, cole, _ = cast
    waiting = make_review(ana)
    review = reverse("programs:review", args=[waiting.episode_id])

    clinician = open_as(cole, review, java_script_enabled=javascript)
    clinician.get_by_role("link", name="Ask about this: Anxiety").click()
    clinician.get_by_label("Question", exact=True).fill("Since when, and how bad?")
    clinician.get_by_role("button", name="Add another question").click()
    clinician.get_by_label("Question 2 is about").select_option(label="Substance 1: Amount each time")
    clinician.get_by_label("Question 2", exact=True).fill("On a scale, or a guess?")
    clinician.get_by_role("button", name="Send the questions").click()
    expect(clinician.get_by_text("Sent back with your questions")).to_be_visible()

    worker = open_as(ana, "/staff/", java_script_enabled=javascript)
    row = worker.get_by_role("row").filter(has_text="A clinician asks 2 questions")
    row.get_by_role("link", name=re.compile("Jordan Lee")).first.click()
    expect(worker.get_by_text("Since when, and how bad?")).to_be_visible()
    worker.get_by_role("link", name=re.compile("See what is answered now.*Amount each time")).click()
    asked = worker.get_by_text("On a scale, or a guess?")
    expect(asked).to_be_visible()
    worker.get_by_label("Amount each time").fill("6")
    worker.get_by_role("button", name="Save and close").click()
    worker.get_by_role("link", name=re.compile("^Answer the question about Substance 1")).click()
    expect(worker.get_by_text("Answered now: 6")).to_be_visible()
    pick(worker, "What came of it?", "The answer was changed")
    worker.get_by_role("button", name="Save the answer").click()
    worker.get_by_role("link", name=re.compile("^Answer the question about Anxiety")).click()
    pick(worker, "What came of it?", "Answered in words")
    worker.get_by_label("Your answer, in words").fill("Since spring; hardly sleeps")
    with worker.expect_navigation():
        worker.get_by_role("button", name="Save the answer").click()
    worker.goto(reverse("intake:assessment-check", args=[waiting.episode_id]))
    with worker.expect_navigation():
        worker.get_by_role("button", name="Send to clinician").click()

    clinician.goto(review)
    expect(clinician.get_by_text("Since spring; hardly sleeps")).to_be_visible()
    clinician.get_by_role("link", name=re.compile("^What it said before")).click()
    expect(clinician.get_by_text("8", exact=True)).to_be_visible()
    expect(clinician.get_by_text("6", exact=True)).to_be_visible()
    assert ReviewQuestion.objects.filter(answered_at=None).count() == 0


@JAVASCRIPT
def test_a_signed_version_is_corrected_and_compared(cast, open_as, javascript):
    ana, cole, _ = cast
    signed = make_signed(ana, cole)
    page = open_as(
        ana, reverse("intake:assessment", args=[signed.episode_id]), java_script_enabled=javascript
    )
    page.get_by_role("link", name="Correct them in a new version").click()
    page.get_by_label("What has to be corrected, and why?").fill("The anxiety was misheard.")
    page.get_by_role("button", name="Begin the correction").click()
    expect(page.get_by_text("Version 2 corrects version 1")).to_be_visible()
    page.goto(reverse("intake:assessment-section", args=[signed.episode_id, "mental"]))
    expect(page.get_by_role("radiogroup", name="Anxiety").get_by_label("Yes")).to_be_checked()
    pick(page, "Anxiety", "No")
    page.get_by_role("button", name="Save and close").click()
    page.get_by_role("link", name="What differs").click()
    row = page.get_by_role("row").filter(has_text="Anxiety")
    expect(row.get_by_role("cell").nth(0)).to_have_text("Yes")
    expect(row.get_by_role("cell").nth(1)).to_have_text("No")
    expect(row).to_contain_text("Ana Reyes")
    page.get_by_role("link", name="Versions").click()
    expect(page.get_by_text("In force")).to_be_visible()
    page.get_by_role("link", name="Read version 1").click()
    anxiety = page.locator(".fact").filter(has=page.get_by_text("Anxiety", exact=True))
    expect(anxiety).to_contain_text("Yes")
    assert [one.status for one in Assessment.objects.order_by("number")] == ["decided", "in_progress"]


@JAVASCRIPT
def test_two_clinicians_at_once(cast, open_as, javascript):
    ana, cole, dana = cast
    waiting = make_review(ana)
    recommend(assessment=waiting, ratings=RATINGS, by=cole)
    review = reverse("programs:review", args=[waiting.episode_id])

    first = open_as(cole, review, java_script_enabled=javascript)
    expect(first.get_by_text("You are reviewing")).to_be_visible()
    first.get_by_role("radiogroup", name="Your decision").get_by_label("Agree with the suggestion").check()
    pick(first, "Medical detox first?", "Yes")
    first.get_by_role("button", name="Review and confirm").click()
    first.get_by_label("Your name, typed").fill(cole.display_name)
    first.get_by_label("I have read what is known, and I sign this decision").check()

    second = open_as(dana, review, java_script_enabled=javascript)
    expect(second.get_by_text(cole.display_name).first).to_be_visible()
    second.get_by_role("link", name="Take over").click()
    second.get_by_role("button", name="Take over").click()
    expect(second.get_by_text("You are reviewing")).to_be_visible()

    first.get_by_role("button", name="Sign the decision").click()
    expect(first.get_by_text("Dana Reyes took this over at")).to_be_visible()
    assert not Determination.objects.exists()


def test_an_open_review_says_that_answers_changed(cast, open_as):
    ana, cole, _ = cast
    waiting = make_review(ana)
    page = open_as(cole, reverse("programs:review", args=[waiting.episode_id]))
    page.wait_for_timeout(1100)
    save(ana, waiting, "mental", anxiety="no")
    page.evaluate("htmx.trigger(document.querySelector('[hx-get*=\"news\"]'), 'every 30s')")
    page.evaluate(
        "htmx.ajax('GET', document.querySelector('[hx-get*=\"news\"]').getAttribute('hx-get'),"
        " {target: document.querySelector('[hx-get*=\"news\"]')})"
    )
    expect(page.get_by_text("1 answer changed at")).to_be_visible()
    page.get_by_role("link", name="Show").click()
    expect(page.get_by_role("row").filter(has_text="Anxiety")).to_be_visible()


@pytest.fixture
def everywhere(cast):
    """A returned assessment, a correction under way, and a decision that waits for a second view."""
    ana, cole, dana = cast
    asked = make_review(ana)
    row = asked.substance_rows.get()
    questions = [
        Asked("On a scale, or a guess?", "substances", f"{row.pk}:amount"),
        Asked("Anything else?", "mental", ""),
        Asked("Who called?"),
    ]
    ask(assessment=asked, questions=questions, by=cole)
    signed = make_signed(ana, cole, name="Riley Park")
    second = correct(by=ana, assessment=signed.assessment, reason="The anxiety was misheard.")
    save(ana, second, "mental", anxiety="no")
    submit(by=ana, assessment=second)
    below = make_signed(ana, cole, BELOW, name="Casey Moon")
    question = asked.review_questions.get(section="substances")
    fixed = signed.episode_id
    return [
        (ana, "/staff/"),
        (ana, reverse("intake:assessment", args=[asked.episode_id])),
        (ana, reverse("intake:assessment-section", args=[asked.episode_id, "substances"])),
        (ana, reverse("intake:assessment-section", args=[asked.episode_id, "mental"])),
        (ana, reverse("intake:question-answer", args=[asked.episode_id, question.pk])),
        (ana, reverse("intake:assessment", args=[fixed])),
        (ana, reverse("intake:assessment-correct", args=[below.episode_id])),
        (ana, reverse("intake:correction-drop", args=[fixed])),
        (dana, reverse("programs:review-list")),
        (dana, reverse("programs:review", args=[fixed])),
        (dana, reverse("programs:ask", args=[fixed])),
        (dana, reverse("programs:review-take-over", args=[fixed])),
        (dana, reverse("programs:second-view", args=[below.episode_id])),
        (dana, reverse("programs:review", args=[below.episode_id])),
        (dana, reverse("programs:version-list", args=[fixed])),
        (dana, reverse("programs:version", args=[fixed, 2])),
        (dana, reverse("programs:version-compare", args=[fixed, 2])),
        (dana, reverse("programs:field-history", args=[fixed, 2, "mental", "anxiety"])),
    ]


def test_every_page_is_accessible_in_both_themes_and_sizes(everywhere, open_as):
    pages, wrong = {}, []
    for user, path in everywhere:
        page = pages.get(user.pk)
        if page is None:
            page = pages[user.pk] = open_as(user, path)
        else:
            page.goto(path)
        for scheme, size in (("light", "phone"), ("dark", "desk"), ("dark", "phone"), ("light", "desk")):
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size(SIZES[size])
            found = run_axe(page)
            wrong += [(path, scheme, size, one["id"], one["nodes"][0]["html"][:200]) for one in found]
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                wrong.append((path, size, "too wide"))
    assert not wrong, "\n".join(map(str, wrong))
