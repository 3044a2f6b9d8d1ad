"""People and recipients."""

from records.actions import care_team
from records.actions.people import create_person
from records.choices import TeamReason
from records.models import CareTeam, Person, Recipient


def make_person(by, name: str = "Jordan Lee", **fields) -> Person:
    """Create a person's record."""
    given = {"phone": "+18045550123", "date_of_birth": "1990-03-03", "language": "en", **fields}
    return create_person(by=by, name=name, **given)


def join(person: Person, user, **more) -> CareTeam:
    """Put a colleague on a person's care team."""
    return care_team.join(person=person, by=user, user=user, reason=TeamReason.ADDED, **more)


def clinicians_join(person: Person, by) -> CareTeam:
    """Put the clinicians on a care team, as sending the assessment does."""
    return care_team.join(person=person, by=by, role="clinician", reason=TeamReason.REVIEW)


def make_recipient(name: str = "Harbor Detox", kind: str = "facility", **fields) -> Recipient:
    """Create a recipient that may receive packets."""
    return Recipient.objects.create(name=name, kind=kind, **{"legal_status": "covered_entity", **fields})


def make_helper(person, name: str = "Fay Rowan", **fields) -> Recipient:
    """Create a relative or friend of a person: sealed with that person's key."""
    given = {"kind": "helper", "legal_status": "other_lawful_holder", **fields}
    return Recipient.objects.create(person=person, data_key=person.data_key, sealed_name=name, **given)
