"""A withdrawal tells the receivers: fixed words that name nobody in care, given once."""

import uuid

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from config import clock
from config.db import refusal_code
from config.errors import Conflict, Refused
from outbox.handlers import handler_of
from outbox.models import Message
from records.actions import consents, withdrawals
from records.disclose import ByConsent, disclose
from records.models import Disclosure, WithdrawalNotice
from tests.factories.consents import signed_consent
from tests.factories.records import make_helper, make_person, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_person(ana)


def share(by, person, recipient, purpose="treatment", **sections):
    return disclose(
        person=person, recipient=recipient, basis=ByConsent(), purpose=purpose, medium="print", by=by,
        sections=sections or {"identity": lambda: {"name": "Jordan Lee"}}, subject="packet",
    )  # fmt: skip


def take_back(by, consent, how="oral", **given):
    return consents.revoke(consent=consent, how=how, received_at=clock.now(), by=by, **given)


@pytest.fixture
def notice(ana, person):
    harbor = make_recipient()
    consent = signed_consent(ana, person, harbor)
    share(ana, person, harbor)
    take_back(ana, consent)
    return WithdrawalNotice.objects.get()


def test_everybody_who_was_given_something_gets_one_notice_and_nobody_else(ana, person):
    harbor, elm = make_recipient(), make_recipient("Elm Clinic")
    consent = signed_consent(ana, person, harbor, elm)
    packet = share(ana, person, harbor)
    take_back(ana, consent)
    take_back(ana, consent, how="written")
    notice = WithdrawalNotice.objects.get()
    assert notice.recipient == harbor and notice.status == "draft"
    assert packet.id.hex[:8] in notice.text and notice.reference in notice.text
    assert "Do not rely on it further" in notice.text
    assert "Jordan" not in notice.text and person.reference not in notice.text
    assert Disclosure.objects.filter(consent=consent).count() == 1


def test_a_withdrawal_for_one_receiver_tells_that_one(ana, person):
    harbor, elm = make_recipient(), make_recipient("Elm Clinic")
    consent = signed_consent(ana, person, harbor, elm)
    share(ana, person, harbor)
    share(ana, person, elm)
    take_back(ana, consent, recipient=elm)
    assert [one.recipient for one in WithdrawalNotice.objects.all()] == [elm]
    take_back(ana, consent)
    assert {one.recipient for one in WithdrawalNotice.objects.all()} == {harbor, elm}


def test_the_e_mail_says_only_that_a_notice_waits(ana, notice):
    withdrawals.give_notice(notice=notice, how="mailed", email="intake@harbor.example", by=ana)
    message = Message.objects.get(kind=withdrawals.NOTICE_MAIL)
    mail = handler_of(message.kind)(message)
    assert mail.to == "intake@harbor.example" and notice.reference in mail.body
    whole = (mail.subject + mail.body).lower()
    for word in ("consent", "withdraw", "jordan", "record", "treatment", "patient", "harbor detox"):
        assert word not in whole
    with pytest.raises(Conflict):
        withdrawals.give_notice(notice=notice, how="printed", by=ana)


def test_a_relative_is_never_told_by_e_mail(ana, person):
    fay = make_helper(person)
    consent = signed_consent(ana, person, fay, categories=["presence"], purposes=["family"])
    share(ana, person, fay, purpose="family", presence=lambda: "x")
    take_back(ana, consent)
    notice = WithdrawalNotice.objects.get()
    with pytest.raises(Refused):
        withdrawals.give_notice(notice=notice, how="mailed", email="fay@example.com", by=ana)
    with pytest.raises(Refused) as refused:
        withdrawals.give_notice(notice=notice, how="shouted", by=ana)
    assert refused.value.code == "how"
    withdrawals.give_notice(notice=notice, how="phoned", by=ana)
    assert not Message.objects.filter(kind=withdrawals.NOTICE_MAIL).exists()


@pytest.mark.parametrize(
    "change,code",
    [
        ("text = address, address = text", "records_withdrawalnotice_frozen"),
        ("reference = 'JH-XXXXX'", "records_withdrawalnotice_frozen"),
        ("status = 'printed'", "records_withdrawalnotice_told"),
    ],
)
def test_the_database_keeps_the_words_and_wants_who_gave_it(notice, change, code):
    with pytest.raises(DatabaseError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE records_withdrawalnotice SET {change}")
    assert refusal_code(error.value) == code


def test_the_receipt_leads_to_the_notice_and_asks_for_the_written_one(ana, notice, as_user):
    client = as_user(ana)
    consent = notice.revocation.consent
    page = client.get(reverse("records:consent-receipt", args=[consent.pk])).content.decode()
    assert "Ask for it in writing" in page and "Notice to Harbor Detox" in page and "Not given yet" in page
    url = reverse("records:withdrawal-notice", args=[notice.pk])
    shown = client.get(url).content.decode()
    assert "Do not rely on it further" in shown and "checked" not in shown
    assert client.post(url, {"how": "", "submit_key": str(uuid.uuid4())}).status_code == 422
    wrong = {"how": "mailed", "email": "", "submit_key": str(uuid.uuid4())}
    assert client.post(url, wrong).status_code == 422
    assert client.post(url, {"how": "printed", "submit_key": str(uuid.uuid4())}).status_code == 302
    assert "Printed and sent on paper" in client.get(url).content.decode()
    assert client.post(url, {"how": "printed", "submit_key": str(uuid.uuid4())}).status_code == 409
    take_back(ana, consent, how="written")
    page = client.get(reverse("records:consent-receipt", args=[consent.pk])).content.decode()
    assert "Ask for it in writing" not in page
