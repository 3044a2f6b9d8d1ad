"""What of intake has to be resolved before one record stands for another."""

from django.urls import reverse

from intake.models import Episode
from records.models import Person


def open_episode(*, survivor: Person, merged: Person) -> list[tuple[str, str]]:
    """Hook of records: the record that goes has no open episode; the one that stays may have one."""
    found = Episode.objects.filter(person=merged, status="open").first()
    if found is None:
        return []
    both = Episode.objects.filter(person=survivor, status="open").exists()
    more = (
        "Both records have one: close one" if both else "Close it, or let this record be the one that stays"
    )
    return [(f"Episode {found.reference} of the record that goes is open. {more}",
             reverse("intake:assessment", args=[found.pk]))]  # fmt: skip
