"""A GET of any page writes nothing but the audit trail, the session, throttle counters and cached numbers."""

import copy

import pytest
from django.db import connection

from tests.factories.world import build_world
from tests.guards.test_access_matrix import ADDRESSES, browser, may_open, parts_of

pytestmark = pytest.mark.django_db
MAY_GROW = {"audit_event", "django_session", "accounts_cache", "accounts_throttlecounter", "usersessions"}
OPENERS = ("supervisor", "clinician", "privacy", "administrator")


def writes() -> dict[str, int]:
    """Return, for every other table, how often this test's transaction wrote to it, undone or not."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return {name: count for name, count in cursor.fetchall() if not name.startswith(tuple(MAY_GROW))}


@pytest.fixture
def world(ana, cole, dana):
    return build_world(ana, cole, dana)


def test_the_count_sees_a_changed_row(world):
    before = writes()
    world.bed.label = "Another"
    world.bed.save()
    assert {name for name in before if writes()[name] != before[name]} == {"programs_bed"}


@pytest.mark.parametrize("role", OPENERS)
def test_a_get_changes_nothing(world, role):
    client, wrong = browser(role), []
    user = type(world.ordinary.referral.owner).objects.get(email=f"visiting{role}@demo.example")
    cookies = copy.deepcopy(client.cookies)
    before = writes()
    for address in ADDRESSES:
        if not may_open(user, address.access):
            continue
        client.cookies = copy.deepcopy(cookies)
        client.get(address.url(parts_of(address, world, world.ordinary)))
        after = writes()
        if changed := [name for name in after if after[name] != before.get(name)]:
            wrong.append(f"{address.name}: {', '.join(changed)}")
            before = after
    assert not wrong
