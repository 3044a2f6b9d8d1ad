"""Items 4 to 9 of the outsider suite: what a consent must hold, and what it does when it is used."""

import hashlib
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from config import clock
from config.clock import center_day
from config.db import refusal_code
from outbox.actions import deliver
from outbox.models import Message
from records.actions import consents
from records.choices import Category
from records.forms.prepare import USES
from records.models import Consent, Disclosure
from referrals.models import Offer
from tests.factories.consents import signed_consent
from tests.factories.door import make_emergency
from tests.factories.episodes import make_sendable
from tests.factories.records import make_helper, make_person, make_recipient
from tests.factories.referrals import EVERYTHING, accept, consent_for, make_facility, make_referral, one_sent

pytestmark = pytest.mark.django_db
# Statement 1 of 42 CFR 2.32, with every run of white space as one space.
STATEMENT_SHA256 = "d82205a18044f9f45776343d91e26d8ddb44bf13e136af169ec73d755facd9a8"
STATEMENT = re.compile(r"This record which has been disclosed to you is .*?\(see 42 CFR 2\.31\)\.")
SHORT = "42 CFR part 2 prohibits unauthorized use or disclosure of these records."
PURPOSES = {"specific": ["treatment"], "exchange": ["treatment"], "notes": ["treatment"]}
# What staff fill in for each use; the receiver and the last day are added where the use has them.
FILLED = {
    "specific": {"offered": ["health"]},
    "presence": {"helper_name": "Fay Rowan"},
    "family": {"helper_name": "Fay Rowan", "offered": ["presence", "health"]},
    "tpo": {"offered": ["health"], "ends": "day"},
    "exchange": {"offered": ["health"], "participants": "Harbor\nElm"},
    "proceedings": {"matter": "Case 12", "offered": ["health"]},
    "supervision": {"matter": "Case 12", "event": "End of probation", "offered": ["health"]},
    "research": {"matter": "Study 7", "offered": ["health"], "ends": "day"},
    "notes": {},
}


def url(name, *args):
    return reverse(name, args=args)


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(text.replace("&#x27;", "'").split())


def fields_named_as_wrong(response) -> list[str]:
    """Return the fields that the error summary of a page links to."""
    summary = re.search(r"data-error-summary>(.*?)</div>", response.content.decode(), re.DOTALL)
    return re.findall(r'href="#id_(\w+?)(?:_0)?"', summary[1] if summary else "")


def filled(use: str) -> dict:
    data = {"expires_on": str(center_day(clock.now()) + timedelta(days=30)), "language": "en", **FILLED[use]}
    if use in PURPOSES:
        data["purposes"] = PURPOSES[use]
    if USES[use].receivers:
        data["recipient"] = str(make_recipient(f"For {use}", kind=USES[use].receivers[0]).pk)
    return data


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.mark.parametrize("use", USES)
def test_04_p2_50_each_element_left_out_is_named_alone(ana, person, as_user, use):
    client, page = as_user(ana), url("records:consent-prepare", person.pk) + f"?use={use}"
    data = filled(use)
    for left_out in data.keys() - {"language"}:
        less = {name: value for name, value in data.items() if name != left_out}
        answer = client.post(page, {**less, "submit_key": str(uuid4())})
        assert (answer.status_code, fields_named_as_wrong(answer)) == (422, [left_out])
    assert not Consent.objects.exists()
    assert client.post(page, {**data, "submit_key": str(uuid4())}).status_code == 302


@pytest.mark.parametrize(
    "use,second",
    [
        ("proceedings", {"purposes": ["proceedings", "treatment"]}),
        ("specific", {"purposes": ["treatment", "proceedings"]}),
        ("notes", {"offered": ["counseling_notes", "health"]}),
        ("specific", {"offered": ["health", "counseling_notes"]}),
    ],
)
def test_05_p2_52_proceedings_and_counseling_notes_stand_alone(ana, person, as_user, use, second):
    page = url("records:consent-prepare", person.pk) + f"?use={use}"
    answer = as_user(ana).post(page, {**filled(use), **second, "submit_key": str(uuid4())})
    assert answer.status_code == 422
    assert not Consent.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"for_proceedings": "true", "purpose": "'proceedings'"},
        {"purpose": "'payment'"},
        {"categories": "categories || 'legal'::varchar"},
        {},
    ],
)
def test_05_p2_60_the_database_keeps_every_disclosure_within_its_consent(ana, as_user, changed):
    harbor, referral = make_facility(), make_referral(ana)
    consent_for(ana, referral, harbor, categories=[Category.SUBSTANCE_USE, Category.PRESENCE])
    offer, _token, _code = one_sent(ana, harbor, referral=referral, consent=False)
    accept(offer, ana)
    as_user(ana).post(url("referrals:offer-packet", offer.pk))
    if not changed:  # the same again, but withdrawn meanwhile
        consents.revoke(consent=Consent.objects.get(), how="oral", received_at=clock.now(), by=ana)
    columns = [field.column for field in Disclosure._meta.fields]
    values = ", ".join(
        {"id": "gen_random_uuid()", "subject": "'again'", **changed}.get(one, one) for one in columns
    )
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO records_disclosure ({', '.join(columns)}) SELECT {values} FROM records_disclosure"
        )
    assert refusal_code(error.value) == "records_disclosure_within_consent"
    assert Disclosure.objects.get().purpose == "treatment"


@pytest.fixture
def ready(ana):
    """Somebody whose assessment is with the clinician, and two partners."""
    return make_sendable(ana).episode, make_facility(), make_facility("Northgate")


def press_send(client, episode, facility):
    data = {"facilities": [str(facility.pk)], "answer_hours": "4", "submit_key": str(uuid4())}
    return client.post(url("referrals:offer-send", episode.pk), data)


def test_06_p2_55_a_consent_that_ended_overnight_sends_nothing(ana, ready, as_user, monkeypatch):
    episode, harbor, _northgate = ready
    tomorrow = center_day(clock.now()) + timedelta(days=1)
    signed_consent(ana, episode.person, harbor.recipient, categories=EVERYTHING, expires_on=tomorrow)
    client = as_user(ana)
    assert "Consent on file" in words(client.get(url("referrals:match", episode.pk)))
    later = clock.now() + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: later)
    answer = press_send(client, episode, harbor)
    assert answer.status_code == 422 and "Record consent first" in words(answer)
    assert not Offer.objects.exists() and not Disclosure.objects.exists()


def test_07_p2_56_another_receiver_is_refused_with_whom_the_consent_names(ana, ready, as_user):
    episode, harbor, northgate = ready
    signed_consent(ana, episode.person, harbor.recipient, categories=EVERYTHING)
    answer = press_send(as_user(ana), episode, northgate)
    assert answer.status_code == 422
    assert "The consent names Harbor Detox. It does not name Northgate." in words(answer)
    assert not Offer.objects.exists() and not Message.objects.filter(kind="partner.link").exists()


def test_08_p2_57_a_withdrawal_stops_what_waits_and_keeps_the_accounting(ana, as_user, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    offer, token, code = one_sent(ana)
    person, partner, staff = offer.referral.episode.person, Client(), as_user(ana)
    partner.post(url("partner:verify"), {"token": token, "code": code})
    assert partner.get(url("partner:referral", offer.pk)).status_code == 200
    make_emergency(ana, person)
    before = list(Disclosure.objects.values_list("id", "at", "basis"))
    page = url("records:consent-revoke", Consent.objects.get().pk)
    local = re.search(r'type="datetime-local"[^>]*value="([^"]+)"', staff.get(page).content.decode())[1]
    taken_back = {"scope": "whole", "how": "oral", "received_at": local, "submit_key": str(uuid4())}
    assert staff.post(page, taken_back).status_code == 302
    for message in Message.objects.filter(to=offer.facility.email):
        deliver(message.pk)
    assert not [letter for letter in mail.outbox if token in letter.body]
    for address in (url("partner:landing", token), url("partner:referral", offer.pk)):
        gone = partner.get(address)
        assert gone.status_code == 404 and "This link does not work" in words(gone)
    assert list(Disclosure.objects.values_list("id", "at", "basis")) == before
    assert "Dr. Noor Haddad" in words(staff.get(url("records:disclosure-list", person.pk)))


def statement_in(text: str) -> str:
    """Return the fingerprint of the long statement as it stands in a text."""
    found = STATEMENT.search(" ".join(text.split()))
    return hashlib.sha256(found[0].encode()).hexdigest() if found else ""


def test_09_p2_70_the_statement_of_the_law_is_in_every_medium_with_the_consent(ana, as_user):
    staff, told = as_user(ana), {}
    for medium, name in (("page", "Harbor Detox"), ("fax", "Elm")):
        offer, token, code = one_sent(ana, make_facility(name))
        accept(offer, ana)
        partner = Client()
        partner.post(url("partner:verify"), {"token": token, "code": code})
        told[medium] = (
            partner.post(url("partner:packet", offer.pk))
            if medium == "page"
            else staff.post(url("referrals:offer-packet", offer.pk))
        )
        person = offer.referral.episode.person
    for medium, answer in told.items():
        text = words(answer)
        assert statement_in(text) == STATEMENT_SHA256, medium
        assert "What the person has agreed to" in text and SHORT in text, medium
    table = staff.get(url("records:accounting-csv", person.pk)).content.decode("utf-8-sig")
    assert statement_in(table) == STATEMENT_SHA256


def test_09_p2_70_what_is_told_by_phone_ends_with_the_short_statement(ana, person, as_user):
    helper, staff = make_helper(person), as_user(ana)
    phrase = {"passphrase": "blue kettle morning"}
    staff.post(url("records:helper-passphrase", helper.pk), phrase)
    signed_consent(
        ana, person, helper, categories=["presence"], offered=["presence"], purposes=["family"],
        kind="confirm_presence",
    )  # fmt: skip
    caller = {"person_name": person.name, "helper_name": "Fay Rowan", **phrase}
    tell = staff.post(url("records:helper-call"), caller).url
    said = staff.get(staff.post(tell, {"categories": ["presence"]}).url)
    assert SHORT in words(said)
