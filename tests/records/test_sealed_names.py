"""Who is named stands in no plain column: helpers, the accounting, the event that ends a consent."""

import os
import subprocess
import sys
from contextlib import closing

import psycopg2
import pytest
from django.db import IntegrityError, connection, transaction

from config.crypto import seal_value
from config.db import refusal_code
from records.consent_seal import altered
from records.disclose import ByConsent, disclose
from records.models import Consent, ConsentRecipient, DataKey, Disclosure, Recipient
from tests.database import ROLE_VARIABLES, ROOT, TEMPLATE, admin, with_database
from tests.factories.accounts import make_user
from tests.factories.consents import draft_consent, signed_consent
from tests.factories.records import make_helper, make_person, make_recipient

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ana():
    return make_user()


@pytest.fixture
def person(ana):
    return make_person(ana)


def plain_text(table: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
        return cursor.fetchone()[0] or ""


def refused(sql: str, *args) -> str:
    with pytest.raises(IntegrityError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, args)
    return refusal_code(error.value)


def test_no_helper_and_no_receiver_can_be_read_in_the_tables(ana, person):
    helper = make_helper(person, "Fay Rowan")
    consent = signed_consent(
        ana, person, helper, categories=["presence"], offered=["presence"], purposes=["family"]
    )
    packet = disclose(
        person=person, recipient=helper, basis=ByConsent(), purpose="family", medium="phone", by=ana,
        sections={"presence": lambda: "in contact"}, subject="call",
    )  # fmt: skip
    assert Disclosure.objects.get(pk=packet.id).recipient_name == "Fay Rowan"
    assert Recipient.objects.get(pk=helper.pk).called == "Fay Rowan"
    assert str(helper) == f"recipient {helper.pk}"
    assert not altered(Consent.objects.get(pk=consent.pk))
    for table in ("records_recipient", "records_disclosure", "records_consent", "records_consentrecipient"):
        text = plain_text(table)
        assert text and "Fay" not in text and b"Fay".hex() not in text


def test_a_helper_has_no_plain_name_and_an_organisation_no_sealed_one(person):
    helper, harbor = make_helper(person), make_recipient()
    code = "records_recipient_helper_is_sealed"
    assert refused("UPDATE records_recipient SET name = 'Fay' WHERE id = %s", helper.pk) == code
    assert refused("UPDATE records_recipient SET aliases = '{Fay}' WHERE id = %s", helper.pk) == code
    assert refused("UPDATE records_recipient SET sealed_name = NULL WHERE id = %s", helper.pk) == code
    assert refused("UPDATE records_recipient SET kind = 'helper' WHERE id = %s", harbor.pk) == code
    assert refused("UPDATE records_recipient SET name = '' WHERE id = %s", harbor.pk) == code
    assert (
        refused(
            "INSERT INTO records_recipient (id, name, aliases, kind, legal_status, active)"
            " VALUES (gen_random_uuid(), 'Fay', '{}', 'helper', 'other_lawful_holder', true)"
        )
        == code
    )


def test_a_helper_stays_with_their_person(ana, person):
    helper, other = make_helper(person), make_person(ana, "Quinn Ashby")
    code = refused("UPDATE records_recipient SET person_id = %s WHERE id = %s", other.pk, helper.pk)
    assert code == "records_recipient_stays"
    draft = draft_consent(ana, other, make_recipient())
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        ConsentRecipient.objects.create(consent=draft, recipient=helper)
    assert refusal_code(error.value) == "records_helper_of_person"


# ------------------------------------------------------------------ the migration, on a database of its own

BEFORE = """
    INSERT INTO records_datakey (id, wrapped, ring_key) VALUES (%(key)s, %(wrapped)s, 'test');
    INSERT INTO records_person (id, reference, name, language, restricted, data_key_id)
        VALUES (%(person)s, 'JH-TEST', %(sealed)s, 'en', false, %(key)s);
    INSERT INTO records_recipient (id, name, aliases, kind, legal_status, active)
        VALUES (%(helper)s, 'Fay Rowan', '{}', 'helper', 'other_lawful_holder', true),
               (%(unused)s, 'Nobody Named', '{}', 'helper', 'other_lawful_holder', true),
               (%(facility)s, 'Harbor Detox', '{Harbor}', 'facility', 'covered_entity', true);
    INSERT INTO records_consent (id, person_id, data_key_id, kind, status, language, text_version,
            patient_name, discloser, recipient_class, intermediary, participants, purposes, offered,
            categories, statements, expires_event, sha256, signer, revoked_how, created_by)
        VALUES (%(consent)s, %(person)s, %(key)s, 'specific', 'draft', 'en', 1, %(sealed)s, 'Juniper House',
            '', '', '{}', '{family}', '{presence}', '{}', '{}', 'When Dana comes home', '', '', '', %(key)s);
    INSERT INTO records_consentrecipient (consent_id, recipient_id) VALUES (%(consent)s, %(helper)s);
    INSERT INTO records_disclosure (id, person_id, data_key_id, recipient_id, recipient_name,
            recipient_address, basis, purpose, categories, subject, version, medium, notice_version,
            notice_sha256, content, sha256, for_proceedings, by_kind)
        VALUES (%(consent)s, %(person)s, %(key)s, %(helper)s, 'Fay Rowan', '1 Elm Street', 'other', 'family',
            '{presence}', 'call', 1, 'phone', '2024', '', %(sealed)s, '', false, 'staff');
"""
READ = "SELECT name, kind FROM records_recipient ORDER BY kind, name"


@pytest.fixture
def older():
    """A database as it was before names were sealed, with rows; and how to move it on and back."""
    name = "names_before"
    environment = {
        **os.environ,
        **{one: with_database(os.environ[one], name) for one in ROLE_VARIABLES},
        "DJANGO_SETTINGS_MODULE": "config.settings_test",
    }

    def migrate(*args):
        return subprocess.run(
            [sys.executable, "-W", "ignore", "manage.py", "migrate", "--verbosity", "0", *args],
            cwd=ROOT, env=environment, check=True, capture_output=True,
        )  # fmt: skip

    with closing(admin()) as boss, boss.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE {TEMPLATE} OWNER clearway_owner')
        migrate("records", "0004")
        with closing(psycopg2.connect(environment["DATABASE_OWNER_URL"])) as to:
            to.autocommit = True
            yield to, migrate
        cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_names_are_sealed_on_the_way_and_plain_again_on_the_way_back(older):
    to, migrate = older
    key = DataKey.make()
    sealed = seal_value(b"x", key_id=key.pk, key=key.plain(), table="records_person", column="name")
    ids = {one: str(DataKey.make().pk) for one in ("person", "helper", "unused", "facility", "consent")}
    with to.cursor() as cursor:
        cursor.execute(BEFORE, {"key": str(key.pk), "wrapped": key.wrapped, "sealed": sealed, **ids})
        migrate("records", "0005")
        cursor.execute(READ)
        assert cursor.fetchall() == [("Harbor Detox", "facility"), ("", "helper")]
        for table in ("records_recipient", "records_disclosure", "records_consent"):
            cursor.execute(f"SELECT string_agg(t::text, '') FROM {table} t")
            (text,) = cursor.fetchone()
            assert "Fay" not in text and "Elm" not in text and "Dana" not in text
        migrate("records", "0004")
        cursor.execute(READ)
        assert cursor.fetchall() == [("Harbor Detox", "facility"), ("Fay Rowan", "helper")]
        cursor.execute("SELECT recipient_name, recipient_address FROM records_disclosure")
        assert cursor.fetchone() == ("Fay Rowan", "1 Elm Street")
        cursor.execute("SELECT expires_event FROM records_consent")
        assert cursor.fetchone() == ("When Dana comes home",)
