"""What people ask for about their record: the law's clocks, one extension, one end, a copy by the door."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.choices import Role
from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from desk.today import items_for
from records.actions import rights_requests
from records.actions.own_access import give_accounting
from records.choices import Category, Purpose
from records.disclose import ByConsent, disclose
from records.models import Disclosure, RightsRequest
from records.queries.rights_requests import rights_requests_for
from records.rules.accounting import window
from tests.factories.accounts import make_stale, make_user
from tests.factories.consents import signed_consent
from tests.factories.door import make_limit, make_rights
from tests.factories.episodes import make_episode
from tests.factories.records import make_recipient

pytestmark = pytest.mark.django_db
KNOWN = {"how": "known", "authority": ""}


@pytest.fixture
def person(ana):
    return make_episode(ana).person


def today():
    return center_day(clock.now())


def ago(days):
    return today() - timedelta(days=days)


def hand_over(person, by):
    """Hand the person the accounting of the usual days, printed."""
    return give_accounting(
        person=person, window=window(None, None, today()), tpo=True, medium="print", by=by, **KNOWN
    )


def shared(person, ana):
    recipient = make_recipient()
    signed_consent(ana, person, recipient)
    return disclose(
        person=person, recipient=recipient, basis=ByConsent(), purpose=Purpose.TREATMENT, medium="print",
        sections={Category.IDENTITY: lambda: [["Name", "x"]]}, by=ana, subject="offer:1",
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "days"), [("access", 30), ("amendment", 60), ("accounting", 60)])
def test_the_clock_is_the_laws_and_is_extended_once(pia, person, kind, days):
    row = make_rights(person, kind=kind, received_on=ago(3))
    assert row.due_on == ago(3) + timedelta(days=days)
    row = rights_requests.extend(request=row, reason="The archive is away", by=pia)
    assert row.due_on == ago(3) + timedelta(days=days + 30)
    with pytest.raises(Conflict):
        rights_requests.extend(request=row, reason="Again", by=pia)


def test_the_time_is_extended_before_it_is_over_and_for_a_reason(pia, person):
    with pytest.raises(Refused):
        rights_requests.extend(request=make_rights(person), reason=" ", by=pia)
    with pytest.raises(Conflict):
        rights_requests.extend(request=make_rights(person, received_on=ago(31)), reason="Late", by=pia)


def test_what_can_not_have_been_asked_is_refused(person):
    for wrong in ({"received_on": ago(-1)}, {"wish": " "}, {"kind": "other"}, {"asked_how": "dream"}):
        with pytest.raises(Refused) as refused:
            make_rights(person, **wrong)
        assert refused.value.field == next(iter(wrong))


def test_a_copy_is_fulfilled_only_when_one_left_by_the_door_since(pia, person):
    hand_over(person, pia)
    row = make_rights(person)
    with pytest.raises(Refused) as refused:
        rights_requests.close(request=row, status="fulfilled", outcome="Given", by=pia)
    assert refused.value.code == "no_copy"


def test_an_accounting_is_handed_over_by_the_door_and_closes_its_request(ana, pia, person):
    shared(person, ana)
    row = make_rights(person, kind="accounting")
    packet = hand_over(person, pia)
    left = Disclosure.objects.get(pk=packet.id)
    assert left.basis == "own_access" and left.identity_check.how == "known"
    assert left.recipient_name == person.name
    text = str(left.content["sections"])
    assert "Harbor Detox" in text and "Disclosures" in text
    assert Event.objects.filter(name="accounting.made", person_id=person.pk).count() == 1
    row = rights_requests.close(request=row, status="fulfilled", outcome="Handed over", by=pia)
    assert row.disclosure_id == left.pk


def test_an_accounting_can_not_be_denied(pia, person):
    row = make_rights(person, kind="accounting")
    with pytest.raises(Refused):
        rights_requests.close(request=row, status="denied", outcome="No", by=pia)


def test_few_close_and_only_once(ana, pia, person):
    row = make_rights(person, kind="amendment")
    with pytest.raises(Refused):
        rights_requests.close(request=row, status="denied", outcome="It is accurate", by=ana)
    with pytest.raises(Refused):
        rights_requests.close(request=row, status="denied", outcome=" ", by=pia)
    rights_requests.close(request=row, status="denied", outcome="It is accurate", by=pia)
    with pytest.raises(Conflict):
        rights_requests.close(request=row, status="fulfilled", outcome="Changed", by=pia)
    assert Event.objects.get(name="rights_request.closed").ids["status"] == "denied"


CLOSED = "closed_at = app_now(), closed_by = recorded_by, outcome = wish"


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM records_rightsrequest", "steps"),
        ("UPDATE records_rightsrequest SET received_on = received_on + 9, due_on = due_on + 9", "steps"),
        ("UPDATE records_rightsrequest SET wish = recorded_by::text::bytea", "steps"),
        (
            "UPDATE records_rightsrequest SET status = 'extended', extended_at = app_now(),"
            " extended_by = recorded_by, extension_reason = wish, due_on = due_on + 90",
            "due",
        ),
        (
            "UPDATE records_rightsrequest SET status = 'extended', extended_at = app_now(),"
            " extended_by = recorded_by, due_on = due_on + 30",
            "extended",
        ),
        (f"UPDATE records_rightsrequest SET status = 'denied', {CLOSED}", "never_denied"),
        (f"UPDATE records_rightsrequest SET status = 'fulfilled', {CLOSED}", "copy_left"),
        ("UPDATE records_rightsrequest SET status = 'withdrawn'", "closed"),
        (
            f"UPDATE records_rightsrequest SET status = 'fulfilled', {CLOSED},"
            " disclosure_id = (SELECT id FROM records_disclosure)",
            "own_copy",
        ),
    ],
)
def test_raw_sql_as_the_apps_role_meets_the_same_rules(ana, person, statement, code):
    shared(person, ana)
    make_rights(person, kind="accounting")
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert refusal_code(error.value) == f"records_rightsrequest_{code}"


def test_what_was_closed_stays_and_nothing_begins_closed(pia, person):
    row = make_rights(person, kind="amendment")
    rights_requests.close(request=row, status="denied", outcome="It is accurate", by=pia)
    for statement in (
        "UPDATE records_rightsrequest SET status = 'open', closed_at = NULL, closed_by = NULL,"
        " outcome = NULL",
        "INSERT INTO records_rightsrequest SELECT (jsonb_populate_record(r, jsonb_build_object('id',"
        " gen_random_uuid()))).* FROM records_rightsrequest r",
    ):
        with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
        assert refusal_code(error.value) == "records_rightsrequest_steps"


def test_the_words_are_sealed(pia, person):
    row = make_rights(person, wish="Zanzibar", kind="amendment")
    rights_requests.extend(request=row, reason="Quagmire", by=pia)
    rights_requests.close(request=row, status="denied", outcome="Xylophone", by=pia)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_rightsrequest t")
        (stored,) = cursor.fetchone()
    for word in ("Zanzibar", "Quagmire", "Xylophone"):
        assert word not in stored and word.encode().hex() not in stored
    row.refresh_from_db()
    assert (row.wish, row.extension_reason, row.outcome) == ("Zanzibar", "Quagmire", "Xylophone")


def test_from_request_to_answer_in_the_browser(ana, pia, person, as_user):
    browser = as_user(ana)
    given = {"kind": "accounting", "wish": "Who knows", "asked_how": "phone", "received_on": str(ago(1))}
    made = browser.post(reverse("records:rights-new", args=[person.pk]), given)
    row = RightsRequest.objects.get()
    make_limit(person, wish="Not my aunt", agreed=False)
    listed = browser.get(made.url).content.decode()
    assert "Who knows" in listed and "Not my aunt" in listed and "59 days left" in listed
    page = reverse("records:rights", args=[row.pk])
    assert "A supervisor or the privacy officer closes it" in browser.get(page).content.decode()
    assert browser.post(reverse("records:rights-close", args=[row.pk])).status_code == 403
    browser = as_user(pia)
    desk = browser.get(reverse("records:privacy")).content.decode()
    assert page in desk and "Who knows" not in desk
    close = reverse("records:rights-close", args=[row.pk])
    answer = {"status": "fulfilled", "outcome": "Printed and given"}
    early = browser.post(close, answer)
    assert early.status_code == 422 and "First hand it over" in early.content.decode()
    give = reverse("records:accounting-give", args=[person.pk])
    assert give in browser.get(page).content.decode()
    left = browser.post(give, {"how": "known", "authority": "person", "medium": "print"})
    assert "Accounting of disclosures" in browser.get(left.url).content.decode()
    assert browser.post(close, answer).url == page
    assert "Printed and given" in browser.get(page).content.decode()
    assert browser.post(close, answer).status_code == 409


def test_nobody_else_sees_one(ana, person, as_user):
    row = make_rights(person)
    page = reverse("records:rights", args=[row.pk])
    for role, status in ((Role.ADMISSIONS, 404), (Role.AUDITOR, 403), (Role.ADMINISTRATOR, 403)):
        other = make_user(role, f"other-{role}")
        assert as_user(other).get(page).status_code == status
        assert not rights_requests_for(other).exists()


def test_handing_over_and_downloading_ask_who_is_there(ana, person, as_user):
    packet = shared(person, ana)
    browser = as_user(ana)
    make_stale(browser)
    for name in ("accounting-pdf", "accounting-csv"):
        asked = browser.get(reverse(f"records:{name}", args=[person.pk]))
        assert b"Confirm it" in asked.content and "attachment" not in str(asked.headers)
    for name, pk in (("accounting-give", person.pk), ("misdirected", packet.id)):
        assert b"Confirm it" in browser.post(reverse(f"records:{name}", args=[pk])).content
    assert not Event.objects.filter(name="accounting.made").exists()


def queries(client, url):
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_the_pages_ask_as_much_of_the_database_however_many_there_are(ana, pia, as_user):
    people = [make_episode(ana, name).person for name in ("Jordan Lee", "Riley Park", "Casey Moon")]
    browser = as_user(pia)
    make_rights(people[0])
    make_limit(people[0], agreed=False)
    urls = [reverse("records:privacy"), reverse("records:rights-list", args=[people[0].pk])]
    few = [queries(browser, url) for url in urls]
    for person in people * 2:
        make_rights(person)
        make_limit(person, agreed=False)
    assert [queries(browser, url) for url in urls] == few


def test_today_says_what_is_late_to_those_who_answer_it(ana, pia, sam, person):
    now = clock.now()
    make_rights(person, received_on=ago(30))
    assert not [item for item in items_for(pia, now) if item.kind == "privacy_duty"]
    make_rights(person, received_on=ago(31))
    make_limit(person, agreed=False, asked_at=now - timedelta(days=8))
    for user in (pia, sam):
        (item,) = [item for item in items_for(user, now) if item.kind == "privacy_duty"]
        assert item.why == "2 reports and requests are overdue" and item.due_at < now
        assert item.url == reverse("records:privacy") and item.who == ""
    assert not [item for item in items_for(ana, now) if item.kind == "privacy_duty"]


def test_today_counts_in_the_same_queries(pia, person):
    def number():
        items_for(pia, clock.now())
        with CaptureQueriesContext(connection) as captured:
            items_for(pia, clock.now())
        return len(captured)

    make_rights(person, received_on=ago(40))
    few = number()
    for _ in range(3):
        make_rights(person, received_on=ago(40))
    assert number() == few
