"""Review, clearance, beds and admission in a real browser: accessible, and whole with JavaScript off."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from playwright.sync_api import expect

from config import clock
from intake.actions.assessments import submit
from programs.actions.recommendations import recommend
from tests.factories.accounts import make_user
from tests.factories.care import make_bed, make_clearance, make_determination, make_program, make_use
from tests.factories.episodes import make_episode, make_sendable
from tests.programs.gate import Case, admit

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
RATINGS = {"F1": 2, "F2": 2, "F3": 1, "F4": 3, "sud": "severe"}


@pytest.fixture
def world(client):
    """A reviewed person, one who waits, one cleared with limits, and beds in every state."""
    ana, cole, sam = (
        make_user("admissions", "ana"),
        make_user("clinician", "cole"),
        make_user("supervisor", "sam"),
    )
    waiting = make_sendable(ana)
    submit(by=ana, assessment=waiting)
    recommend(assessment=waiting, ratings=RATINGS, by=cole)
    cleared = make_episode(ana, "Riley Park")
    make_determination(cleared, cole, "php", detox_first=True)
    paper = make_clearance(cleared, recorded_by=ana, limits=("No stairs",))
    stay = Case.good()
    stay.bed.label = "R1"
    stay.bed.save(update_fields=["label"])
    assert admit(stay) is None
    make_use(make_bed(stay.program, "R2"), "return", cleared)
    make_use(make_bed(stay.program, "R3"), "out")
    make_bed(stay.program, "R4")
    make_program("php", name="PHP days")
    return {
        "ana": ana,
        "cole": cole,
        "sam": sam,
        "waiting": waiting.episode,
        "cleared": cleared,
        "paper": paper,
        "stay": stay,
    }


@pytest.fixture
def open_as(open_page, client):
    """Return a function that opens a path as a user."""

    def open_path(user, path, **options):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        page = open_page("/accounts/login/", **options)
        address = page.url.split("/accounts/")[0]
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": address}])
        page.goto(path)
        return page

    return open_path


def paths(world):
    episode, cleared = world["waiting"], world["cleared"]
    stay = world["stay"].episode.admissions.get()
    yield world["cole"], reverse("programs:review-list")
    yield world["cole"], reverse("programs:review", args=[episode.pk])
    yield world["cole"], reverse("programs:clearance", args=[world["paper"].pk])
    yield world["ana"], reverse("programs:clearance-new", args=[cleared.pk])
    yield world["ana"], reverse("programs:readiness", args=[cleared.pk])
    yield world["sam"], reverse("programs:bed-board")
    yield world["sam"], reverse("programs:bed-board") + "?view=tiles&names=full"
    yield world["ana"], reverse("programs:bed-history", args=[world["stay"].bed.pk])
    yield world["sam"], reverse("programs:bed-take-out", args=[make_bed().pk])
    yield world["ana"], reverse("programs:bed-hold", args=[cleared.pk])
    yield world["stay"].ana, reverse("programs:stay", args=[stay.pk])


def test_every_page_is_accessible(world, open_as, check_page):
    for user, path in paths(world):
        page = open_as(user, path)
        assert page.locator("h1").count() == 1, path
        check_page(page)


def test_pages_with_errors_are_accessible(world, open_as, check_page):
    page = open_as(world["cole"], reverse("programs:review", args=[world["waiting"].pk]))
    page.get_by_role("button", name="Review and confirm").click()
    page.get_by_role("link", name="Select your decision").click()
    check_page(page)
    page = open_as(world["ana"], reverse("programs:readiness", args=[world["cleared"].pk]))
    page.get_by_role("button", name="Admit").click()
    expect(page.locator(".error-summary a").nth(1)).to_be_visible()
    check_page(page)
    page = open_as(world["ana"], reverse("programs:clearance-new", args=[world["cleared"].pk]))
    page.get_by_role("button", name="Record the clearance").click()
    check_page(page)


def test_deciding_with_javascript_off(world, open_as):
    page = open_as(
        world["cole"], reverse("programs:review", args=[world["waiting"].pk]), java_script_enabled=False
    )
    page.get_by_label("Choose another level").check()
    page.get_by_label("Level of care, if you choose another").select_option("residential")
    page.get_by_role("radiogroup", name="Medical detox first?").get_by_label("No").check()
    page.get_by_role("textbox", name="Reason").fill("Sister is with the person day and night.")
    page.get_by_role("textbox", name="Who saw the person").fill("Dr. Blue, at the clinic, this morning")
    page.get_by_role("button", name="Review and confirm").click()
    page.get_by_label("Your name, typed").fill(world["cole"].display_name)
    page.get_by_label("I have read what is known").check()
    page.get_by_role("button", name="Sign the decision").click()
    expect(page.locator("main")).to_contain_text("Signed decision")
    assert clock.now() - world["waiting"].determinations.get().signed_at < timedelta(minutes=5)


def test_enter_on_the_page_of_a_stay_does_nothing_and_loses_nothing(world, open_as):
    stay = world["stay"].episode.admissions.get()
    page = open_as(world["stay"].ana, reverse("programs:stay", args=[stay.pk]))
    why = page.get_by_label("Why", exact=True)
    for field, keys in ((page.get_by_label("Time of discharge"), "Enter"), (why, "Control+Enter")):
        why.fill(f"Nearer to the nurse, {keys}")
        with page.expect_navigation():
            field.press(keys)
        expect(page.locator("main")).to_contain_text("Nothing is saved yet")
        expect(why).to_have_value(f"Nearer to the nurse, {keys}")
    stay.refresh_from_db()
    assert stay.discharged_at is None
