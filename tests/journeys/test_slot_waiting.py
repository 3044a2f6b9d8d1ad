"""Waiting for a day program: a slot frees, is offered, not answered, offered on, taken, and lets in."""

import re
from contextlib import closing
from datetime import timedelta

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from config import clock
from programs.actions.admissions import admit, discharge
from programs.actions.place_offers import sweep_places
from programs.models import Admission
from tests.database import owner
from tests.factories.care import make_determination, make_program
from tests.factories.waiting import make_waiting
from tests.programs.gate import Case

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
LATER = """
    CREATE OR REPLACE FUNCTION app_now() RETURNS timestamptz LANGUAGE sql VOLATILE AS
    $$ SELECT clock_timestamp() + interval '{} hours' $$
"""


@pytest.fixture
def clock_moves():
    """Return a function that moves the database's clock on; afterwards it is the wall clock again."""
    with closing(owner()) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('app_now'::regproc)")
        before = cursor.fetchone()[0]
        yield lambda hours: cursor.execute(LATER.format(hours))
        cursor.execute(before)


def test_a_slot_frees_is_offered_lapses_and_the_next_person_is_admitted(page_of, look, clock_moves):
    case = Case.good(determination=False)
    ana, cole = case.ana, case.cole
    program = make_program("php", "Day program", slots=1)
    inside = Case.good(determination=False)
    inside.determination = make_determination(inside.episode, inside.cole, "php")
    stay = admit(episode=inside.episode, program=program, bed=None, by=inside.ana, left_open="At night")

    # Two people wait: somebody who is not safe where they are, then Ana's person.
    first = make_waiting(ana, cole, "php", reasons=["unsafe"])
    make_determination(case.episode, cole, "php")
    page = page_of(ana, reverse("programs:waiting-of", args=[case.episode.pk]))
    page.get_by_role("button", name="Put on the list").click()
    expect(page.get_by_text("The person is on the waitlist.")).to_be_visible()
    sweep_places(clock.now())
    page.goto(reverse("programs:waitlist"))
    expect(page.get_by_text("2 wait, 0 slots free")).to_be_visible()

    # Somebody leaves; the slot is offered to who is first, and counts as taken.
    discharge(admission=stay, by=inside.ana)
    sweep_places(clock.now())
    page.reload()
    name = first.episode.person.called
    row = page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("A slot in Day program until")
    look(page, "slot-waitlist")
    page.goto("/staff/")
    today = page.get_by_role("row").filter(has_text=name)
    expect(today.filter(has_text="A slot in Day program is offered: call before the time")).to_be_visible()
    page.goto(reverse("programs:bed-board"))
    expect(page.get_by_role("row").filter(has_text="Day program").first).to_contain_text("Full")
    look(page, "slot-board")
    page.goto(reverse("programs:readiness", args=[case.episode.pk]))
    expect(page.locator("#id_place")).to_contain_text("Day program (1 of 1 taken)")

    # Nobody answers in time: the offer ends, and the next in the order is offered the slot.
    clock_moves(5)
    sweep_places(clock.now())
    page.goto(reverse("programs:waitlist-entry", args=[first.pk]))
    expect(page.get_by_text("ended without an answer")).to_be_visible()
    page.goto(reverse("programs:waitlist"))
    row = page.get_by_role("row").filter(has_text=case.episode.person.called)
    expect(row).to_contain_text("A slot in Day program until")
    row.get_by_role("link", name=re.compile("Answer")).click()
    page.wait_for_url("**/waitlist/offers/*/")
    look(page, "slot-answer")
    page.get_by_label("Takes the place").check()
    page.get_by_role("button", name="Save the answer").click()

    # Held for them, it is chosen on the admission page, and they come in.
    page.wait_for_url("**/admission/")
    expect(page.get_by_text("A slot in Day program is held for the person.")).to_be_visible()
    expect(page.locator("#id_place")).to_have_value(f"program:{program.pk}")
    look(page, "slot-admission")
    page.get_by_label(re.compile("Why is the person admitted before")).fill("Starts on Monday.")
    page.get_by_role("button", name="Admit", exact=True).click()
    expect(page.get_by_text("Move or discharge")).to_be_visible()
    assert Admission.objects.filter(program=program, discharged_at=None).get().episode == case.episode
    page.goto(reverse("programs:waitlist"))
    expect(page.get_by_text("1 waits, 0 slots free")).to_be_visible()


def test_a_slot_is_held_from_the_board_held_on_and_released(ana, page_of, look):
    from_board = Case.good()
    program = make_program("iop", "Evenings", slots=1)
    page = page_of(from_board.ana, reverse("programs:bed-board"))
    from_board.episode.stage = "clearance"
    from_board.episode.save(update_fields=["stage"])
    page.get_by_role("link", name=re.compile("Hold a slot in Evenings")).click()
    page.wait_for_url("**/hold/")
    look(page, "slot-hold")
    until = (clock.now() + timedelta(hours=4)).strftime("%Y-%m-%dT%H:%M")
    page.get_by_label("For whom").select_option(str(from_board.episode.pk))
    page.get_by_label("A hold that ends by itself").check()
    page.get_by_label("Until, or expected back").fill(until)
    page.get_by_role("button", name="Hold the place").click()
    expect(page.get_by_text("A slot in Evenings is held.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Extend")).click()
    page.wait_for_url("**/extend/")
    look(page, "slot-extend")
    page.get_by_label("Hold it until").fill((clock.now() + timedelta(hours=30)).strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name=re.compile("Hold")).click()
    expect(page.get_by_text("A slot in Evenings is held on.")).to_be_visible()
    look(page, "slot-held")
    page.get_by_role("button", name=re.compile("Release")).click()
    expect(page.get_by_text("A slot in Evenings is released.")).to_be_visible()
    page.goto(reverse("programs:slot-hold-for", args=[program.pk]))
    expect(page.get_by_label("Bed or program")).to_have_value(f"program:{program.pk}")
