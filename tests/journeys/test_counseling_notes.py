"""Counseling notes in a browser: written, signed, shared by consent; only what the door made prints."""

import pytest
from django.db import connection
from playwright.sync_api import expect

from records.actions.counseling import sign_note, start_note
from records.models import Disclosure
from tests.factories.records import clinicians_join, make_person, make_recipient
from tests.records.test_counseling_share import allow

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WORDS = "She spoke about a boat for the first time."


@pytest.fixture
def person(cole):
    made = make_person(cole)
    clinicians_join(made, cole)
    return made


def on_paper(page):
    """Return what a print of this page shows."""
    page.emulate_media(media="print")
    seen = page.locator("body").inner_text()
    page.emulate_media(media="screen")
    return " ".join(seen.split())


def test_a_note_is_written_signed_and_shared_without_javascript(cole, person, page_of):
    allow(cole, person, make_recipient())
    page = page_of(cole, f"/staff/people/{person.pk}/counseling-notes/", java_script_enabled=False)
    page.get_by_role("link", name="Write a note").click()
    page.get_by_label("Your notes on the conversation").fill(WORDS)
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Sign", exact=True).click()
    page.get_by_role("link", name="Share this note").click()
    expect(page.get_by_label("Harbor Detox")).to_be_visible()
    assert page.locator("main input:checked").count() == 0
    page.get_by_label("Harbor Detox").check()
    page.get_by_label("Printed").check()
    page.get_by_role("button", name="Share and record it").click()
    expect(page.get_by_text(WORDS)).to_be_visible()
    assert Disclosure.objects.get().categories == ["counseling_notes"]


def test_every_page_is_accessible_and_only_the_shared_note_prints(cole, person, page_of, check_page):
    draft = start_note(person=person, text=WORDS, by=cole)
    note = start_note(person=person, text=WORDS, by=cole)
    sign_note(note=note, text=WORDS, version=1, by=cole)
    listed, one = f"/staff/people/{person.pk}/counseling-notes/", f"/staff/counseling-notes/{note.pk}/"
    page = page_of(cole, listed)
    for path in (listed, f"{listed}new/", f"/staff/counseling-notes/{draft.pk}/", one, f"{one}share/"):
        page.goto(path)
        check_page(page)
        assert (
            on_paper(page) == "Counseling notes do not print. Their author shares a note from its own page."
        )
    expect(page.get_by_role("heading", name="Nobody may receive this note now")).to_be_visible()
    allow(cole, person, make_recipient())
    page.reload()
    check_page(page)
    page.get_by_label("Harbor Detox").check()
    page.get_by_label("Printed").check()
    page.get_by_role("button", name="Share and record it").click()
    check_page(page)
    paper = on_paper(page)
    assert WORDS in paper and "42 CFR part 2" in paper and "The person allows" in paper
    assert "It is recorded" not in paper


def test_a_note_whose_key_was_destroyed_says_so_accessibly(cole, person, page_of, check_page):
    note = start_note(person=person, text=WORDS, by=cole)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE records_counselingkey SET wrapped = NULL, destroyed_at = now()")
    page = page_of(cole, f"/staff/counseling-notes/{note.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This record can't be opened")
    check_page(page)
