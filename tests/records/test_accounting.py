"""The accounting of disclosures: what is in it, for which days, and that making it is on the trail."""

import csv
import io
import re
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pypdf import PdfReader

from audit.actors import Actor
from audit.models import Event
from config import clock
from records import notices
from records.actions import accounting
from records.choices import Category, Purpose
from records.disclose import ByConsent, disclose
from records.models import Disclosure
from records.queries.accounting import PAGE
from tests.factories.consents import signed_consent
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db
LINK = Actor.partner(uuid.uuid4())


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.fixture
def harbor(ana, person):
    recipient = make_recipient()
    signed_consent(ana, person, recipient, purposes=[Purpose.TREATMENT, Purpose.REQUEST])
    return recipient


def share(person, recipient, number=1, purpose=Purpose.TREATMENT, name="Jordan Lee"):
    return disclose(
        person=person, recipient=recipient, basis=ByConsent(), purpose=purpose,
        sections={Category.IDENTITY: lambda: {"name": name}}, medium="print", by=LINK,
        subject=f"offer:{number}",
    )  # fmt: skip


def shared_long_ago(person, packet, days):
    """A row as old as that: the accounting is append-only, so it is written anew under its own date."""
    row = Disclosure.objects.get(pk=packet.id)
    row.pk, row.subject, row.at = uuid.uuid4(), f"old:{days}", clock.now() - timedelta(days=days)
    row.save(force_insert=True)
    return row


def url(name, person, **query):
    text = "&".join(f"{key}={value}" for key, value in query.items())
    return reverse(f"records:{name}", args=[person.pk]) + (f"?{text}" if text else "")


def words(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def rows_of(response):
    assert response.status_code == 200
    table = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    end = table.index([""])
    return table[0], table[1:end], table[end + 1 :]


def text_of(response):
    assert response["Content-Type"] == "application/pdf"
    return " ".join(
        " ".join(page.extract_text() for page in PdfReader(io.BytesIO(response.content)).pages).split()
    )


def test_each_row_says_date_recipient_what_why_and_basis(ana, person, harbor, as_user):
    share(person, harbor)
    header, (row,), notice = rows_of(as_user(ana).get(url("accounting-csv", person)))
    entry = dict(zip(header, row, strict=True))
    assert entry["Recipient"] == "Harbor Detox"
    assert entry["What was shared"] == "Name and date of birth"
    assert entry["Why"] == "Treatment and coordination of care"
    assert entry["Treatment, payment or operations"] == "Yes"
    assert "written consent" in entry["Legal basis"]
    assert entry["Consent signed"] and entry["Date and time"]
    assert notice == [[notices.statement()]]


def test_page_pdf_and_spreadsheet_agree(ana, person, harbor, as_user):
    for number in range(3):
        share(person, harbor, number)
    client = as_user(ana)
    _, rows, _ = rows_of(client.get(url("accounting-csv", person)))
    pdf = text_of(client.get(url("accounting-pdf", person)))
    page = words(client.get(url("disclosure-list", person)))
    assert len(rows) == pdf.count("To: Harbor Detox") == page.count("Harbor Detox") == 3
    assert "Disclosures: 3" in pdf
    assert pdf.count(notices.short_statement()) >= 1
    assert "Printed by Ana Reyes" in pdf


def test_the_usual_window_is_three_years_and_six_can_be_asked(ana, person, harbor, as_user):
    packet = share(person, harbor)
    for days in (365 * 3 + 30, 365 * 5, 365 * 7):
        shared_long_ago(person, packet, days)
    client = as_user(ana)
    assert len(rows_of(client.get(url("accounting-csv", person)))[1]) == 1
    assert len(rows_of(client.get(url("accounting-csv", person, first="2000-01-01")))[1]) == 3


def test_treatment_payment_and_operations_can_be_left_out(ana, person, harbor, as_user):
    share(person, harbor, 1)
    share(person, harbor, 2, purpose=Purpose.REQUEST)
    client = as_user(ana)
    _, rows, _ = rows_of(client.get(url("accounting-csv", person, without_tpo="on")))
    assert [row[4] for row in rows] == ["At the person's request"]
    assert "left out, as asked" in text_of(client.get(url("accounting-pdf", person, without_tpo="on")))


def test_another_persons_rows_are_not_in_it(ana, person, harbor, as_user):
    other = make_person(ana, name="Riley Park", phone="+18045550177")
    signed_consent(ana, other, harbor)
    share(other, harbor)
    page = as_user(ana).get(url("disclosure-list", person))
    assert "Nothing about this person left" in words(page)


@pytest.mark.parametrize("form", ["pdf", "csv"])
def test_that_it_was_made_is_on_the_trail(ana, person, harbor, as_user, form):
    share(person, harbor)
    as_user(ana).get(url(f"accounting-{form}", person))
    event = Event.objects.get(name="accounting.made")
    assert event.person_id == person.pk and event.actor_id == ana.pk
    assert event.ids["form"] == form and event.ids["rows"] == 1


def test_it_is_never_cut_silently(ana, person, harbor, as_user, monkeypatch):
    monkeypatch.setattr(accounting, "LONGEST", 1)
    share(person, harbor, 1)
    share(person, harbor, 2)
    response = as_user(ana).get(url("accounting-pdf", person))
    assert response.status_code == 409
    assert "Choose fewer days" in words(response)
    assert not Event.objects.filter(name="accounting.made").exists()


def test_the_page_is_read_in_parts_with_the_same_queries(ana, person, harbor, as_user):
    client = as_user(ana)
    share(person, harbor, 0)
    few = queries(client, url("disclosure-list", person))
    for number in range(1, PAGE + 3):
        share(person, harbor, number)
    assert queries(client, url("disclosure-list", person)) == few
    first = client.get(url("disclosure-list", person)).content.decode()
    onward = re.search(r'rel="next" href="([^"]+)"', first)[1].replace("&amp;", "&")
    second = client.get(onward)
    assert words(second).count("Harbor Detox") == 3
    assert 'rel="next"' not in second.content.decode()


def queries(client, address):
    client.get(address)
    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    return len(captured)


@pytest.mark.parametrize("query", [{"first": "nonsense"}, {"after": "x~y"}, {"after": "2026-01-01~1"}])
def test_a_mangled_address_is_no_crash(ana, person, harbor, as_user, query):
    assert as_user(ana).get(url("disclosure-list", person, **query)).status_code in (200, 422)


def test_a_name_cannot_become_a_formula_or_a_file_name(ana, as_user):
    person = make_person(ana, name="=cmd|'/c calc'!A1")
    recipient = make_recipient("=HYPERLINK(1)")
    signed_consent(ana, person, recipient)
    share(person, recipient)
    response = as_user(ana).get(url("accounting-csv", person))
    assert b"'=HYPERLINK(1)" in response.content
    assert response["Content-Disposition"] == 'attachment; filename="accounting.csv"'
    pdf = as_user(ana).get(url("accounting-pdf", person))
    assert "=cmd|" in text_of(pdf)
    assert PdfReader(io.BytesIO(pdf.content)).metadata.title == "Accounting of disclosures"
