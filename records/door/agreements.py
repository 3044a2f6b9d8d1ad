"""Written agreements as bases: service organisations (2.12(c)(4)), audit (2.53), research (2.52)."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from config.clock import center_day
from records.choices_door import AgreementKind, SharedFor
from records.door.grant import Asked, Grant, NotPermitted
from records.models import Agreement
from records.rules import door as rules


@dataclass(frozen=True)
class _ByAgreement:
    """A live agreement of one kind that names the receiver, looked at now."""

    agreement_id: UUID | None
    code: ClassVar[str] = ""
    purpose: ClassVar[str] = ""
    permission: ClassVar[str] = ""
    terms: ClassVar[str] = ""
    from_chart: ClassVar[bool] = True

    def grant(self, asked: Asked) -> Grant:
        """Return what the agreement covers. Raises NotPermitted."""
        if not asked.may(self.permission):
            raise NotPermitted("role", "A supervisor or the privacy officer shares on this agreement.")
        if asked.purpose != self.purpose:
            raise NotPermitted("agreement_purpose", "This agreement was made for another purpose.")
        agreement = Agreement.objects.filter(pk=self.agreement_id).first()
        refusal = rules.agreement_refusal(
            agreement_facts(agreement), kind=agreement.kind if agreement else "", wanted_kind=self.code,
            recipient=asked.recipient_id, today=center_day(asked.now),
        )  # fmt: skip
        if refusal:
            raise NotPermitted(refusal.code, refusal.sentence)
        covered = agreement.categories if agreement else []
        allowed = rules.within(asked.categories, covered)
        if not allowed:
            raise NotPermitted("category_not_covered", "The agreement covers none of this information.")
        return Grant(allowed, proof={"agreement": agreement}, redisclosure=self.terms)


@dataclass(frozen=True)
class ServiceAgreement(_ByAgreement):
    """A qualified service organisation, for the service it gives the program (2.11, 2.12(c)(4))."""

    code = AgreementKind.QSO.value
    purpose = SharedFor.SERVICE.value
    permission = "records.qso_share"
    terms = (
        "You receive this as a qualified service organization under your written agreement, and are fully "
        "bound by 42 CFR part 2. Use it only for the service that the agreement names."
    )


@dataclass(frozen=True)
class AuditAgreement(_ByAgreement):
    """An audit or evaluation (2.53)."""

    code = AgreementKind.AUDIT.value
    purpose = SharedFor.AUDIT.value
    permission = "records.agreement_share"
    terms = (
        "You receive this for an audit or evaluation (42 CFR 2.53). Disclose it only back to us, and use it "
        "only for that audit or evaluation or for a court order against the program."
    )


@dataclass(frozen=True)
class ResearchAgreement(_ByAgreement):
    """Scientific research (2.52)."""

    code = AgreementKind.RESEARCH.value
    purpose = SharedFor.RESEARCH.value
    permission = "records.agreement_share"
    terms = (
        "You receive this for research (42 CFR 2.52). You are fully bound by 42 CFR part 2; no report may "
        "identify anyone, and you may disclose it only back to us."
    )


BY_KIND = {one.code: one for one in (ServiceAgreement, AuditAgreement, ResearchAgreement)}


def agreement_facts(agreement: Agreement | None) -> rules.Paper | None:
    """Return an agreement as the rule reads it; it is about no single person."""
    return agreement and rules.Paper(
        id=str(agreement.pk), person="", recipient=str(agreement.recipient_id),
        starts=agreement.starts_on, last_day=agreement.ends_on, ended=agreement.ended_at is not None,
    )  # fmt: skip
