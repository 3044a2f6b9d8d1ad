"""What of programs has to be resolved before one record stands for another."""

from django.urls import reverse

from programs.choices import HOLDS
from programs.models import Admission, BedUse, SlotHold, WaitlistEntry
from records.models import Person


def stay_or_hold(*, survivor: Person, merged: Person) -> list[tuple[str, str]]:
    """Hook of records: the record that goes has no stay under way, no place held, and does not wait."""
    found = []
    if Admission.objects.filter(episode__person=merged, discharged_at__isnull=True).exists():
        found.append(
            ("The record that goes has a stay under way. Record the discharge", reverse("programs:bed-board"))
        )
    held = {"episode__person": merged, "episode__status": "open", "kind__in": HOLDS, "released_at": None}
    for model, what in ((BedUse, "bed"), (SlotHold, "slot")):
        if model.objects.filter(**held).exists():
            text = f"A {what} is held for the record that goes. Release it"
            found.append((text, reverse("programs:bed-board")))
    waits = WaitlistEntry.objects.filter(episode__person=merged, ended_at=None).first()
    if waits is not None:
        url = reverse("programs:waitlist-entry", args=[waits.pk])
        found.append(("The record that goes is on the waitlist. Take it off the list", url))
    return found
