"""People on the waitlist."""

import itertools

from programs.actions.waitlist import join
from programs.models import PlaceOffer, WaitlistEntry
from tests.factories.care import make_determination
from tests.factories.episodes import make_episode

_numbers = itertools.count(1000)


def make_waiting(
    by, clinician, level="residential", *, reasons=(), pregnant=False, note="", episode=None, **decided
):
    """Put somebody new on the list for a level that a clinician decided on."""
    number = next(_numbers)
    chosen = episode or make_episode(by, name=f"Casey {number}", phone=f"+1804555{number}")
    if pregnant:
        chosen.ob_contact_needed = True
        chosen.save(update_fields=["ob_contact_needed"])
    make_determination(chosen, clinician, level, **decided)
    entry = join(episode=chosen, level=level, reasons=list(reasons), note=note, by=by)
    return WaitlistEntry.objects.select_related("data_key", "episode__person__data_key").get(pk=entry.pk)


def make_place_offer(entry, use, by) -> PlaceOffer:
    """Offer a bed that is held for them to somebody who waits, whoever is first."""
    return PlaceOffer.objects.create(
        entry=entry,
        data_key=entry.data_key,
        bed_use=use,
        passed_over="Called first.",
        made_by=by,
        expires_at=use.period[1],
    )
