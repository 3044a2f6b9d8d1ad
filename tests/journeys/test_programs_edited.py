"""A supervisor changes a program: its history shows it, a stay keeps what it had, and admissions can't."""

import re

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from programs.actions.admissions import admit
from programs.models import Admission, Program
from tests.programs.gate import Case

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


def test_a_change_has_a_reason_and_leaves_a_stay_as_it_was(ana, sam, page_of, look):
    case = Case.good()
    place = {"program": case.program, "bed": case.bed}
    admit(episode=case.episode, by=case.ana, left_open="Came at night", **place)
    stay = Admission.objects.get()
    was, address = case.program.name, reverse("programs:program", args=[case.program.pk])

    page = page_of(sam, reverse("programs:program-list"))
    look(page, "program-list")
    page.get_by_role("link", name=was).first.click()
    page.wait_for_url(f"**{address}")
    look(page, "program")
    page.get_by_role("link", name="Change", exact=True).click()
    page.wait_for_url("**/change/")
    expect(page.get_by_label("Level of care")).to_be_disabled()
    look(page, "program-change")
    page.get_by_label("Name").fill("Maple House")
    page.get_by_label("Yoga, art and the like").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Write why")
    page.get_by_label("Why?").fill("Asked for by many")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"**{address}")
    expect(page.get_by_role("heading", name="Maple House", level=1)).to_be_visible()

    page.get_by_role("link", name="History").click()
    page.wait_for_url("**/history/")
    expect(page.locator("main")).to_contain_text("Asked for by many")
    expect(page.locator("main")).to_contain_text("Yoga, art and the like")
    look(page, "program-history")

    page.goto(reverse("programs:stay", args=[stay.pk]))
    expect(page.locator("main")).to_contain_text(was)
    page.get_by_role("link", name="What it offered when the stay began").click()
    page.wait_for_url(re.compile("/history/1/$"))
    expect(page.locator("main")).not_to_contain_text("Yoga, art and the like")

    hers = page_of(ana, address)
    expect(hers.get_by_role("heading", name="Maple House", level=1)).to_be_visible()
    expect(hers.get_by_role("link", name="Change", exact=True)).to_have_count(0)
    answer = hers.goto(reverse("programs:program-change", args=[case.program.pk]))
    assert answer.status == 403
    assert Program.objects.get(pk=case.program.pk).revision == 2
