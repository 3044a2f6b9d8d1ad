"""People and recipients."""

from records.actions.people import create_person
from records.models import Person, Recipient


def make_person(by, name: str = "Jordan Lee", **fields) -> Person:
    """Create a person's record."""
    given = {"phone": "+18045550123", "date_of_birth": "1990-03-03", "language": "en", **fields}
    return create_person(by=by, name=name, **given)


def make_recipient(name: str = "Harbor Detox", kind: str = "facility", **fields) -> Recipient:
    """Create a recipient that may receive packets."""
    return Recipient.objects.create(name=name, kind=kind, **{"legal_status": "covered_entity", **fields})
