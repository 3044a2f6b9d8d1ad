"""Paper, a parent's signature, a withdrawal's notice and a caller with a passphrase, in a real browser."""

import io
import re
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from playwright.sync_api import expect

from config import clock
from config.clock import center_day
from records.actions import consents, helpers, paper
from records.actions.consents import Details
from records.actions.receivers import confirm
from records.choices import Category, ConsentKind, Purpose
from records.consent_seal import fingerprint_of_texts, texts_of
from records.disclose import ByConsent, disclose
from records.models import Consent, Disclosure, WithdrawalNotice
from tests.factories.consents import draft_consent, sign_consent, signed_consent
from tests.factories.records import join, make_helper, make_person, make_recipient

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
BOTH = pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
PARENT = Details(cosigner="parent", signer_name="Alex Lee", signer_evidence="Birth certificate 12 seen")


@pytest.fixture
def as_staff(as_user, open_page, live_server, settings):
    """Return a function that opens a path as a member of staff."""
    settings.MFA_REQUIRED = False

    def open_as(user, path, **options):
        cookie = as_user(user).cookies["session"].value
        page = open_page("/sign/", **options)
        page.context.add_cookies([{"name": "session", "value": cookie, "url": live_server.url}])
        page.goto(path)
        return page

    return open_as


@pytest.fixture
def minors_with_parents(settings):
    settings.MINOR_RULE, settings.CENTER_STATE = "minor_and_parent", "VA"


def photo():
    picture = io.BytesIO()
    Image.new("RGB", (400, 300), "white").save(picture, "PNG")
    return {"name": "paper.png", "mimeType": "image/png", "buffer": picture.getvalue()}


def today():
    return center_day(clock.now())


def make_minor(by):
    return make_person(by, date_of_birth=(today() - timedelta(days=16 * 365)).isoformat())


@BOTH
def test_print_sign_by_hand_scan_and_check(ana, ben, as_staff, javascript):
    person = make_person(ana)
    join(person, ben)
    draft = draft_consent(ana, person, make_recipient())
    page = as_staff(ana, f"/staff/consents/{draft.pk}/", java_script_enabled=javascript)
    page.get_by_role("link", name="Print to sign").click()
    page.get_by_label("My medicines and allergies").check()
    page.get_by_role("button", name="Continue to print").click()
    page.emulate_media(media="print")
    expect(page.locator(".paper-lines")).to_be_visible()
    expect(page.locator(".actions").first).to_be_hidden()
    fingerprint = page.locator("code").inner_text()
    page.emulate_media(media="screen")
    page.get_by_role("link", name="Store the scan").click()
    expect(page.locator("aside code")).to_have_text(fingerprint)
    page.get_by_label("Photo or PDF").set_input_files(photo())
    page.get_by_label("Name as signed").fill("Jordan Lee")
    page.get_by_label("Day on the paper").fill(today().isoformat())
    page.get_by_role("button", name="Store").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Photo or PDF").set_input_files(photo())
    page.get_by_label("I compared").check()
    page.get_by_role("button", name="Store").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("To be checked")
    second = as_staff(ben, f"/staff/consents/{draft.pk}/", java_script_enabled=javascript)
    second.get_by_role("link", name="Check the scan").click()
    second.get_by_label("It is whole, it is signed").check()
    second.get_by_role("button", name="Record the check").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("On file")
    signed = Consent.objects.get()
    assert signed.signing.method == "paper" and signed.elements["paper"]["text"] == fingerprint


@BOTH
def test_a_minor_and_a_guardian_sign(ana, as_staff, minors_with_parents, javascript):
    person = make_minor(ana)
    make_recipient()
    page = as_staff(ana, f"/staff/people/{person.pk}/consents/new/", java_script_enabled=javascript)
    page.get_by_label("Who may receive it").select_option(label="Harbor Detox")
    page.get_by_label("Treatment and coordination of care").check()
    page.get_by_label("Name and date of birth").check()
    page.get_by_label("The person and a guardian, both").check()
    page.get_by_role("button", name="Prepare").click()
    expect(page.locator("[data-error-summary]")).to_contain_text("how we know")
    page.get_by_label("Full name of who signs").fill("Alex Lee")
    page.get_by_label("How we know").fill("Guardianship order 5 seen")
    page.get_by_role("button", name="Prepare").click()
    page.get_by_role("link", name="Sign on this screen").click()
    page.get_by_label("My name and my date of birth").check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Your full name").fill("Jordan Lee")
    page.get_by_role("button", name="I sign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("One signature missing")
    page.get_by_role("link", name="Sign on this screen").click()
    expect(page.locator(".consent-text")).to_contain_text("Alex Lee signs with me, as my guardian")
    page.get_by_label("Your full name").fill("Alex Lee")
    page.get_by_role("button", name="I sign").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("On file")
    assert {one.role for one in Consent.objects.get().signatures.all()} == {"person", "guardian"}


@BOTH
def test_a_caller_says_the_passphrase_first(ana, as_staff, javascript):
    person = make_person(ana)
    fay = make_helper(person)
    signed_consent(
        ana, person, fay, categories=["presence"], offered=["presence"], purposes=["family"],
        kind=ConsentKind.CONFIRM_PRESENCE,
    )  # fmt: skip
    helpers.set_passphrase(helper=fay, passphrase="blue kettle morning", by=ana)
    page = as_staff(ana, "/staff/callers/", java_script_enabled=javascript)
    for passphrase in ("green kettle", "blue kettle morning"):
        page.get_by_label("Whom they ask about").fill("Jordan Lee")
        page.get_by_label("The caller's own full name").fill("Fay Rowan")
        page.get_by_label("Passphrase").fill(passphrase)
        page.get_by_role("button", name="Check").click()
    page.get_by_label("Being in contact").check()
    page.get_by_role("button", name="Record, and show what to say").click()
    expect(page.locator("main")).to_contain_text("Jordan Lee is in contact with")
    assert Disclosure.objects.get().medium == "phone"


def test_the_pages_are_accessible(ana, ben, as_staff, look, minors_with_parents):
    person, harbor = make_person(ana), make_recipient()
    for kind, name in (
        ("court", "County Court"),
        ("exchange", "Tidewater Exchange"),
        ("researcher", "State U"),
    ):
        make_recipient(name, kind=kind)
    draft = draft_consent(ana, person, harbor, language="es")
    tpo = sign_consent(
        ana,
        draft_consent(
            ana, person, kind=ConsentKind.TPO_SINGLE, expires_on=None, details=Details(event="none"),
            purposes=[Purpose.TREATMENT],
        ),
    )  # fmt: skip
    confirm(person=person, recipient=harbor, role="treating", reason="Wrote the script.", by=ana)
    gone = signed_consent(ana, person, harbor)
    disclose(
        person=person, recipient=harbor, basis=ByConsent(), purpose="treatment", medium="print", by=ana,
        sections={Category.IDENTITY: lambda: {"name": "x"}}, subject="packet",
    )  # fmt: skip
    gone = Disclosure.objects.get().consent
    consents.revoke(consent=gone, how="oral", received_at=clock.now(), by=ana)
    notice = WithdrawalNotice.objects.get()
    fay = make_helper(person)
    helpers.set_passphrase(helper=fay, passphrase="blue kettle morning", by=ana)
    half = signed_consent(ana, make_minor(ana), harbor, details=PARENT)
    waiting = draft_consent(ana, person, harbor)
    waiting = consents.choose(consent=waiting, categories=["health"], by=ana)
    scan = SimpleUploadedFile("a.png", photo()["buffer"], "image/png")
    paper.store_scan(
        consent=waiting, signed=paper.Signed(scan, "Jordan Lee", today()), attested=True, by=ben,
        seen=fingerprint_of_texts(texts_of(waiting, waiting.categories)),
    )  # fmt: skip
    people, mine = f"people/{person.pk}", f"consents/{draft.pk}"
    page = as_staff(ana, f"/staff/{people}/consents/")
    pages = {
        "list": f"{people}/consents/", "use": f"{people}/consents/what-for/",
        **{f"prepare-{use}": f"{people}/consents/new/?use={use}" for use in ("presence", "tpo", "exchange",
           "proceedings", "supervision", "research", "notes")},
        "prepare-other-signer": f"{people}/consents/new/?signer=other",
        "import": f"{people}/consents/import/", "receivers": f"{people}/receivers/",
        "receiver-new": "receivers/new/", "tpo": f"consents/{tpo.pk}/", "half": f"consents/{half.pk}/",
        "second": f"consents/{half.pk}/sign/second/", "check": f"consents/{waiting.pk}/paper/check/",
        "paper-choose": f"{mine}/paper/", "helpers": f"{people}/who-may-be-told/",
        "passphrase": f"helpers/{fay.pk}/passphrase/", "callers": "callers/",
        "receipt-notices": f"consents/{gone.pk}/receipt/", "notice": f"withdrawals/{notice.pk}/notice/",
    }  # fmt: skip
    for name, path in pages.items():
        page.goto(f"/staff/{path}")
        look(page, name)
    consents.choose(consent=draft, categories=["health"], by=ana)
    for name, path in {"print-es": f"{mine}/paper/print/", "scan": f"{mine}/paper/scan/"}.items():
        page.goto(f"/staff/{path}")
        look(page, name)
