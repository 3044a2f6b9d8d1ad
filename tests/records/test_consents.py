"""Preparing, signing, freezing, withdrawing and ending consents."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import DatabaseError, connection, transaction

from audit.models import Event
from config import clock
from config.clock import center_day
from config.db import refusal_code
from config.errors import Conflict, Refused
from records import hooks
from records.actions import consents
from records.choices import Category, ConsentStatus, Language, Purpose
from records.consent_seal import altered, fingerprint_of_texts, texts_of
from records.consent_texts import blocks
from records.models import Consent, ConsentRevocation
from records.queries import live_consent
from tests import database
from tests.factories.consents import CHOSEN, draft_consent, sign_consent, signed_consent
from tests.factories.records import make_person, make_recipient

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(ana):
    return make_person(ana)


@pytest.fixture
def harbor(db):
    return make_recipient(aliases=["Harbor"])


@pytest.fixture
def brigid(db):
    return make_recipient("St. Brigid Hospital")


@pytest.fixture
def calls(monkeypatch):
    seen = []
    monkeypatch.setattr(hooks, "after_revoke", [lambda **kwargs: seen.append(kwargs)])
    return seen


def raw(sql, *params):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def test_a_signed_consent_holds_every_element_and_is_usable(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    stored = Consent.objects.get(pk=consent.pk)
    assert stored.status == ConsentStatus.SIGNED
    assert stored.categories == ["identity", "substance_use", "medications"]
    assert stored.statements == [
        "hipaa_redisclosure", "potential_redisclosure", "refusal_consequences", "revocation",
    ]  # fmt: skip
    assert stored.signature == "Jordan Lee" and stored.signing.typed_name == "Jordan Lee"
    assert stored.signing.witness_id == ana.pk
    assert altered(stored) == ()
    assert live_consent(person, harbor, "treatment", CHOSEN, clock.now()) == stored
    assert live_consent(person, harbor, "treatment", [Category.HEALTH], clock.now()) is None
    assert live_consent(person, harbor, "payment", [], clock.now()) is None
    event = Event.objects.get(name="consent.signed")
    assert event.person_id == person.pk and event.ids["sha256"] == stored.sha256
    assert "Jordan" not in str(event.ids)


def test_both_texts_say_the_same_things(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    english, spanish = blocks(consent.text_en), blocks(consent.text_es)
    assert [b.kind for b in english] == [b.kind for b in spanish]
    assert "Harbor Detox" in consent.text_en and "Harbor Detox" in consent.text_es
    assert (
        "in writing at any time" in consent.text_en and "por escrito en cualquier momento" in consent.text_es
    )
    assert "civil, criminal, administrative or legislative" in consent.text_en
    assert consent.text_en.count("Jordan Lee") == 1
    listed = [b for b in english if b.kind == "list"]
    assert len(listed[1].lines) == 3


def test_a_name_cannot_break_the_layout(ana, harbor):
    person = make_person(ana, "Jordan\n\n# What may be shared\n\n- Everything")
    text = draft_text(draft_consent(ana, person, harbor))
    assert [b.lines[0] for b in blocks(text) if b.kind == "heading"].count("What may be shared") == 1


def draft_text(consent):
    return texts_of(consent, ["identity"])["en"]


@pytest.mark.parametrize(
    "change,field",
    [
        ({"purposes": []}, "purposes"),
        ({"offered": []}, "offered"),
        ({"expires_on": -1}, "expires_on"),
        ({"expires_on": 0}, "expires_on"),
        ({"expires_on": 400}, "expires_on"),
        ({"purposes": [Purpose.PAYMENT]}, "purposes"),
    ],
)
def test_a_draft_that_cannot_become_a_consent_is_refused(ana, person, harbor, change, field):
    if "expires_on" in change:
        change = {"expires_on": center_day(clock.now()) + timedelta(days=change["expires_on"])}
    with pytest.raises(Refused) as refused:
        draft_consent(ana, person, harbor, **change)
    assert refused.value.field == field
    assert not Consent.objects.exists()


def test_a_recipient_without_legal_status_cannot_be_named(ana, person):
    with pytest.raises(Refused) as refused:
        draft_consent(ana, person, make_recipient(legal_status=""))
    assert refused.value.code == "recipient_status"


def test_what_is_signed_is_what_was_shown(ana, person, harbor):
    draft = draft_consent(ana, person, harbor)
    chosen = consents.choose(consent=draft, categories=["identity"], by=ana)
    seen = fingerprint_of_texts(texts_of(chosen, chosen.categories))
    consents.choose(consent=draft, categories=["identity", "health"], by=ana)
    with pytest.raises(Conflict):
        consents.sign_on_screen(consent=draft, typed_name="Jordan Lee", language="en", seen=seen, by=ana)
    assert Consent.objects.get().status == ConsentStatus.DRAFT


@pytest.mark.parametrize("name", ["", "   "])
def test_no_signature_without_a_name(ana, person, harbor, name):
    with pytest.raises(Refused) as refused:
        sign_consent(ana, draft_consent(ana, person, harbor), name=name)
    assert refused.value.field == "typed_name"


def test_nothing_is_chosen_that_was_not_offered(ana, person, harbor):
    draft = draft_consent(ana, person, harbor, offered=["identity"])
    with pytest.raises(Refused):
        consents.choose(consent=draft, categories=["health"], by=ana)
    with pytest.raises(Refused) as refused:
        consents.choose(consent=draft, categories=[], by=ana)
    assert refused.value.code == "categories_none"


def test_a_missing_element_is_named_at_signing(ana, person, harbor):
    draft = draft_consent(ana, person, harbor)
    raw("UPDATE records_consent SET discloser = ''")
    with pytest.raises(Refused) as refused:
        sign_consent(ana, draft)
    assert refused.value.reasons == ("discloser",)


def test_signing_twice_signs_once(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    with pytest.raises(Conflict):
        sign_consent(ana, consent)
    with pytest.raises(Conflict):
        consents.discard(consent=consent, by=ana)


FROZEN = [
    "UPDATE records_consent SET discloser = 'Somebody else'",
    "UPDATE records_consent SET categories = categories || '{health}'",
    "UPDATE records_consent SET text_en = text_es",
    "UPDATE records_consent SET expires_at = expires_at + interval '1 year'",
    "UPDATE records_consent SET expires_on = expires_on + 300",
    "UPDATE records_consent SET sha256 = repeat('a', 64)",
    "UPDATE records_consent SET signed_at = signed_at - interval '1 day'",
    "UPDATE records_consent SET status = 'draft', signed_at = NULL, sha256 = ''",
    "UPDATE records_consent SET status = 'discarded', signed_at = NULL, sha256 = ''",
    "UPDATE records_consent SET status = 'revoked', revoked_at = now(), discloser = 'x'",
    "UPDATE records_consent SET data_key_id = gen_random_uuid()",
    "DELETE FROM records_consent",
    "DELETE FROM records_consentrecipient",
    "UPDATE records_consentrecipient SET recipient_id = recipient_id, revoked_at = NULL",
    "UPDATE records_consentrecipient SET recipient_id = gen_random_uuid()",
]


@pytest.mark.parametrize("sql", FROZEN)
def test_the_database_freezes_a_signed_consent(ana, person, harbor, sql):
    signed_consent(ana, person, harbor)
    with pytest.raises(DatabaseError) as refused:
        raw(sql)
    assert refusal_code(refused.value) in ("records_consent_frozen", "records_consentrecipient_frozen")


def test_nobody_is_added_to_a_signed_consent(ana, person, harbor, brigid):
    consent = signed_consent(ana, person, harbor)
    with pytest.raises(DatabaseError) as refused:
        raw(
            "INSERT INTO records_consentrecipient (consent_id, recipient_id) VALUES (%s, %s)",
            consent.pk, brigid.pk,
        )  # fmt: skip
    assert refusal_code(refused.value) == "records_consentrecipient_frozen"


def test_a_withdrawal_is_set_once(ana, person, harbor):
    signed_consent(ana, person, harbor)
    assert raw("UPDATE records_consent SET status = 'revoked', revoked_at = now(), revoked_how = 'oral'") == 1
    for sql in (
        "UPDATE records_consent SET revoked_at = now() - interval '1 day'",
        "UPDATE records_consent SET status = 'signed', revoked_at = NULL, revoked_how = ''",
        "UPDATE records_consent SET status = 'expired', expired_at = now(), revoked_at = NULL",
    ):
        with pytest.raises(DatabaseError):
            raw(sql)


def test_a_consent_cannot_be_born_signed(ana, person, harbor):
    consent = signed_consent(ana, person, harbor)
    with pytest.raises(DatabaseError) as refused:
        raw(
            "INSERT INTO records_consent SELECT (jsonb_populate_record(c, jsonb_build_object('id',"
            " gen_random_uuid()))).* FROM records_consent c WHERE id = %s",
            consent.pk,
        )
    assert refusal_code(refused.value) == "records_consent_begins_as_draft"


@pytest.mark.parametrize(
    "table", ["records_consentsignature", "records_consentrevocation", "records_disclosure"]
)
@pytest.mark.parametrize("verb", ["DELETE FROM {}", "UPDATE {} SET id = id"])
def test_append_only_tables_refuse_the_app(table, verb):
    with pytest.raises(DatabaseError, match="permission denied"):
        raw(verb.format(table))


@pytest.mark.django_db(transaction=True)
def test_even_the_owner_cannot_change_a_signature(ana):
    signed_consent(ana, make_person(ana), make_recipient())
    owner = database.owner()
    with owner.cursor() as cursor, pytest.raises(Exception, match="never changed"):
        cursor.execute("UPDATE records_consentsignature SET language = 'es'")
    owner.close()


@pytest.mark.django_db(transaction=True)
def test_verify_consents_finds_what_was_altered_behind_the_trigger(ana, capsys):
    kept = signed_consent(ana, make_person(ana), make_recipient())
    changed = signed_consent(ana, make_person(ana, "Riley Park"), make_recipient("Elm"))
    call_command("verify_consents")
    assert "2 signed consents are as they were signed" in capsys.readouterr().out
    owner = database.owner()
    with owner.cursor() as cursor:
        cursor.execute("ALTER TABLE records_consent DISABLE TRIGGER records_consent_frozen")
        cursor.execute(
            "UPDATE records_consent SET categories = '{identity,health}' WHERE id = %s", [str(changed.pk)]
        )
        cursor.execute("ALTER TABLE records_consent ENABLE TRIGGER records_consent_frozen")
    owner.close()
    with pytest.raises(CommandError, match="1 of 2"):
        call_command("verify_consents")
    shown = capsys.readouterr().err
    assert str(changed.pk) in shown and "categories" in shown and str(kept.pk) not in shown


def test_withdrawal_takes_effect_at_once_and_tells_the_hooks(ana, person, harbor, calls):
    consent = signed_consent(ana, person, harbor)
    row = consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana, note="By phone.")
    assert live_consent(person, harbor, "treatment", [], clock.now()) is None
    assert Consent.objects.get().status == ConsentStatus.REVOKED
    assert [call["consent"].pk for call in calls] == [consent.pk]
    assert ConsentRevocation.objects.get(pk=row.pk).note == "By phone."
    consents.revoke(consent=consent, how="written", received_at=clock.now(), by=ana)
    assert [one.how for one in ConsentRevocation.objects.order_by("recorded_at")] == ["oral", "written"]
    assert Consent.objects.get().revoked_how == "oral"


def test_one_recipient_can_be_taken_out(ana, person, harbor, brigid, calls):
    consent = signed_consent(ana, person, harbor, brigid)
    consents.revoke(consent=consent, how="written", received_at=clock.now(), by=ana, recipient=harbor)
    assert live_consent(person, harbor, "treatment", [], clock.now()) is None
    assert live_consent(person, brigid, "treatment", [], clock.now()) == consent
    assert altered(Consent.objects.get()) == ()
    consents.revoke(consent=consent, how="written", received_at=clock.now(), by=ana, recipient=brigid)
    assert Consent.objects.get().status == ConsentStatus.REVOKED
    assert len(calls) == 2


def test_a_withdrawal_has_a_possible_time_and_a_signature_before_it(ana, person, harbor):
    draft = draft_consent(ana, person, harbor)
    with pytest.raises(Refused) as refused:
        consents.revoke(consent=draft, how="oral", received_at=clock.now(), by=ana)
    assert refused.value.code == "not_signed"
    consent = sign_consent(ana, draft)
    for hours, code in ((1, "received_future"), (-1, "received_early")):
        with pytest.raises(Refused) as refused:
            consents.revoke(
                consent=consent, how="oral", received_at=clock.now() + timedelta(hours=hours), by=ana
            )
        assert refused.value.code == code


def test_a_hook_that_fails_undoes_the_whole_withdrawal(ana, person, harbor, monkeypatch):
    consent = signed_consent(ana, person, harbor)

    def broken(**kwargs):
        raise RuntimeError("upper app")

    monkeypatch.setattr(hooks, "after_revoke", [broken])
    with pytest.raises(RuntimeError):
        consents.revoke(consent=consent, how="oral", received_at=clock.now(), by=ana)
    assert Consent.objects.get().status == ConsentStatus.SIGNED
    assert not ConsentRevocation.objects.exists()


def test_the_sweep_ends_consents_and_runs_the_same_hook_once(ana, person, harbor, calls):
    consent = signed_consent(ana, person, harbor)
    assert consents.expire_due(consent.expires_at - timedelta(seconds=1)) == 0
    assert live_consent(person, harbor, "treatment", [], consent.expires_at - timedelta(seconds=1))
    # Used after its end, before any sweep: refused all the same.
    assert live_consent(person, harbor, "treatment", [], consent.expires_at) is None
    assert consents.expire_due(consent.expires_at) == 1
    assert consents.expire_due(consent.expires_at) == 0
    assert Consent.objects.get().status == ConsentStatus.EXPIRED
    assert len(calls) == 1


def test_the_last_day_ends_at_midnight_in_the_center(settings):
    from datetime import UTC, date, datetime

    settings.CENTER_TIME_ZONE = "America/New_York"
    assert consents.end_of_day(date(2026, 7, 14)) == datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
    assert consents.end_of_day(date(2026, 11, 1)) == datetime(2026, 11, 2, 5, 0, tzinfo=UTC)


def test_names_and_words_are_not_in_the_tables_in_plain(ana, person, harbor):
    consents.revoke(
        consent=signed_consent(ana, person, harbor),
        how="oral",
        received_at=clock.now(),
        by=ana,
        note="Bluebird",
    )
    with connection.cursor() as cursor:
        for table in ("records_consent", "records_consentsignature", "records_consentrevocation"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            dumped = cursor.fetchone()[0]
            for word in ("Jordan", "Bluebird", "I sign"):
                assert word not in dumped
                assert word.encode().hex() not in dumped


def test_languages_of_texts_are_the_ones_people_choose_from(ana, person, harbor):
    assert set(texts_of(draft_consent(ana, person, harbor), [])) == set(Language.values)
