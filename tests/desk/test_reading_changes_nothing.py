"""A GET of any page writes nothing but the audit trail, the session, throttle counters and cached numbers."""

import copy

import pytest
from django.db import connection

from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, browser, may_open, parts_of

pytestmark = pytest.mark.django_db
MAY_GROW = {"audit_event", "django_session", "accounts_cache", "accounts_throttlecounter"}
OPENERS = ("supervisor", "clinician", "privacy", "administrator")


def fingerprints() -> dict[str, str]:
    """Return, for every other table, how many rows it has and a sum over their contents."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        tables = [name for (name,) in cursor.fetchall() if not name.startswith(tuple(MAY_GROW))]
        cursor.execute(
            " UNION ALL ".join(
                f"SELECT '{name}', count(*)::text || ' ' || coalesce(sum(hashtext(t::text)), 0)::text"
                f' FROM "{name}" AS t'
                for name in tables
                if not name.startswith("usersessions")
            )
        )
        return dict(cursor.fetchall())


@pytest.fixture
def world(ana, cole, dana):
    return build_world(ana, cole, dana)


def test_the_fingerprint_sees_a_changed_row(world):
    before = fingerprints()
    world.bed.label = "Another"
    world.bed.save()
    assert {name for name in before if fingerprints()[name] != before[name]} == {"programs_bed"}


@pytest.mark.parametrize("role", OPENERS)
def test_a_get_changes_nothing(world, role):
    client, wrong = browser(role), []
    user = type(world.ordinary.referral.owner).objects.get(email=f"visiting{role}@demo.example")
    cookies = copy.deepcopy(client.cookies)
    before = fingerprints()
    for address in ADDRESSES:
        if not may_open(user, address.access):
            continue
        client.cookies = copy.deepcopy(cookies)
        client.get(address.url(parts_of(address, world, world.ordinary)))
        after = fingerprints()
        if changed := [name for name in after if after[name] != before.get(name)]:
            wrong.append(f"{address.name}: {', '.join(changed)}")
            before = after
    assert not wrong
