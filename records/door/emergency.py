"""A medical emergency as a basis (42 CFR 2.51): medical staff, and the facts of 2.51(c)."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from records.choices import Category, Medium
from records.choices_door import SharedFor
from records.door.grant import Asked, Content, Grant, NotPermitted, without_counseling_notes
from records.models import EmergencyDisclosure

KEEP_IT_HERE = (
    "The person has asked us to limit who learns this, and we agreed. You receive it for this emergency "
    "alone. Please do not use or disclose it further."
)
FOR_THIS_EMERGENCY = (
    "You receive this as medical personnel, to meet a bona fide medical emergency (42 CFR 2.51(a))."
)


@dataclass(frozen=True)
class Late:
    """An emergency that is written down afterwards: when it was, by whom told, why late, what was told."""

    told_at: datetime
    discloser: str
    reason: str
    told: str
    categories: tuple[str, ...]


@dataclass(frozen=True)
class MedicalEmergency:
    """The facts of one emergency; none may be blank. The receiver need not be in the directory."""

    personnel_name: str
    personnel_affiliation: str
    nature: str
    no_consent_why: str
    late: Late | None = None
    code = "emergency"

    @property
    def from_chart(self) -> bool:
        """Say whether sections are built now: a late record says what was told instead."""
        return self.late is None

    def grant(self, asked: Asked) -> Grant:
        """Write the record of 2.51(c) and allow what was chosen. Raises NotPermitted for a blank fact."""
        self._check(asked)
        row = self._record(asked)
        chosen = self.late.categories if self.late else asked.categories
        return Grant(
            without_counseling_notes(chosen),
            proof={"emergency": row},
            facts=_told(self.late) if self.late else None,
            to_name=row.personnel_name,
            to_address=row.personnel_affiliation,
            at=row.told_at,
            redisclosure=FOR_THIS_EMERGENCY,
            binds=False,
            overridden=KEEP_IT_HERE,
        )

    def _check(self, asked: Asked) -> None:
        if asked.purpose != SharedFor.EMERGENCY:
            raise NotPermitted("emergency_purpose", "An emergency opens the door for the emergency alone.")
        if asked.medium not in (Medium.PHONE, Medium.PRINT):
            raise NotPermitted("emergency_medium", "In an emergency, tell it by phone or print it.")
        for fact, sentence in FACTS.items():
            if not getattr(self, fact).strip():
                raise NotPermitted(f"emergency_{fact}", sentence, field=fact)
        if self.late:
            _check_late(self.late, asked.now)

    def _record(self, asked: Asked) -> EmergencyDisclosure:
        late, by, now = self.late, asked.by, asked.now
        row = EmergencyDisclosure(
            person=asked.person, data_key=asked.person.data_key, personnel_name=self.personnel_name.strip(),
            personnel_affiliation=self.personnel_affiliation.strip(), nature=self.nature.strip(),
            discloser_name=late.discloser.strip() if late else by.display_name or by.email,
            no_consent_why=self.no_consent_why.strip(), medium=asked.medium,
            told_at=late.told_at if late else now, late=late is not None,
            late_reason=late.reason.strip() if late else None,
            told=late.told.strip() if late else None, recorded_by=by.pk, recorded_at=now,
        )  # fmt: skip
        row.save(force_insert=True)
        return row


FACTS = {
    "personnel_name": "Enter who you are telling",
    "personnel_affiliation": "Enter where they work",
    "nature": "Enter what the emergency is",
    "no_consent_why": "Say why the person could not be asked",
}


def _check_late(late: Late, now: datetime) -> None:
    if late.told_at > now + timedelta(minutes=1):
        raise NotPermitted("emergency_future", "The time can't be in the future", field="told_at")
    for fact, sentence in (
        ("discloser", "Enter who told them"),
        ("reason", "Say why it is written down only now"),
        ("told", "Write what was told"),
    ):
        if not getattr(late, fact).strip():
            raise NotPermitted(f"emergency_{fact}", sentence, field=fact)
    if not without_counseling_notes(late.categories):
        raise NotPermitted("nothing_selected", "Select what kind of information was told", field="sections")


def _told(late: Late) -> Content:
    chosen = without_counseling_notes(late.categories)
    rows = [["Told on the phone or on paper, written down afterwards", late.told.strip()]]
    return {one: rows for one in Category if one.value in chosen}
