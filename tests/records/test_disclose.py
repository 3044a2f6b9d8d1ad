"""The one door out: what leaves, what is cut, what is refused, what is written."""

import hashlib
import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from audit.actors import Actor
from audit.models import Event
from config import clock
from records import notices
from records.actions import consents
from records.choices import Category, Medium, Purpose
from records.disclose import ByConsent, NotPermitted, disclose
from records.models import Consent, Disclosure
from tests.factories.consents import draft_consent, sign_consent, signed_consent
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db
LINK = Actor.partner(uuid.uuid4())


def forbidden():
    raise AssertionError("a builder ran that may not run")


def sections(**changes):
    built = {
        Category.IDENTITY: lambda: {"name": "Jordan Lee"},
        Category.SUBSTANCE_USE: lambda: {"items": ["kratom", 32]},
        Category.HEALTH: forbidden,
    }
    return {**built, **changes}


def open_door(person, recipient, **changes):
    given = {
        "person": person,
        "recipient": recipient,
        "basis": ByConsent(),
        "purpose": Purpose.TREATMENT,
        "sections": sections(),
        "medium": Medium.LINK_PAGE,
        "by": LINK,
        "subject": "offer:1",
    }
    return disclose(**{**given, **changes})


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.fixture
def harbor(db):
    return make_recipient()


def refused(person, recipient, **changes):
    with pytest.raises(NotPermitted) as error:
        open_door(person, recipient, **changes)
    assert not Disclosure.objects.exists()
    assert not Event.objects.filter(name__in=["disclosure.made", "disclosure.repeated"]).exists()
    event = Event.objects.filter(name="disclosure.refused").latest("at")
    assert event.ids["code"] == error.value.code and event.person_id == person.pk
    assert not {"Harbor", "Jordan"} & set(str(event.ids).split())
    return error.value


def test_a_packet_carries_what_was_agreed_and_nothing_else(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    packet = open_door(person, harbor)
    assert list(packet.sections) == [Category.IDENTITY, Category.SUBSTANCE_USE]
    assert packet.withheld == (Category.HEALTH,)
    assert hashlib.sha256(packet.notice.encode()).hexdigest() == notices.STATEMENT_1_SHA256
    assert packet.notice_version == "2024" and packet.short_notice == notices.STATEMENT_2
    assert "2.33(b)(1)" in packet.redisclosure
    assert packet.consent_copy.consent_id == consent.pk
    assert packet.consent_copy.text == consent.text_en
    assert "Harbor Detox" in packet.consent_copy.scope and "substance" not in packet.consent_copy.scope
    assert "What I use" in packet.consent_copy.scope


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_copy_of_the_consent_names_its_receiver_and_nobody_else_who_receives(
    ana, person, harbor, language
):
    others = [make_recipient("Willow Detox"), make_recipient("Elm Street Shelter")]
    consent = sign_consent(ana, draft_consent(ana, person, *others, harbor), language=language)
    copy = open_door(person, harbor).consent_copy
    told = " ".join([copy.text, copy.signed_text, copy.scope])
    assert "Willow" not in told and "Elm" not in told
    assert "Willow Detox" in consent.text_en and "Elm Street" in consent.text_es
    assert "\n\n- Harbor Detox\n\n" in copy.signed_text and copy.text.count("Harbor Detox") == 2
    assert (copy.sha256, copy.language) == (consent.sha256, language)


def test_the_accounting_says_when_whom_what_why_and_how(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    packet = open_door(person, harbor)
    row = Disclosure.objects.get()
    assert (row.pk, row.version, row.consent_id, row.basis) == (packet.id, 1, consent.pk, "consent")
    assert row.recipient_name == "Harbor Detox" and row.purpose == "treatment" and row.medium == "link_page"
    assert row.categories == ["identity", "substance_use"]
    assert row.notice_version == "2024" and row.notice_sha256 == notices.STATEMENT_1_SHA256
    assert row.by_kind == "partner" and row.by_id == LINK.id
    assert row.content["sections"] == {
        "identity": {"name": "Jordan Lee"},
        "substance_use": {"items": ["kratom", 32]},
    }
    event = Event.objects.get(name="disclosure.made")
    assert event.person_id == person.pk and event.ids["consent"] == str(consent.pk)
    assert "Jordan" not in str(event.ids)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM records_disclosure t")
        dumped = cursor.fetchone()[0]
    assert "Jordan" not in dumped and b"Jordan".hex() not in dumped and "kratom" not in dumped


def test_opening_the_same_version_again_is_audited_but_accounted_once(ana, person, harbor):
    signed_consent(ana, person, harbor)
    first, second = open_door(person, harbor), open_door(person, harbor, medium=Medium.PDF)
    assert (second.id, second.version) == (first.id, 1)
    assert Disclosure.objects.count() == 1
    assert Event.objects.filter(name="disclosure.repeated").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"sections": sections(**{Category.IDENTITY: lambda: {"name": "Jordan A. Lee"}})},
        {"subject": "offer:2"},
    ],
)
def test_other_content_or_subject_is_another_row(ana, person, harbor, changes):
    signed_consent(ana, person, harbor)
    open_door(person, harbor)
    packet = open_door(person, harbor, **changes)
    assert Disclosure.objects.count() == 2
    assert packet.version == (1 if "subject" in changes else 2)


def test_a_new_consent_is_a_new_row(ana, person, harbor):
    first = signed_consent(ana, person, harbor)
    open_door(person, harbor)
    consents.revoke(consent=first, how="written", received_at=clock.now(), by=ana)
    second = signed_consent(ana, person, harbor)
    assert open_door(person, harbor).consent_copy.consent_id == second.pk
    assert Disclosure.objects.filter(consent=first).count() == 1


def test_no_consent(person, harbor):
    assert refused(person, harbor).code == "no_consent"


def test_a_draft_opens_nothing(ana, person, harbor):
    consents.choose(consent=draft_consent(ana, person, harbor), categories=["identity"], by=ana)
    assert refused(person, harbor).code == "no_consent"


def test_another_recipient_is_told_whom_the_consent_names(ana, person, harbor):
    signed_consent(ana, person, harbor)
    error = refused(person, make_recipient("Elm"))
    assert error.code == "recipient_not_named"
    assert error.message == "The consent names Harbor Detox. It does not name Elm."
    assert "Harbor" not in str(error)


def test_another_persons_consent_opens_nothing(ana, person, harbor):
    signed_consent(ana, person, harbor)
    assert refused(make_person(ana, "Riley Park"), harbor).code == "no_consent"


def test_another_purpose(ana, person, harbor):
    signed_consent(ana, person, harbor)
    assert refused(person, harbor, purpose=Purpose.PAYMENT).code == "purpose_not_covered"


def test_only_what_was_refused_is_asked_for(ana, person, harbor):
    signed_consent(ana, person, harbor)
    error = refused(person, harbor, sections={Category.HEALTH: forbidden})
    assert error.code == "category_not_covered"


def test_nothing_selected(ana, person, harbor):
    signed_consent(ana, person, harbor)
    assert refused(person, harbor, sections={}).code == "nothing_selected"


def test_withdrawn_between_the_page_and_the_sending(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    stale_person, stale_harbor = type(person).objects.get(pk=person.pk), harbor
    consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana)
    assert refused(stale_person, stale_harbor).code == "consent_revoked"


def test_withdrawal_keeps_the_accounting(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    packet = open_door(person, harbor)
    consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana)
    with pytest.raises(NotPermitted):
        open_door(person, harbor)
    assert Disclosure.objects.get().pk == packet.id


def test_an_ended_consent_opens_nothing_before_any_sweep(ana, person, harbor, monkeypatch):
    consent = signed_consent(ana, person, harbor)
    monkeypatch.setattr(clock, "now", lambda: consent.expires_at)
    assert refused(person, harbor).code == "consent_expired"
    monkeypatch.setattr(clock, "now", lambda: consent.expires_at - timedelta(seconds=1))
    assert open_door(person, harbor).sections


def test_the_consent_that_covers_most_is_used(ana, person, harbor):
    wide = signed_consent(ana, person, harbor, categories=["identity", "substance_use", "medications"])
    signed_consent(ana, person, harbor, categories=["contact"])
    assert open_door(person, harbor).consent_copy.consent_id == wide.pk


@pytest.mark.parametrize(
    "change,code", [({"legal_status": ""}, "recipient_status"), ({"active": False}, "recipient_inactive")]
)
def test_a_recipient_must_be_in_order(ana, person, harbor, change, code):
    signed_consent(ana, person, harbor)
    for name, value in change.items():
        setattr(harbor, name, value)
    harbor.save()
    assert refused(person, harbor).code == code


def test_an_altered_notice_closes_the_door(ana, person, harbor, monkeypatch):
    signed_consent(ana, person, harbor)
    monkeypatch.setattr(notices, "STATEMENT_1", notices.STATEMENT_1 + " ")
    assert refused(person, harbor).code == "notice_unavailable"


def test_when_the_trail_cannot_be_written_nothing_leaves(ana, person, harbor, monkeypatch):
    signed_consent(ana, person, harbor)

    def broken(*args, **kwargs):
        raise RuntimeError("audit")

    monkeypatch.setattr("records.disclose.record", broken)
    with pytest.raises(RuntimeError):
        open_door(person, harbor)
    assert not Disclosure.objects.exists()


def test_a_builder_that_fails_leaves_no_row(ana, person, harbor):
    signed_consent(ana, person, harbor)

    def broken():
        raise RuntimeError("builder")

    with pytest.raises(RuntimeError):
        open_door(person, harbor, sections=sections(**{Category.IDENTITY: broken}))
    assert not Disclosure.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"medium": "pigeon"}, {"subject": ""}, {"sections": {"unknown": forbidden}}]
)
def test_a_caller_that_is_wrong_is_a_fault(ana, person, harbor, changes):
    signed_consent(ana, person, harbor)
    with pytest.raises(ValueError):
        open_door(person, harbor, **changes)


@pytest.mark.django_db(transaction=True)
def test_many_openings_at_once_make_one_row(ana):
    person, harbor = make_person(ana), make_recipient()
    signed_consent(ana, person, harbor)
    seen, failed = [], []

    def opened():
        try:
            seen.append(open_door(person, harbor).id)
        except Exception as error:  # noqa: BLE001
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=opened) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failed and len(set(seen)) == 1 and len(seen) == 6
    assert Disclosure.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_under_way_is_waited_for(ana):
    """The door asks for the person's lock, so it answers by what the withdrawal has decided."""
    person, harbor = make_person(ana), make_recipient()
    consent = signed_consent(ana, person, harbor)
    outcome = []

    def opened():
        try:
            open_door(person, harbor)
            outcome.append("opened")
        except NotPermitted as error:
            outcome.append(error.code)
        finally:
            connection.close()

    with transaction.atomic():
        consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana)
        thread = threading.Thread(target=opened)
        thread.start()
        thread.join(0.5)
        assert outcome == []
    thread.join()
    assert outcome == ["consent_revoked"]
    assert Consent.objects.get().status == "revoked"
