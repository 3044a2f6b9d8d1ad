"""Items 17, 19, 21 and 23 of the outsider suite: the trail, spreadsheets, addresses and titles, mail."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import ProgrammingError, connection, connections, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.actions.notices import tell
from accounts.choices import Told
from audit.actors import Actor
from audit.models import Event
from config import clock
from intake.notices import remind_overdue
from outbox import handlers
from outbox.models import Message
from programs.actions.warnings import plan_warnings, sweep_warnings
from records.actions import consents, incidents, withdrawals
from records.models import Disclosure
from referrals.actions import answers
from referrals.actions.directory_import import request_import
from referrals.actions.facilities import add_contact
from referrals.actions.offers import resend_link
from referrals.actions.packets import open_packet
from referrals.actions.telling import tell_supervisors
from tests.factories.care import make_clearance
from tests.factories.contact import typed
from tests.factories.directory import directory_file
from tests.factories.door import make_agreement
from tests.factories.episodes import make_episode, save
from tests.factories.records import make_person, make_recipient
from tests.factories.referrals import accept
from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, browser, parts_of, visit
from tests.outsider.test_public_door import TELLING

NAMES = ("Jordan", "Riley", "Casey", "5550123", "1990-03-03", "boss")


@pytest.mark.django_db
def test_17_hs_05_one_look_is_one_event_that_nobody_can_change(ana, as_user):
    person = make_person(ana)
    assert as_user(ana).get(reverse("desk:person", args=[person.pk])).status_code == 200
    event = Event.objects.get(name="record.viewed")
    assert (event.person_id, event.actor_id, event.role) == (person.pk, ana.pk, "admissions")
    assert event.session and event.at and "Jordan" not in str(event.ids)
    for statement in ("UPDATE audit_event SET name = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


@pytest.mark.django_db
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t=", "\r=", " =", "＝"])
def test_19_as_06_no_cell_of_an_export_is_a_formula(sam, as_user, sign):
    person, staff = make_person(sam), as_user(sam)
    plan = make_recipient(f'{sign}HYPERLINK("http://evil.example","x")', "other")
    share = {"agreement": str(make_agreement(plan).pk), "sections": ["identity"], "medium": "print"}
    assert staff.post(reverse("records:agreement-share", args=[person.pk]), share).status_code == 302
    assert Disclosure.objects.exists()
    text = staff.get(reverse("records:accounting-csv", args=[person.pk])).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert any("HYPERLINK" in cell for cell in cells)
    assert not [cell for cell in cells if re.match(r"[\s]*[=+\-@＝]", cell)]


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["supervisor", "clinician", "privacy"])
def test_21_as_60_no_address_title_or_file_name_holds_a_name(ana, cole, dana, role):
    world, client, wrong, count = build_world(ana, cole, dana), browser(role), [], 0
    for address in ADDRESSES:
        response = visit(client, "get", address.url(parts_of(address, world, world.ordinary)))
        told = [response.headers.get("Location", ""), response.headers.get("Content-Disposition", "")]
        if response.headers.get("Content-Type", "").startswith("text/html"):
            page = response.content.decode()
            told += re.findall(r'(?:href|action|src|hx-\w+|data-[\w-]*url)="([^"]*)"', page)
            told += re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
            count += 1
        asked = [one for one in told if not one.startswith(("tel:", "sms:"))]  # those ask no server
        wrong += [f"{address.name}: {one}" for one in asked if any(name in one for name in NAMES)]
    assert not wrong
    assert count > 40


@pytest.fixture
def every_mail(ana, cole, dana, ada, sam, settings):
    """One message of each kind that there is, written by what writes it."""
    settings.ADMISSIONS_MAILBOX = settings.ON_CALL_MAILBOX = settings.PRIVACY_MAILBOX = "d@center.example"
    world = build_world(ana, cole, dana)
    record = world.ordinary
    asking = Actor.partner(record.offer.links.get().pk)
    answers.ask(offer_id=record.offer.pk, text="Which dose?", by=asking, now=clock.now())
    answers.answer(offer_id=record.offer.pk, text="30 mg", by=ana, now=clock.now())
    with transaction.atomic():
        tell_supervisors(record.referral)
    withdrawals.give_notice(notice=record.notice, how="mailed", email="office@partner.example", by=ana)
    consents.revoke(consent=record.consent, how="oral", received_at=clock.now(), by=ana)
    with transaction.atomic():
        incidents.remind_due(clock.now() + timedelta(days=46))
        remind_overdue(clock.now() + timedelta(days=2))
    paper = make_clearance(make_episode(ana), accepted_by=cole, verified_by=dana)
    plan_warnings(paper, clock.now())
    with transaction.atomic():
        sweep_warnings(paper.valid_until - timedelta(minutes=30))
    public = Client()
    public.post("/request/", typed(call_name="Jordan", danger="yes"))
    public.post("/request/change/", {**typed(call_name="Jordan"), "cancel": "yes"})
    public.post("/complaint/", {**typed(), "text": "They told my boss.", "name": "Jordan", "contact": ""})
    connections["public"].close()
    accept(world.restricted.offer, ana)
    for newer in (False, True):
        save(ana, world.restricted.assessment, "health", conditions_notes=f"later {newer}")
        open_packet(
            offer_id=world.restricted.offer.pk,
            medium="fax",
            shape="page",
            by=ana,
            now=clock.now(),
            newer=newer,
        )
    desk = add_contact(
        facility=world.facility, by=sam, role="night", name="Sky", channel="email", reach="n@partner.example"
    )
    resend_link(offer_id=world.colleagues.offer.pk, by=ana, now=clock.now(), code_to=desk.pk)
    asked = {"email": "noor@center.example", "name": "Noor Ade", "role": "clinician"}
    browser("administrator").post("/staff/accounts/new/", asked)
    tell(user=ana, kind=Told.NEW_BROWSER)
    request_import(filename="x.csv", content=directory_file(3), dry_run=True, by=ada)
    return {one.kind: one for one in Message.objects.order_by("created_at")}


@pytest.mark.django_db(transaction=True, databases=["default", "public"])
def test_23_tm_16_no_mail_in_any_language_says_what_or_about_whom(every_mail):
    missing = handlers.kinds() - every_mail.keys()
    assert not missing, "make one of these here, so that its words are read"
    letters = 0
    for kind, message in every_mail.items():
        for language in ("en", "es"):
            with translation.override(language):
                letter = handlers.handler_of(kind)(message)
            if letter is None:
                continue
            letters += 1
            text = f"{letter.subject}\n{letter.body}"
            assert not TELLING.search(text), kind
            assert not [name for name in NAMES if name in text], kind
            assert "{" not in text and "%" not in letter.subject, kind
    assert letters > 15
