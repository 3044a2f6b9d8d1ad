"""Making the accounting of disclosures for a person. That it was made is itself on the trail."""

from typing import Any

from django.db import transaction

from audit.actions import record
from config.errors import Refused
from records.models import Disclosure, Person
from records.queries.accounting import accounting_for
from records.rules.accounting import Window

# More than anybody can read; asked for a shorter time, the same person gets it all.
LONGEST = 5000


@transaction.atomic
def make_accounting(*, person: Person, window: Window, tpo: bool, form: str, by: Any) -> list[Disclosure]:
    """Return the whole accounting of a window, oldest first, and record that it was made (45 CFR 164.528).

    `form` is "pdf", "csv" or "door". Raises Refused("too_long") instead of leaving anything out.
    """
    rows = list(accounting_for(by, person, window, tpo=tpo)[: LONGEST + 1])
    if len(rows) > LONGEST:
        raise Refused("too_long", f"There are more than {LONGEST} rows. Choose fewer days.")
    record(
        "accounting.made", by=by, person=person, form=form, first=window.first.isoformat(),
        last=window.last.isoformat(), tpo=tpo, rows=len(rows),
    )  # fmt: skip
    return rows[::-1]
