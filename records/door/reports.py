"""Reports that the law allows: child abuse or neglect (2.12(c)(6)), a crime here (2.12(c)(5)).

They take the permitted facts and nothing else: no section of the chart, no attachment.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from records.choices import Category, Medium
from records.choices_door import ReportKind, SharedFor
from records.door.grant import Asked, Content, Grant, NotPermitted
from records.models import MandatedReport

MEDIA = (Medium.PHONE, Medium.PRINT, Medium.FAX)
RECORDS_STAY = {
    ReportKind.CHILD_ABUSE: "This is a report under state law of suspected child abuse or neglect (42 CFR "
    "2.12(c)(6)). It does not open the treatment record, which stays protected.",
    ReportKind.CRIME: "This report is about a crime or a threat on our premises or against our staff (42 CFR "
    "2.12(c)(5)). It does not open the treatment record, which stays protected.",
}


@dataclass(frozen=True)
class MandatedReportBasis:
    """The permitted facts of one report. Empty means: not told."""

    kind: str
    authority: str
    circumstances: str
    reported_at: datetime
    status_told: bool = False
    name_told: str = ""
    address_told: str = ""
    whereabouts_told: str = ""
    from_chart = False

    @property
    def code(self) -> str:
        """Return the kind of report, which is the basis."""
        return self.kind

    def grant(self, asked: Asked) -> Grant:
        """Write the report down and allow its facts. Raises NotPermitted with the field that is wrong."""
        self._check(asked)
        row = MandatedReport(
            person=asked.person, data_key=asked.person.data_key, kind=self.kind,
            authority=self.authority.strip(), circumstances=self.circumstances.strip(),
            status_told=self.status_told,
            name_told=self.name_told.strip() or None, address_told=self.address_told.strip() or None,
            whereabouts_told=self.whereabouts_told.strip() or None, medium=asked.medium,
            reported_at=self.reported_at, recorded_by=asked.by.pk, recorded_at=asked.now,
        )  # fmt: skip
        row.save(force_insert=True)
        facts = self._content()
        return Grant(
            frozenset(str(one) for one in facts),
            proof={"report": row},
            facts=facts,
            to_name=row.authority,
            at=row.reported_at,
            redisclosure=RECORDS_STAY[ReportKind(self.kind)],
            binds=False,
        )

    def _check(self, asked: Asked) -> None:
        if (
            self.kind not in ReportKind.values
            or asked.purpose != SharedFor.REPORT
            or asked.medium not in MEDIA
        ):
            raise NotPermitted("report_kind", "Select which report it is, and how it was made.", field="kind")
        if not asked.may("records.report_make"):
            raise NotPermitted("role", "Your role can't make this report. Ask a supervisor.")
        if not self.authority.strip():
            raise NotPermitted("report_authority", "Enter who receives the report", field="authority")
        if not self.circumstances.strip():
            raise NotPermitted("report_circumstances", "Write what happened", field="circumstances")
        if self.reported_at > asked.now + timedelta(minutes=1):
            raise NotPermitted("report_future", "The time can't be in the future", field="reported_at")

    def _content(self) -> Content:
        """Return the facts under the kinds of information they are."""
        incident = [["What happened", self.circumstances.strip()]]
        if self.status_told:
            incident.append(["In care here", "Yes"])
        found: dict[Category, Any] = {}
        if self.name_told.strip():
            found[Category.IDENTITY] = [["Name", self.name_told.strip()]]
        places = [["Address", self.address_told.strip()], ["Last seen", self.whereabouts_told.strip()]]
        if any(text for _label, text in places):
            found[Category.CONTACT] = [row for row in places if row[1]]
        found[Category.PRESENCE] = incident
        return found
