"""The watch: checks new seals at once and the whole trail over and over, and raises an alarm for damage.

It finds what somebody did as the owner of the database while the product runs. It works inside the database
that it checks, so it is no proof: an export and a checkpoint kept elsewhere are.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from audit import hooks
from audit.actions import record
from audit.actors import Actor
from audit.choices import Damage
from audit.models import Alarm, Watch
from audit.rows import fetch, last_seal, sealed_rows
from audit.verifier import FIRST_PREVIOUS, row_problems

AT_ONCE = 2000  # seals a sweep checks anew, and at most as many of the new ones
MOST_ALARMS = 20  # in one sweep: a whole table that was damaged raises these, and the export names all

Found = list[tuple[str, int, UUID | None]]


@transaction.atomic
def watch_sweep(now: datetime) -> list[Alarm]:
    """Check a portion; return the alarms that are new. Each damage is raised once."""
    Watch.objects.get_or_create(pk=1)
    state = Watch.objects.select_for_update().get(pk=1)
    last = last_seal()[0]
    found: Found = []
    if state.reached > last:
        found.append((Damage.TRUNCATED, last + 1, None))
        state.reached, state.reached_hash = last, _hash_of(last)
    elif _hash_of(state.reached) != state.reached_hash:
        found.append((Damage.REPLACED, state.reached, None))
    more, state.reached = _check(state.reached, last)
    state.reached_hash = _hash_of(state.reached)
    again, reached = _check(state.again, state.reached)
    found += more + again
    state.again = 0 if reached >= state.reached else reached
    if not state.again:
        state.whole_at = now
    state.save()
    return _raise(found)


def _hash_of(number: int) -> str:
    """Return the fingerprint of a seal; zeros before the first, "" for one that is gone."""
    if not number:
        return FIRST_PREVIOUS
    rows = fetch("SELECT hash FROM audit_seal WHERE number = %s", [number])
    return bytes(rows[0][0]).hex() if rows else ""


def _check(after: int, until: int) -> tuple[Found, int]:
    """Check up to AT_ONCE seals after a number; return what is wrong and the number that was reached."""
    keys = settings.KEY_RING["audit"]["keys"]
    found: Found = []
    previous = _hash_of(after)
    for seal, event in sealed_rows(after, until, AT_ONCE):
        number, event_id = seal["number"], UUID(seal["event"])
        if number != after + 1:
            found.append((Damage.MISSING, after + 1, None))
        elif row_problems(seal, event, keys):
            found.append((Damage.ALTERED, number, event_id))
        elif previous and seal["previous"] != previous:
            found.append((Damage.REPLACED, number, event_id))
        after, previous = number, seal["hash"]
    return found, after


def _raise(found: Found) -> list[Alarm]:
    known = set(Alarm.objects.filter(number__in=[one[1] for one in found]).values_list("kind", "number"))
    fresh = {(str(kind), number): event for kind, number, event in found if (str(kind), number) not in known}
    alarms = [
        Alarm.objects.create(kind=kind, number=number, event_id=event)
        for (kind, number), event in sorted(fresh.items(), key=lambda item: item[0][1])[:MOST_ALARMS]
    ]
    for alarm in alarms:
        record("trail.damaged", by=Actor.system(), obj=alarm, kind=alarm.kind, number=alarm.number)
    if alarms:
        for hook in hooks.after_alarm:
            hook(alarms=alarms)
    return alarms
