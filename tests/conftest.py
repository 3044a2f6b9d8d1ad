"""The test bed: real PostgreSQL migrated as the owner, everything else run as the app's role."""

import gc
import os

import pytest
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as property_settings

from tests import database
from tests.factories.accounts import make_user

# Sync Playwright runs an event loop in the test's thread; Django would refuse the ORM there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


def pytest_collection_finish():
    """Search for garbage less often, and never among what was imported: it took an eighth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


@pytest.fixture(scope="session")
def django_db_setup(request, django_db_blocker):
    """Give each worker its own copy of the migrated template."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    with django_db_blocker.unblock():
        database.make_worker_database(worker)
        TransactionTestCase._fixture_teardown = lambda self: database.reset()
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_user, count(*) FROM pg_tables WHERE tableowner = current_user")
            role, owned = cursor.fetchone()
        assert role == "clearway_app", "tests run as the app's role"
        assert owned == 0, "the running role must own no table"
        connection.close()
    yield


@pytest.fixture(autouse=True)
def in_english():
    """Begin in English, whatever language the page of the test before was in."""
    translation.activate("en")


# A busy machine is no failure; speed is measured elsewhere.
property_settings.register_profile(
    "clearway", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
property_settings.load_profile("clearway")

# The fixed cast: two in admissions, two clinicians, and one of each other role.
CAST = {
    "ana": "admissions",
    "ben": "admissions",
    "cole": "clinician",
    "dana": "clinician",
    "sam": "supervisor",
    "pia": "privacy",
    "audrey": "auditor",
    "ada": "administrator",
}


def _cast_member(name, role):
    @pytest.fixture(name=name)
    def member(db):
        return make_user(role, name)

    return member


for _name, _role in CAST.items():
    globals()[f"{_name}_fixture"] = _cast_member(_name, _role)


@pytest.fixture
def as_user(client):
    """Return a client signed in as the given user."""

    def sign_in(user):
        client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
        return client

    return sign_in


@pytest.fixture(autouse=True)
def every_packet_is_valid(monkeypatch):
    """Read every packet that a test makes as FHIR, by readers that aren't ours."""
    from referrals.actions import packets
    from referrals.fhir.bundle import bundle

    keep = packets._keep

    def kept(*args):
        packet = keep(*args)
        from tests.referrals.fhir.checks import problems_of

        assert problems_of(bundle(packet.content, str(packet.pk))) == []
        return packet

    monkeypatch.setattr(packets, "_keep", kept)
