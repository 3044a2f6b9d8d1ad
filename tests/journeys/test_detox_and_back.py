"""The main walk: from a request for a call, by way of a detox partner, to a bed here.

Once with JavaScript and once without; with it, every page is checked by axe in both sizes and themes.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from config import clock
from tests.journeys import walk

pytestmark = [pytest.mark.journey, pytest.mark.xdist_group("product")]

CENTER = ZoneInfo("America/New_York")
NAMES = {True: ("Marlon", "Marlon Vance", "804 555 0188"), False: ("Odette", "Odette Farrow", "804 555 0189")}


@pytest.mark.parametrize("javascript", [True, False])
def test_a_kratom_caller_needs_detox_and_comes_back(product, open_browser, sign_in, check_page, javascript):
    """D1, step by step; each browser is one person's own."""
    called, name, phone = NAMES[javascript]
    look = check_page if javascript else lambda page: None

    def window(**more):
        return open_browser(javascript=javascript, **more)

    def staff(who):
        return sign_in(who, javascript=javascript)

    def now():
        return datetime.fromisoformat(product.manage("demo_clock").strip()).astimezone(CENTER)

    def hours(number):
        return (now() + timedelta(hours=number)).strftime("%Y-%m-%dT%H:%M")

    # 1. A visitor asks for a call; 2. Ana calls back, safety first.
    family = window(size="phone")
    family.goto("/request/")
    look(family)
    walk.ask_for_a_call(family, called, phone)
    look(family)
    ana = staff("ana")
    look(ana)
    walk.call_back(ana, called)
    look(ana)
    walk.begin_episode(ana, name)
    look(ana)
    walk.answer_no_to_all(ana)
    look(ana)

    # 3. The assessment; 4. the recommendation; 5. the signature.
    walk.assess_kratom_caller(ana)
    look(ana)
    reference = ana.get_by_text(re.compile(r"JH-\w{5}")).first.inner_text()
    cole = staff("cole")
    walk.review_and_sign(cole, reference, "Cole Whitman")
    look(cole)

    # 6. Consent, signed at a distance; 7. the referral.
    walk.prepare_consent(ana, name, "Harbor Detox")
    look(ana)
    word, code = walk.invite_to_sign(ana)
    look(ana)
    phone_of_person = window(size="phone")
    walk.sign_at_a_distance(phone_of_person, word, code, name)
    look(phone_of_person)
    walk.open_person(ana, name)
    look(ana)
    walk.press(ana, "Find a detox partner")
    look(ana)
    spoken = walk.send_to(ana, "Harbor Detox")
    look(ana)

    # 8. Pat answers on a phone, without JavaScript whatever Ana uses.
    letter = product.wait_for_letter("intake@harbor.example", "/p/")
    assert called not in letter
    pat = open_browser(javascript=False, size="phone")
    pat.goto(product.link_in(letter))  # a mail scanner's GET uses nothing up
    page_of_referral = walk.open_link(pat, product.link_in(letter), spoken)
    assert called not in pat.content()
    back = clock.center_day(now() + timedelta(days=7)).isoformat()
    walk.accept(pat, hours, back)
    walk.press(pat, "Open the full record")
    expect(pat.get_by_text(name).first).to_be_visible()
    expect(pat.get_by_text("This record which has been disclosed to you is protected")).to_be_visible()
    ana.goto("/staff/referrals/")
    look(ana)

    # 9. Arrived; a place is reserved for the way back.
    product.manage("demo_clock", "+2h")
    pat.goto(page_of_referral)
    walk.confirm_arrival(pat, hours)
    walk.reserve_place(ana, called, "R2", hours(7 * 24))
    look(ana)
    ana.goto("/staff/referrals/out/")
    expect(ana.get_by_role("row").filter(has_text=called)).to_contain_text("Arrived")
    look(ana)

    # 10. On day 7 the clearance comes back; Cole accepts it, Dana verifies it.
    product.manage("demo_clock", "+6d")
    pat.goto(page_of_referral)
    walk.send_clearance(pat, name, hours)
    cole = staff("cole")
    walk.accept_clearance(cole, name)
    look(cole)
    walk.verify_clearance(cole, name, "Someone else has to verify it")
    dana = staff("dana")
    walk.verify_clearance(dana, name)

    # 13. Ana admits to the held bed; the referral closes by itself.
    ana = staff("ana")
    look(ana)
    walk.admit(ana, name, "R2")
    look(ana)
    walk.open_person(ana, name)
    look(ana)
    expect(ana.get_by_text("Admitted to R2")).to_be_visible()
    ana.goto("/staff/beds/")
    look(ana)
    ana.goto("/staff/referrals/out/")
    expect(ana.get_by_role("row").filter(has_text=called)).to_have_count(0)

    # The accounting lists exactly one packet to Harbor Detox.
    walk.open_person(ana, name)
    walk.press(ana, "What was shared")
    expect(ana.get_by_role("row").filter(has_text="Harbor Detox")).to_have_count(1)
    look(ana)

    # Some days later the stay ends and the bed is free again.
    product.manage("demo_clock", "+1d")
    walk.discharge(ana, "R2", hours(0))
