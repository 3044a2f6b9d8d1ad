"""D13 in a real browser: nobody fits, everyone says by what, and the need has a next step."""

from datetime import timedelta

import pytest
from django.urls import reverse

from config import clock
from referrals.actions import directory_import as imports
from referrals.actions.facilities import add_agreement, add_contact, change_facility, report_capacity
from referrals.models import MatchDecision
from tests.factories.directory import directory_file
from tests.factories.referrals import make_facility, make_referral
from tests.journeys.test_referral_pages import keep

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def partners(sam):
    """Five partners, none of which takes Medicaid and a pregnancy together."""
    now = clock.now()
    harbor = make_facility(zip="23220", city="Easton", state="VA")
    make_facility("St. Brigid Hospital", payers=["aetna"], pregnancy="yes", hours_24=True, zip="23229")
    make_facility("Cedar House", payers=["self_pay"], withdrawal_no=["benzo"], zip="23113")
    make_facility("Northgate", zip="23510")
    make_facility("Elm", channel="fax", email="", fax="+18045550199", payers=["aetna"], pregnancy="unknown")
    report_capacity(facility=harbor, beds_open=2, women_only=1, by=sam, now=now, said_by="Kim")
    add_contact(facility=harbor, by=sam, role="night", name="Kim", channel="phone", reach="+18045550123")
    add_agreement(facility=harbor, by=sam, kind="transfer", begins_on=clock.center_day(now), note="Cabinet 2")
    change_facility(facility=harbor, seen=1, by=sam, npi="1234567893")
    return harbor


def test_nobody_fits_and_it_does_not_end_there(ana, partners, signed_in, check_page):
    referral = make_referral(
        ana, payer="medicaid", pregnant="yes", sex="female", at_night=True, zip="23220", max_miles=60
    )
    match = reverse("referrals:match", args=[referral.episode_id])
    page = signed_in(ana, match)
    text = page.inner_text("main")
    assert "No partner fits right now." in text
    for name in ("Harbor Detox", "St. Brigid Hospital", "Cedar House", "Northgate", "Elm"):
        assert name in text
    assert "Does not take pregnant people" in text
    assert "One thing short" in text
    assert "About 80 miles away, more than the 60 asked for" in text
    keep(page, "d13-match")
    check_page(page)
    page.get_by_role("link", name="Decide what happens next").click()
    page.wait_for_selector("text=Nobody fits: what happens next")
    keep(page, "d13-nobody")
    check_page(page)
    page.get_by_role("button", name="Save what happens next").click()
    page.wait_for_selector("text=Select what happens next")
    page.get_by_label("A supervisor decides").check()
    page.get_by_role("button", name="Save what happens next").click()
    page.wait_for_url(f"**{match}")
    referral.refresh_from_db()
    assert referral.escalated_at is not None
    assert referral.next_due_at > clock.now()
    assert MatchDecision.objects.get().kind == "nobody"
    page.get_by_role("link", name="Ask again about payment").click()
    page.get_by_label("At most this far").fill("")
    page.get_by_label("Payment").select_option("aetna")
    page.get_by_role("button", name="Save").click()
    page.wait_for_selector("text=Can take this person (2)")
    keep(page, "d13-loosened")
    check_page(page)


def test_the_directory_and_a_file_of_it(sam, partners, signed_in, check_page):
    page = signed_in(sam, reverse("referrals:partner-list"))
    places = {
        "partners": reverse("referrals:partner-list"),
        "partner": reverse("referrals:partner", args=[partners.pk]),
        "history": reverse("referrals:partner-history", args=[partners.pk]),
        "change": reverse("referrals:partner-change", args=[partners.pk]),
        "contact": reverse("referrals:contact-new", args=[partners.pk]),
        "agreement": reverse("referrals:agreement-new", args=[partners.pk]),
        "import": reverse("referrals:import-new"),
    }
    for name, path in places.items():
        page.goto(path)
        keep(page, f"dir-{name}")
        check_page(page)
    content = directory_file(30, bad=10)
    file = {"name": "partners.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="Load the file").click()
    page.wait_for_selector("text=0 of 30 rows")
    keep(page, "dir-running")
    check_page(page)
    (asked,) = imports.DirectoryImport.objects.all()
    imports.load_part(import_id=asked.pk, begin=0)
    page.wait_for_selector("text=Tried: nothing was changed")
    keep(page, "dir-tried")
    check_page(page)
    page.get_by_role("button", name="Load it for real").click()
    page.wait_for_selector("text=0 of 30 rows")
    real = imports.DirectoryImport.objects.get(dry_run=False)
    imports.load_part(import_id=real.pk, begin=0)
    page.wait_for_selector("text=Done")
    page.goto(reverse("referrals:partner-list"))
    keep(page, "dir-loaded")
    check_page(page)
    assert clock.now() - real.requested_at < timedelta(minutes=5)
