"""D7: a clearance ends while the admission form is open: warned of, refused, renewed, and then it admits."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import walk

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

CENTER = ZoneInfo("America/New_York")
NAME = "Casey Moon"  # of the demo world: decided, waits for clearance and a place
OVER = "The medical clearance is not valid at that time"


def test_a_clearance_ends_before_the_admission(product, sign_in, check_page):
    def hours(number):
        now = datetime.fromisoformat(product.manage("demo_clock").strip()).astimezone(CENTER)
        return (now + timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M")

    ana = sign_in("ana")
    walk.open_person(ana, NAME)
    ana.get_by_role("link", name=re.compile("missing for admission|Record")).first.click()
    admission = to_admission(ana)
    record_paper(ana, admission, hours(-1), hours(-0.5), check_page)
    accept_and_verify(sign_in, check_page)

    # Three hours are left, then half of one: Today and a mail say so, and the mail says no more than that.
    product.manage("demo_clock", "+20h")
    ana = sign_in("ana")
    expect(warned_row(ana, "4 h")).to_be_visible()
    letter = product.wait_for_letter("ana@demo.example", "ends within 4 hours", seconds=60)
    assert not re.search("medical|clearance|casey|moon", letter, re.IGNORECASE)
    product.manage("demo_clock", "+150m")
    ana = sign_in("ana")
    expect(warned_row(ana, "1 h")).to_be_visible()
    check_page(ana)

    # Ana has the form open when its minute comes. Admit is still there; what stands behind it refuses.
    ana.goto(admission)
    walk.choose(ana, "Bed or program", "Bed R2,")
    ana.get_by_label(re.compile("Why is the person admitted before")).fill("Comes today.")
    product.manage("demo_clock", "+31m")
    walk.press(ana, "Admit")
    refusal = ana.get_by_role("alert")
    expect(refusal).to_contain_text("Not admitted")
    expect(refusal).to_contain_text(OVER)
    check_page(ana)
    refusal.get_by_role("link", name=re.compile("Renew it")).click()
    expect(ana.get_by_role("heading", name="Record a medical clearance", level=1)).to_be_visible()
    walk.press(ana, "Request renewal")
    expect(ana.get_by_text("Noted: the clearance was asked for.")).to_be_visible()
    check_page(ana)

    # The next one has minutes left when it is verified: that is enough. Then the admission is taken back.
    record_paper(ana, admission, hours(-23.5), hours(-23.4), None)
    accept_and_verify(sign_in, None)
    ana.goto(admission)
    walk.choose(ana, "Bed or program", "Bed R2,")
    ana.get_by_label(re.compile("Why is the person admitted before")).fill("Comes today.")
    walk.press(ana, "Admit")
    expect(ana.get_by_text("Admitted").first).to_be_visible()
    walk.press(ana, "This was a mistake: take it back")
    ana.get_by_label("Why is it taken back?").fill("Comes tomorrow after all.")
    ana.get_by_role("button").filter(has_text="back").last.click()
    expect(ana.get_by_role("heading", name="Must have")).to_be_visible()


def to_admission(page: Page) -> str:
    """Return the address of the admission page of the person whose page is open."""
    expect(page).to_have_url(re.compile("/episodes/"))
    return re.sub(r"(/episodes/[0-9a-f-]+/).*", r"\1admission/", page.url)


def warned_row(page: Page, within: str):
    """Find the row of Today that warns."""
    rows = page.get_by_role("row").filter(has_text=NAME)
    return rows.filter(has_text=f"Medical clearance ends within {within}")


def record_paper(page: Page, admission: str, examined: str, signed: str, look) -> None:
    """Ana types a clearance in from paper."""
    page.goto(admission)
    walk.press(page, "Record a clearance from paper")
    expect(page.get_by_text("For this person the paper also needs")).to_be_visible()
    expect(page.get_by_text("24-hour care").first).to_be_visible()
    walk.pick(page, "Is the person cleared?", "Cleared")
    walk.pick(page, "Does it say that the person is medically stable?", "Yes")
    typed = {
        "Name of the person": NAME, "Date of birth of the person": "1995-02-14",
        "Time of the examination": examined, "Time of the signature": signed,
        "Facility": "Easton Family Medicine", "Name of the examiner": "Dr. Imani Blue",
        "License state and number": "VA 0101-555010", "NPI": "1234567893",
        "Call-back phone": "(804) 555-0160", "Heart rate": "72",
        "Blood pressure, upper number": "118", "Blood pressure, lower number": "76",
        "Breaths": "14", "Oxygen saturation": "98", "Temperature": "36.8", "COWS score": "2",
        "Medicines with dose, last dose and changes": "none", "Allergies": "none known",
    }  # fmt: skip
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Credential").select_option("MD")
    if look is not None:
        look(page)
    walk.press(page, "Record the clearance")
    page.wait_for_url(re.compile("/clearances/|/admission/"))


def accept_and_verify(sign_in, look) -> None:
    """Cole accepts; what he accepted he can't verify; Dana can."""
    cole = sign_in("cole")
    walk.accept_clearance(cole, NAME)
    if look is not None:
        look(cole)
        walk.verify_clearance(cole, NAME, "Someone else has to verify it")
    walk.verify_clearance(sign_in("dana"), NAME)
