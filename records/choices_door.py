"""The vocabulary of the door out: lawful bases, and why something was shared."""

from django.db import models


class BasisCode(models.TextChoices):
    """Why something may leave; `records/door/` holds one module for each."""

    CONSENT = "consent", "Consent"
    EMERGENCY = "emergency", "Medical emergency"
    COURT_ORDER = "court_order", "Court order with subpoena"
    QSO = "qso", "Service agreement"
    AUDIT = "audit", "Audit or evaluation"
    RESEARCH = "research", "Research"
    CHILD_ABUSE = "child_abuse", "Report of child abuse or neglect"
    CRIME = "crime", "Report of a crime here"
    OWN_ACCESS = "own_access", "The person's own access"


class SharedFor(models.TextChoices):
    """Purposes of disclosures that no consent names; the others are in `records.choices.Purpose`."""

    EMERGENCY = "emergency", "Medical emergency"
    PROCEEDINGS = "proceedings", "Legal proceedings"
    SERVICE = "service", "A service for the program"
    AUDIT = "audit", "Audit or evaluation"
    RESEARCH = "research", "Research"
    REPORT = "report", "A report that the law allows"
    OWN_ACCESS = "own_access", "The person's own access"


class NoConsentWhy(models.TextChoices):
    """Why the person could not be asked for consent in an emergency."""

    UNCONSCIOUS = "unconscious", "Can't be woken, or confused"
    TOO_ILL = "too_ill", "Too ill to read and decide now"
    NO_TIME = "no_time", "Waiting for a consent would endanger them"
    UNREACHABLE = "unreachable", "Can't be reached"
    OTHER = "other", "Another reason"


class OrderKind(models.TextChoices):
    """Which section of subpart E a court order is under."""

    NONCRIMINAL = "noncriminal", "2.64: not about a crime"
    CRIMINAL = "criminal", "2.65: to investigate or prosecute the person"
    PROGRAM = "program", "2.66: to investigate the program or its staff"
    UNDERCOVER = "undercover", "2.67: undercover agents or informants"


class MandateKind(models.TextChoices):
    """What compels: the paper that goes with a court order (2.61)."""

    SUBPOENA = "subpoena", "Subpoena"
    WARRANT = "warrant", "Search warrant"
    SUMMONS = "summons", "Summons or similar mandate"


class LegalRequestKind(models.TextChoices):
    """What somebody brought, sent or asked."""

    SUBPOENA = "subpoena", "A subpoena"
    ORDER = "order", "A court order"
    WARRANT = "warrant", "A search warrant"
    LETTER = "letter", "A letter from a lawyer or agency"
    ASKED = "asked", "Somebody asked, without a paper"


class LegalOutcome(models.TextChoices):
    """How a legal request ended; none of these says whether a record exists."""

    ANSWERED = "answered", "Answered with the regulation"
    REGISTERED = "registered", "Order and subpoena registered"
    COUNSEL = "counsel", "Passed to counsel"
    WITHDRAWN = "withdrawn", "Withdrawn by who asked"


class AgreementKind(models.TextChoices):
    """What a written agreement is for; the values are basis codes."""

    QSO = "qso", "Service organisation"
    AUDIT = "audit", "Audit or evaluation"
    RESEARCH = "research", "Research"


class Term(models.TextChoices):
    """What the other party agreed to in writing."""

    BOUND = "bound", "It is fully bound by 42 CFR part 2"
    RESISTS = "resists", "It resists efforts to obtain records in proceedings, except as part 2 permits"
    LAWFUL_BODY = "lawful_body", "It may audit or evaluate under 2.53: a funder, a payer or a reviewing body"
    LIMITS = "limits", "It uses and passes on records only as 2.53 permits"
    DESTROYS = "destroys", "It keeps copies as 2.16 says, and destroys them"
    PROTECTED = "protected", "The research is under HIPAA or the Common Rule, as documented"
    NO_IDENTITIES = "no_identities", "No report identifies anyone"


# Which terms an agreement of each kind must hold (2.11, 2.53, 2.52).
TERMS_OF = {
    AgreementKind.QSO: (Term.BOUND, Term.RESISTS),
    AgreementKind.AUDIT: (Term.LAWFUL_BODY, Term.LIMITS, Term.DESTROYS),
    AgreementKind.RESEARCH: (Term.PROTECTED, Term.NO_IDENTITIES, Term.DESTROYS),
}


class ReportKind(models.TextChoices):
    """Reports that the law allows without consent; the values are basis codes."""

    CHILD_ABUSE = "child_abuse", "Suspected child abuse or neglect"
    CRIME = "crime", "A crime here or against our staff, or a threat of one"


class CheckedHow(models.TextChoices):
    """How somebody's identity was checked."""

    PHOTO_ID = "photo_id", "I looked at a photo ID"
    KNOWN = "known", "I know the person from care here"
    ANSWERS = "answers", "They answered questions that only they can answer"
    CALLED_BACK = "called_back", "I called back on the number on file"


class Authority(models.TextChoices):
    """Why a personal representative may act for the person."""

    GUARDIAN = "guardian", "Parent or guardian of a minor"
    COURT = "court", "Appointed by a court"
    HEALTH_POA = "health_poa", "Health care power of attorney"
    ESTATE = "estate", "Executor or next of kin of someone who died"


class RestrictionStatus(models.TextChoices):
    """Where a person's request to limit sharing stands."""

    ASKED = "asked", "Waits for a decision"
    AGREED = "agreed", "Agreed, in force"
    DECLINED = "declined", "Declined"
    ENDED = "ended", "Ended"


class EndedHow(models.TextChoices):
    """How an agreed limit ended (45 CFR 164.522(a)(2))."""

    AGREEMENT = "agreement", "The person asked for it or agreed"
    NOTICE = "notice", "We told the person that we end it"
